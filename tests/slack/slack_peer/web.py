"""Web: Slack's Web API over a workspace, as aiohttp handlers, with Slack's own error names."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from slack_peer.blocks import complaints, too_long, view_complaints
from slack_peer.workspace import APP, BOT_ID, BOT_TOKEN, BOT_USER, Channel, Sent, Workspace

Args = dict[str, Any]
# Method -> the scopes of which a bot needs one to call it (none where every token may).
SCOPES: dict[str, tuple[str, ...]] = {
    "auth.test": (), "views.open": (), "views.update": (), "views.publish": (),
    "chat.postMessage": ("chat:write",), "chat.update": ("chat:write",), "chat.postEphemeral": ("chat:write",),
    "chat.startStream": ("chat:write",), "chat.appendStream": ("chat:write",), "chat.stopStream": ("chat:write",),
    "chat.delete": ("chat:write",), "chat.getPermalink": (),
    "conversations.info": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.members": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.replies": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "conversations.history": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "users.conversations": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "users.info": ("users:read",),
    "assistant.threads.setStatus": ("assistant:write", "chat:write"),
    "assistant.threads.setSuggestedPrompts": ("assistant:write",),
    "files.getUploadURLExternal": ("files:write",), "files.completeUploadExternal": ("files:write",),
}  # fmt: skip
KINDS = {"channel": "public_channel", "group": "private_channel", "im": "im", "mpim": "mpim"}
PREFIXES = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


class SlackError(Exception):
    """Slack's answer {"ok": false}."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer = {"ok": False, "error": error, **more}


