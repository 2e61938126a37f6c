"""Slack: the whole peer - a workspace, its Web API on loopback, and people who do things in it.

async with Slack() as slack:               its Web API is at slack.api
    slack.deliver = OverHTTP(url)          or slack.socket for Socket Mode
    channel = slack.workspace.channel("support", "ana", "jon")
    await slack.says("ana", channel, f"{MENTION} should we fine-tune?")
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from slack_peer.blocks import elements
from slack_peer.delivery import Delivered, OverHTTP, OverSocket
from slack_peer.web import WebAPI
from slack_peer.well_formed import well_formed
from slack_peer.workspace import APP, APP_TOKEN, BOT_USER, Channel, Workspace

MENTION = f"<@{BOT_USER}>"
ALL_SCOPES = {
    "app_mentions:read", "assistant:write", "channels:history", "channels:read", "chat:write", "commands", "files:write",
    "groups:history", "groups:read", "im:history", "im:read", "mpim:history", "mpim:read", "users:read",
}  # fmt: skip
Message = dict[str, Any]


class Slack:
    """A Slack of one workspace on loopback. When it closes, all that it was ever sent is checked: see `well_formed`."""

    def __init__(self, scopes: set[str] | None = None, workspace: Workspace | None = None) -> None:
        self.workspace = workspace or Workspace()
        self.web = WebAPI(self.workspace, ALL_SCOPES if scopes is None else scopes)
        self.socket = OverSocket()
        self.deliver: OverHTTP | OverSocket = self.socket
        self.events: set[str] = {"app_mention", "message.channels", "message.groups", "message.im", "message.mpim"}
        self.delivered: list[Delivered] = []
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Slack:
        app = web.Application()
        app.router.add_post("/api/apps.connections.open", self._connect)
        app.router.add_route("*", "/api/{method}", self.web.handle)
        app.router.add_post("/upload/{file}", self.web.upload)
        app.router.add_post("/respond/{id}", self.web.respond)
        app.router.add_get("/socket", self.socket.serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.web.base = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, error: type[BaseException] | None, *_: object) -> None:
        assert self._runner is not None
        for leaving in (self.socket.close(), self.deliver.close(), self._runner.cleanup()):
            task = asyncio.ensure_future(leaving)
            await asyncio.wait({task}, timeout=15)  # a connection that never says goodbye must not hold up all tests
            task.cancel()
        if error is None:
            well_formed(self.workspace)

    @property
    def api(self) -> str:
        """What SLACK_API_URL is set to."""
        return f"{self.web.base}/api/"

    async def _connect(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {APP_TOKEN}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        return web.json_response({"ok": True, "url": f"{self.web.base.replace('http', 'ws')}/socket"})

    # --- events -----------------------------------------------------------------------------------------------------

    def envelope(
        self, event: Mapping[str, Any], channel: Channel | None = None, team: str | None = None
    ) -> dict[str, Any]:
        """An event as the Events API wraps it."""
        installed = team or self.workspace.team
        return {
            "token": "unused", "team_id": installed, "context_team_id": installed, "api_app_id": APP, "type": "event_callback",
            "event": dict(event), "event_id": self.workspace.id("Ev"), "event_time": int(time.time()),
            "authorizations": [{"enterprise_id": None, "team_id": installed, "user_id": BOT_USER, "is_bot": True}],
            "is_ext_shared_channel": bool(channel and channel.external),
        }  # fmt: skip

    async def send(self, event: Mapping[str, Any], channel: Channel | None = None) -> Delivered:
        """Delivers an event."""
        result = await self.deliver.event(self.envelope(event, channel))
        self.delivered.append(result)
        return result

    async def says(
        self,
        name: str,
        channel: Channel,
        text: str,
        thread: str | None = None,
        *,
        mention_first: bool = False,
        **more: Any,
    ) -> Message:
        """Somebody writes; both events go out for a mention, in the order asked for."""
        person = self.workspace.person(name)
        message = self.workspace.post(
            channel, {"user": person, "text": text, **({"thread_ts": thread} if thread else {}), **more}
        )
        for event in self.events_of(channel, message, mention_first):
            await self.send(event, channel)
        return message

    def events_of(self, channel: Channel, message: Message, mention_first: bool = False) -> list[dict[str, Any]]:
        """The events that a message causes for a bot in the channel."""
        if BOT_USER not in channel.members:
            return []
        public = {key: value for key, value in message.items() if key != "metadata"}
        base = {**public, "channel": channel.id, "event_ts": message["ts"]}
        plural = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}[channel.kind]
        events = (
            [{**base, "type": "message", "channel_type": channel.kind}] if f"message.{plural}" in self.events else []
        )
        if MENTION in str(message.get("text")) and channel.kind != "im" and "app_mention" in self.events:
            mention = {key: value for key, value in base.items() if key != "channel_type"} | {"type": "app_mention"}
            events = [mention, *events] if mention_first else [*events, mention]
        return events

    async def edits(self, channel: Channel, message: Message, text: str) -> Delivered:
        """Somebody edits a message of theirs."""
        before = dict(message)
        message.update(text=text, edited={"user": message["user"], "ts": self.workspace.ts()})
        return await self._changed(channel, "message_changed", message=dict(message), previous_message=before)

    async def deletes(self, channel: Channel, message: Message) -> Delivered:
        """Somebody deletes a message; one with replies leaves a tombstone."""
        replies = len(self.workspace.thread(channel, message["ts"])) > 1
        before = dict(message)
        if replies:
            message.update(subtype="tombstone", text="This message was deleted.", user="USLACKBOT", hidden=True)
            return await self._changed(channel, "message_changed", message=dict(message), previous_message=before)
        del channel.messages[message["ts"]]
        return await self._changed(channel, "message_deleted", deleted_ts=message["ts"], previous_message=before)

    async def _changed(self, channel: Channel, subtype: str, **more: Any) -> Delivered:
        ts = self.workspace.ts()
        event = {"type": "message", "subtype": subtype, "hidden": True, "channel": channel.id, "ts": ts, "event_ts": ts,
                 "channel_type": channel.kind, **more}  # fmt: skip
        return await self.send(event, channel)

    async def opens_home(self, name: str, tab: str = "home") -> Delivered:
        """Somebody opens the app's Home, or its messages tab."""
        direct = self.workspace.direct(name)
        event = {"type": "app_home_opened", "user": self.workspace.person(name), "channel": direct.id, "tab": tab,
                 "event_ts": self.workspace.ts()}  # fmt: skip
        if view := self.workspace.homes.get(self.workspace.person(name)):
            event["view"] = view
        return await self.send(event)

    # --- commands, presses, modals ----------------------------------------------------------------------------------

    def _who(self, name: str, channel: Channel | None) -> dict[str, Any]:
        team = {"id": self.workspace.team, "domain": "home"}
        person = {"id": self.workspace.person(name), "username": name, "name": name, "team_id": self.workspace.team}
        base = {
            "team": team,
            "user": person,
            "api_app_id": APP,
            "token": "unused",
            "is_enterprise_install": False,
            "enterprise": None,
        }
        return {**base, **({"channel": {"id": channel.id, "name": channel.name}} if channel else {})}

    def response_url(self) -> str:
        """A response_url."""
        return f"{self.web.base}/respond/{self.workspace.id('R')}"

    async def commands(self, name: str, channel: Channel, text: str = "") -> Delivered:
        """Somebody types /tunewise."""
        fields = {
            "command": "/tunewise", "text": text, "user_id": self.workspace.person(name), "user_name": name,
            "team_id": self.workspace.team, "team_domain": "home", "channel_id": channel.id, "channel_name": channel.name,
            "api_app_id": APP, "response_url": self.response_url(), "trigger_id": self.workspace.trigger(), "token": "unused",
        }  # fmt: skip
        return await self._kept(self.deliver.command(fields))

    async def shortcut(self, name: str, channel: Channel, message: Message, callback_id: str) -> Delivered:
        """Somebody picks the shortcut in a message's menu."""
        payload = {**self._who(name, channel), "type": "message_action", "callback_id": callback_id, "message": message,
                   "message_ts": message["ts"], "trigger_id": self.workspace.trigger(), "action_ts": str(time.time()),
                   "response_url": self.response_url()}  # fmt: skip
        return await self._kept(self.deliver.interaction(payload))

    def control(self, blocks: Any, *, label: str = "", action: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
        """The block and the control with this label (a button's or an option's), or whose action id begins so."""
        for block in blocks or []:
            for element in elements([block]):
                id = str(element.get("action_id", ""))
                shown = [element.get("text", {}).get("text", "")] if isinstance(element.get("text"), dict) else []
                shown += [option["text"]["text"] for option in element.get("options") or []]
                shown += [
                    element[side]["text"]["text"] for side in ("positive_button", "negative_button") if side in element
                ]
                if (action and id.startswith(action) and (not label or label in shown)) or (
                    not action and label in shown
                ):
                    return block, element
        raise AssertionError(f"no control {label or action!r} in {json.dumps(blocks)[:2000]}")

    def pressed(self, block: Mapping[str, Any], element: Mapping[str, Any], label: str = "") -> dict[str, Any]:
        """What a payload says of a control that was pressed."""
        action: dict[str, Any] = {"type": element["type"], "action_id": element["action_id"], "block_id": block.get("block_id", "b"),
                                  "action_ts": f"{time.time():.6f}"}  # fmt: skip
        chosen = [o for o in element.get("options") or [] if o["text"]["text"] == label]
        if element["type"] in ("static_select", "radio_buttons", "overflow"):
            action["selected_option"] = (chosen or element["options"])[0]
        elif element["type"] in ("checkboxes", "multi_static_select"):
            before = (
                element.get("initial_options") or []
            )  # a press on one of several turns that one, and leaves the rest
            action["selected_options"] = [o for o in before if o not in chosen] + [o for o in chosen if o not in before]
        elif element["type"] == "feedback_buttons":
            button = element[
                "negative_button" if label == element["negative_button"]["text"]["text"] else "positive_button"
            ]
            action.update(value=button["value"], text=button["text"])
        else:
            action.update(value=element.get("value"), text=element.get("text"))
        return action

    async def clicks(
        self, name: str, channel: Channel, message: Message, label: str = "", action: str = "",
        ticked: tuple[str, ...] = (), **changes: Any,
    ) -> Delivered:  # fmt: skip
        """Somebody presses a control in a message; `ticked` are labels of boxes ticked before in the same message."""
        block, element = self.control(message.get("blocks"), label=label, action=action)
        state: dict[str, Any] = {}
        for each in message.get("blocks") or []:
            for box in elements([each]):
                if box["type"] in ("checkboxes", "multi_static_select"):
                    chosen = [o for o in box["options"] if o["text"]["text"] in ticked]
                    state[each.get("block_id", "b")] = {
                        box["action_id"]: {"type": box["type"], "selected_options": chosen}
                    }
        thread = message.get("thread_ts", message["ts"])
        payload = {
            **self._who(name, channel), "type": "block_actions", "trigger_id": self.workspace.trigger(),
            "response_url": self.response_url(), "actions": [self.pressed(block, element, label)], "state": {"values": state},
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": channel.id, "is_ephemeral": False,
                          "thread_ts": thread},
            "message": {key: value for key, value in message.items() if key != "metadata"},
        } | changes  # fmt: skip
        return await self._kept(self.deliver.interaction(payload))

    async def clicks_private(
        self, name: str, channel: Channel, blocks: Any, label: str = "", action: str = ""
    ) -> Delivered:
        """Somebody presses a control in an ephemeral message."""
        block, element = self.control(blocks, label=label, action=action)
        payload = {
            **self._who(name, channel), "type": "block_actions", "trigger_id": self.workspace.trigger(),
            "response_url": self.response_url(), "actions": [self.pressed(block, element, label)], "state": {"values": {}},
            "container": {"type": "message", "message_ts": self.workspace.ts(), "channel_id": channel.id, "is_ephemeral": True},
        }  # fmt: skip
        return await self._kept(self.deliver.interaction(payload))

    async def clicks_home(self, name: str, label: str = "", action: str = "", **changes: Any) -> Delivered:
        """Somebody presses a control in their Home tab."""
        view = self.workspace.homes[self.workspace.person(name)]
        block, element = self.control(view["blocks"], label=label, action=action)
        payload = {**self._who(name, None), "type": "block_actions", "trigger_id": self.workspace.trigger(), "view": view,
                   "container": {"type": "view", "view_id": view["id"]}, "actions": [self.pressed(block, element, label)],
                   "state": {"values": {}}} | changes  # fmt: skip
        return await self._kept(self.deliver.interaction(payload))

    async def submits(self, name: str, view: Mapping[str, Any], **typed: Any) -> Delivered:
        """Somebody fills a modal in and submits it: block id -> text, the label of an option, or a conversation."""
        values: dict[str, Any] = {}
        for block in view["blocks"]:
            if block["type"] != "input":
                continue
            element, id = block["element"], block.get("block_id", "b")
            held: dict[str, Any] = {"type": element["type"]}
            given = typed.get(id)
            if element["type"] in ("plain_text_input", "number_input"):
                held["value"] = element.get("initial_value") if given is None else given
            elif element["type"] in ("static_select", "radio_buttons"):
                chosen = [o for o in element["options"] if o["text"]["text"] == given]
                held["selected_option"] = chosen[0] if chosen else element.get("initial_option")
            elif element["type"] == "conversations_select":
                held["selected_conversation"] = given
            elif element["type"] == "multi_conversations_select":
                held["selected_conversations"] = element.get("initial_conversations", []) if given is None else given
            elif element["type"] == "channels_select":
                held["selected_channel"] = given
            values[id] = {element["action_id"]: held}
        payload = {**self._who(name, None), "type": "view_submission", "trigger_id": self.workspace.trigger(),
                   "view": {**view, "state": {"values": values}}, "response_urls": []}  # fmt: skip
        return await self._kept(self.deliver.interaction(payload))

    async def _kept(self, delivery: Any) -> Delivered:
        result: Delivered = await delivery
        self.delivered.append(result)
        return result


async def until(true: Any, seconds: float = 15.0) -> Any:
    """Waits until something is true, and returns it; fails the test where it never is."""
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, "it never came to be"
        await asyncio.sleep(0.01)
    return value