class WebAPI:
    """The methods. `fail` makes the next calls of a method fail; what was asked of which scopes is kept in `used`."""

    def __init__(self, workspace: Workspace, scopes: set[str]) -> None:
        self.workspace = workspace
        self.scopes = scopes
        self.used: set[str] = set()
        self.base = ""
        self.on_posted: Callable[[Channel, Args], None] = lambda channel, message: None
        self.on_appended: Callable[[Channel, Args], None] = lambda channel, message: None
        self.streamable = {"channel", "group", "im", "mpim"}  # kinds of conversations that take streams
        self.stream_seconds = 300.0
        self._failures: list[tuple[str, int, float]] = []  # method, status, Retry-After
        self._uploads: dict[str, Args] = {}

    def fail(self, method: str, status: int, times: int = 1, retry_after: float = 1) -> None:
        """Answers the next calls of a method with 429 or 5xx, 0 for cutting the line after doing what was asked."""
        self._failures += [(method, status, retry_after)] * times

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call."""
        method = request.match_info["method"]
        status = 200
        for failure in self._failures:
            if failure[0] == method:
                self._failures.remove(failure)
                status = failure[1]
                if status not in (0, 200):
                    headers = {"Retry-After": str(int(failure[2]))} if status == 429 else {}
                    return web.json_response({"ok": False, "error": "ratelimited"}, status=status, headers=headers)
                break
        args = await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or args.pop("token", "")
        args.pop("token", None)
        try:
            if token != BOT_TOKEN:
                raise SlackError("invalid_auth" if token else "not_authed")
            answer = self._call(method, args)
            self.workspace.sent.append(Sent(method, args, time.time()))
        except SlackError as error:
            if error.answer["error"] in (
                "invalid_blocks",
                "msg_blocks_too_long",
                "invalid_arguments",
                "msg_too_long",
                "no_text",
            ):
                self.workspace.complaints.append(f"{method}: {json.dumps(error.answer)}")
            answer = error.answer
        if status == 0 and request.transport is not None:  # done, but nobody hears of it
            request.transport.close()
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(sorted(self.scopes))})

    def _call(self, method: str, args: Args) -> Args:
        if method not in SCOPES:
            raise SlackError("unknown_method")
        function = getattr(self, "_" + method.replace(".", "_"))
        self._need(method, args)
        answer = function(args)
        return {"ok": True, **answer}

    def _need(self, method: str, args: Args) -> None:
        needed = SCOPES[method]
        if not needed:
            return
        if len(needed) == 4:  # one for each kind of conversation
            channel = self.workspace.channels.get(str(args.get("channel")))
            kind = needed[0].partition(":")[2]
            kinds = str(args.get("types", "public_channel")).split(",") if method == "users.conversations" else None
            wanted = [f"{PREFIXES[k]}:{kind}" for k, name in KINDS.items() if kinds and name in kinds]
            needed = tuple(wanted) or ((f"{PREFIXES[channel.kind]}:{kind}",) if channel else ())
            if missing := [scope for scope in needed if scope not in self.scopes]:
                raise SlackError("missing_scope", needed=missing[0], provided=",".join(sorted(self.scopes)))
            self.used.update(needed)
            return
        if not (had := [scope for scope in needed if scope in self.scopes]):
            raise SlackError("missing_scope", needed=needed[0], provided=",".join(sorted(self.scopes)))
        self.used.add(had[0])

    def _channel(self, args: Args, *, member: bool = True, key: str = "channel") -> Channel:
        id = str(args.get(key, ""))
        if id in self.workspace.people and id != BOT_USER:
            return self.workspace.direct(self.workspace.people[id]["name"])
        channel = self.workspace.channels.get(id)
        if channel is None or (channel.kind in ("group", "mpim", "im") and BOT_USER not in channel.members):
            raise SlackError("channel_not_found")
        if member and BOT_USER not in channel.members:
            raise SlackError("not_in_channel")
        if member and channel.archived:
            raise SlackError("is_archived")
        return channel

    # --- messages ---------------------------------------------------------------------------------------------------

    def _content(self, args: Args) -> Args:
        blocks = args.get("blocks")
        if blocks is not None and not isinstance(blocks, list):
            raise SlackError("invalid_blocks_format")
        if blocks:
            if wrong := complaints(blocks, "message"):
                raise SlackError("invalid_blocks", response_metadata={"messages": [f"[ERROR] {w}" for w in wrong]})
            if too_long(blocks):
                raise SlackError("msg_blocks_too_long")
        text = str(args.get("text") or "")
        if not text and not blocks:
            raise SlackError("no_text")
        if len(text) > 40_000:
            raise SlackError("msg_too_long")
        return {"text": text, **({"blocks": blocks} if blocks else {})}

    def _chat_postMessage(self, args: Args) -> Args:  # noqa: N802 - Slack's name
        channel = self._channel(args)
        content = self._content(args)
        root = args.get("thread_ts")
        if root and root not in channel.messages:
            raise SlackError("thread_not_found")
        message = {"user": BOT_USER, "bot_id": BOT_ID, "app_id": APP, **content}
        if root:
            message["thread_ts"] = root
        if metadata := self._metadata(args):
            message["metadata"] = metadata
        if args.get("unfurl_links") is not False or args.get("unfurl_media") is not False:
            message["would_unfurl"] = True
        kept = self.workspace.post(channel, message)
        self.on_posted(channel, kept)
        return {"channel": channel.id, "ts": kept["ts"], "message": kept}

    def _chat_update(self, args: Args) -> Args:
        channel = self._channel(args)
        message = channel.messages.get(str(args.get("ts")))
        if message is None:
            raise SlackError("message_not_found")
        if message.get("bot_id") != BOT_ID:
            raise SlackError("cant_update_message")
        if self._streaming(message):
            raise SlackError("streaming_state_conflict")
        message.pop("blocks", None)
        message.update(self._content(args), edited={"user": BOT_USER, "ts": self.workspace.ts()})
        if metadata := self._metadata(args):
            message["metadata"] = metadata
        return {"channel": channel.id, "ts": message["ts"], "text": message["text"]}

    def _metadata(self, args: Args) -> Args | None:
        metadata: Args | None = args.get("metadata")
        if metadata and (
            set(metadata) != {"event_type", "event_payload"} or not isinstance(metadata["event_payload"], dict)
        ):
            raise SlackError("metadata_must_be_sent_from_app")
        return metadata

    def _chat_delete(self, args: Args) -> Args:
        channel = self._channel(args)
        message = channel.messages.get(str(args.get("ts")))
        if message is None:
            raise SlackError("message_not_found")
        if message.get("bot_id") != BOT_ID:
            raise SlackError("cant_delete_message")
        del channel.messages[message["ts"]]
        return {"channel": channel.id, "ts": message["ts"]}

    # --- streams: opened with text they take text only, they end after five minutes, and till then they cannot be edited

    def _chat_startStream(self, args: Args) -> Args:  # noqa: N802
        allowed = {"channel", "thread_ts", "markdown_text", "recipient_user_id", "recipient_team_id"}
        if set(args) - allowed:
            raise SlackError("invalid_arguments")
        channel = self._channel(args)
        if channel.kind not in self.streamable:
            raise SlackError("channel_type_not_supported")
        if channel.kind != "im":
            if not args.get("recipient_team_id"):
                raise SlackError("missing_recipient_team_id")
            if args.get("recipient_user_id") not in channel.members:
                raise SlackError("missing_recipient_user_id")
        root = channel.messages.get(str(args.get("thread_ts")))
        if root is None or root.get("thread_ts", root["ts"]) != root["ts"]:
            raise SlackError("invalid_thread_ts")
        about = {"user": BOT_USER, "bot_id": BOT_ID, "app_id": APP, "thread_ts": root["ts"]}
        text = self._markdown(args, "")
        kept = self.workspace.post(
            channel, {**about, "text": text, "streaming_until": time.time() + self.stream_seconds}
        )
        self.on_posted(channel, kept)
        return {"channel": channel.id, "ts": kept["ts"]}

    def _chat_appendStream(self, args: Args) -> Args:  # noqa: N802
        if set(args) - {"channel", "ts", "markdown_text"}:
            raise SlackError("invalid_arguments")
        channel, message = self._stream(args)
        if not args.get("markdown_text"):
            raise SlackError("no_text")
        message["text"] = self._markdown(args, message["text"])
        self.on_appended(channel, message)
        return {"channel": channel.id, "ts": message["ts"]}

    def _chat_stopStream(self, args: Args) -> Args:  # noqa: N802
        if set(args) - {"channel", "ts", "metadata"}:
            raise SlackError("invalid_arguments")
        channel, message = self._stream(args)
        if metadata := self._metadata(args):
            message["metadata"] = metadata
        message["streaming_until"] = 0.0
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    def _stream(self, args: Args) -> tuple[Channel, Args]:
        channel = self._channel(args)
        message = channel.messages.get(str(args.get("ts")))
        if message is None:
            raise SlackError("message_not_found")
        if message.get("bot_id") != BOT_ID:
            raise SlackError("message_not_owned_by_app")
        if not self._streaming(message):
            raise SlackError("message_not_in_streaming_state")
        return channel, message

    def _streaming(self, message: Args) -> bool:
        return float(message.get("streaming_until", 0.0)) > time.time()

    def _markdown(self, args: Args, before: str) -> str:
        text = str(args.get("markdown_text") or "")
        if len(text) > 12_000 or len(before + text) > 12_000:
            raise SlackError("msg_too_long")
        if re.search(r"https?://|www\.|<[@!#]|(?<![\w.])@(?:here|channel|everyone)|\]\(", text):
            self.workspace.complaints.append(f"markdown that links or calls somebody: {text[:200]}")
        return before + text

    def _chat_postEphemeral(self, args: Args) -> Args:  # noqa: N802
        channel = self._channel(args)
        if args.get("user") not in channel.members:
            raise SlackError("user_not_in_channel")
        ts = self.workspace.ts()
        self.workspace.ephemerals.append({**args, **self._content(args), "channel": channel.id, "ts": ts})
        return {"message_ts": ts}

    def _chat_getPermalink(self, args: Args) -> Args:  # noqa: N802
        channel = self._channel(args, member=False)
        if args.get("message_ts") not in channel.messages:
            raise SlackError("message_not_found")
        path = f"{channel.id}/p{str(args['message_ts']).replace('.', '')}"
        return {"channel": channel.id, "permalink": f"https://home.slack.com/archives/{path}"}

    # --- conversations ----------------------------------------------------------------------------------------------

    def _conversations_info(self, args: Args) -> Args:
        channel = self._channel(args, member=False)
        return {"channel": {
            "id": channel.id, "name": channel.name, "is_archived": channel.archived, "is_private": channel.kind != "channel",
            "is_im": channel.kind == "im", "is_mpim": channel.kind == "mpim", "is_ext_shared": channel.external,
            "is_member": BOT_USER in channel.members,
        }}  # fmt: skip

    def _conversations_members(self, args: Args) -> Args:
        return {"members": sorted(self._channel(args, member=False).members), "response_metadata": {"next_cursor": ""}}

    def _conversations_replies(self, args: Args) -> Args:
        channel = self._channel(args, member=False)
        root = str(args.get("ts"))
        if root not in channel.messages:
            raise SlackError("thread_not_found")
        return self._page(self.workspace.thread(channel, root), args)

    def _conversations_history(self, args: Args) -> Args:
        channel = self._channel(args)
        messages = [m for _, m in sorted(channel.messages.items()) if m.get("thread_ts", m["ts"]) == m["ts"]]
        return self._page(messages[::-1], args)

    def _page(self, messages: list[Args], args: Args) -> Args:
        oldest = float(args.get("oldest") or 0)
        messages = [m for m in messages if float(m["ts"]) >= oldest]
        limit, start = int(args.get("limit") or 100), int(args.get("cursor") or 0)
        page = messages[start : start + limit]
        with_metadata = str(args.get("include_all_metadata", "")).lower() in ("1", "true")
        shown = [m if with_metadata else {k: v for k, v in m.items() if k != "metadata"} for m in page]
        more = start + limit < len(messages)
        return {
            "messages": shown,
            "has_more": more,
            "response_metadata": {"next_cursor": str(start + limit) if more else ""},
        }

    def _users_conversations(self, args: Args) -> Args:
        types = str(args.get("types", "public_channel")).split(",")
        user = args.get("user", BOT_USER)
        found = [
            {"id": c.id, "name": c.name, "is_private": c.kind != "channel", "is_archived": c.archived}
            for c in self.workspace.channels.values()
            if KINDS[c.kind] in types and user in c.members and (c.kind == "channel" or BOT_USER in c.members)
            if not (c.archived and str(args.get("exclude_archived")).lower() in ("1", "true"))
        ]
        return {"channels": found, "response_metadata": {"next_cursor": ""}}

    def _users_info(self, args: Args) -> Args:
        person = self.workspace.people.get(str(args.get("user")))
        if person is None:
            raise SlackError("user_not_found")
        roles = {"is_admin": False, "is_owner": False, "is_primary_owner": False, "deleted": False}
        return {"user": {"real_name": person["name"], "team_id": self.workspace.team, **roles, **person}}

    def _auth_test(self, args: Args) -> Args:
        return {"url": "https://home.slack.com/", "team": "Home", "user": "tunewise", "team_id": self.workspace.team,
                "user_id": BOT_USER, "bot_id": BOT_ID, "is_enterprise_install": False}  # fmt: skip

    # --- views ------------------------------------------------------------------------------------------------------

    def _view(self, args: Args) -> Args:
        view = args.get("view")
        view = json.loads(view) if isinstance(view, str) else view
        if wrong := view_complaints(view):
            raise SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {w}" for w in wrong]})
        assert isinstance(view, dict)
        return {"private_metadata": "", "callback_id": "", "state": {"values": {}}, "hash": self.workspace.ts(),
                "app_installed_team_id": self.workspace.team, **view}  # fmt: skip

    def _views_open(self, args: Args) -> Args:
        until = self.workspace.triggers.pop(str(args.get("trigger_id")), None)
        if until is None:
            raise SlackError(
                "exchanged_trigger_id" if ".trigger" in str(args.get("trigger_id")) else "invalid_trigger_id"
            )
        if time.time() > until:
            raise SlackError("expired_trigger_id")
        view = self._view(args) | {"id": self.workspace.id("V")}
        self.workspace.views[view["id"]] = view
        return {"view": view}

    def _views_update(self, args: Args) -> Args:
        before = self.workspace.views.get(str(args.get("view_id")))
        if before is None:
            raise SlackError("not_found")
        if args.get("hash") and args["hash"] != before["hash"]:
            raise SlackError("hash_conflict")
        view = self._view(args) | {"id": before["id"]}
        self.workspace.views[view["id"]] = view
        return {"view": view}

    def _views_publish(self, args: Args) -> Args:
        user = str(args.get("user_id"))
        if user not in self.workspace.people:
            raise SlackError("invalid_arguments")
        view = self._view(args) | {"id": f"V{user}"}
        if view["type"] != "home":
            raise SlackError("invalid_arguments")
        self.workspace.homes[user] = view
        return {"view": view}

    # --- the agent's panel and files --------------------------------------------------------------------------------

    def _assistant_threads_setStatus(self, args: Args) -> Args:  # noqa: N802
        self._channel(args, key="channel_id")
        if "status" not in args or not args.get("thread_ts"):
            raise SlackError("invalid_arguments")
        self.workspace.statuses.append(args)
        return {}

    def _assistant_threads_setSuggestedPrompts(self, args: Args) -> Args:  # noqa: N802
        self._channel(args, key="channel_id")
        prompts = args.get("prompts") or []
        prompts = json.loads(prompts) if isinstance(prompts, str) else prompts
        if not 0 < len(prompts) <= 4 or any(set(p) != {"title", "message"} for p in prompts) or args.get("thread_ts"):
            raise SlackError("invalid_arguments")
        self.workspace.prompts.append({**args, "prompts": prompts})
        return {}

    def _files_getUploadURLExternal(self, args: Args) -> Args:  # noqa: N802
        if not args.get("filename") or int(args.get("length") or 0) <= 0:
            raise SlackError("invalid_arguments")
        id = self.workspace.id("F")
        self._uploads[id] = {"id": id, "name": args["filename"], "length": int(args["length"])}
        return {"file_id": id, "upload_url": f"{self.base}/upload/{id}"}

    async def upload(self, request: web.Request) -> web.Response:
        """The bytes of a file."""
        self._uploads[request.match_info["file"]]["content"] = await request.read()
        return web.Response(text="OK")

    def _files_completeUploadExternal(self, args: Args) -> Args:  # noqa: N802
        files = args.get("files")
        files = json.loads(files) if isinstance(files, str) else files
        channel = self._channel({"channel": args.get("channel_id") or args.get("channels")})
        for file in files:
            kept = self._uploads.get(file["id"])
            if kept is None or len(kept.get("content", b"")) != kept["length"]:
                raise SlackError("file_not_found")
            about = {"channel": channel.id, "thread_ts": args.get("thread_ts"), "title": file.get("title")}
            self.workspace.files[file["id"]] = {**kept, **about}
        return {"files": [{"id": file["id"], "title": file.get("title")} for file in files]}

    async def respond(self, request: web.Request) -> web.Response:
        """A response_url."""
        body = await request.json()
        if body.get("blocks") and (wrong := complaints(body["blocks"], "message")):
            self.workspace.complaints.append(f"response_url: {wrong}")
            return web.json_response({"ok": False, "error": "invalid_blocks"}, status=400)
        self.workspace.responses.append({**body, "url": request.path, "at": time.time()})
        return web.Response(text="ok")


async def _arguments(request: web.Request) -> Args:
    if request.content_type == "application/json":
        return dict(await request.json())
    args: Args = {**request.query, **await request.post()}
    for key in ("blocks", "metadata"):
        if isinstance(args.get(key), str):
            args[key] = json.loads(args[key])
    return args
