"""Courier: sends posts to Slack, finds out whether one was sent before, and falls back to plain text where blocks fail.

A place is "CHANNEL:TS". A message carries its opaque id in its metadata, where `find` looks for it.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.mail import Mail, Post
from bot.errors import TunewiseError
from bot.surfaces.blockkit.answers import error_message
from bot.surfaces.slack import posts
from bot.surfaces.slack.client import SlackRefused, call, showing
from bot.surfaces.slack.homes import Homes
from bot.surfaces.slack.listing import LISTING, enter, split
from bot.surfaces.slack.lookup import Lookup, tagged
from bot.surfaces.slack.ports import Ledger
from bot.surfaces.slack.statuses import Statuses
from bot.surfaces.slack.streams import Streams
from bot.surfaces.slack.values import Bot
from bot.surfaces.slack.whispers import Whispers

log = logging.getLogger("tunewise.slack")
DELETED = {"message_not_found", "not_found"}
GONE = DELETED | {"cant_update_message", "edit_window_closed", "is_inactive", "hash_conflict"}


class SlackCourier:
    """The engine's Courier for Slack."""

    def __init__(
        self, client: AsyncWebClient, ledger: Ledger, homes: Homes, streams: Streams, lookup: Lookup, bot: Bot
    ) -> None:
        self._client = client
        self._whispers, self._statuses = Whispers(client), Statuses(client)
        self._streams = streams
        self._lookup = lookup
        self._ledger = ledger
        self._homes = homes
        self._bot = bot

    async def working(self, mail: Mail) -> None:
        """A status in the thread, where somebody certainly waits for us; where that is found out later, the handler shows it.

        What is answered there takes it away, so there is none for a shortcut, which may be answered in private alone.
        """
        if mail.kind == "said" and mail.body.get("to_us") and not mail.body.get("picked_by"):
            await self._statuses.show(mail.body["channel"], mail.body["root"])

    async def send(self, mail: Mail, post: Post, id: str, places: dict[str, str]) -> str:
        """Sends a post and returns its place, "" for what has none. Raises Passing, or SlackRefused for good."""
        body = post.body
        match post.kind:
            case "message":
                return await self._message(body, id, places)
            case "update":
                return await self._update(mail, body, id, places)
            case "private":
                await self._whispers.tell(body)
            case "view":
                with suppress(SlackRefused):  # it was closed meanwhile
                    await call(self._client.views_update(view_id=body["view_id"], view=body["view"]))
            case "home":
                await self._home(body["user"])
            case "prompts":
                await call(
                    self._client.assistant_threads_setSuggestedPrompts(
                        channel_id=body["channel"], prompts=body["prompts"]
                    )
                )
            case "file":
                await self._file(body, places)
            case "remove" if place := places.get(body["at"]):
                channel, ts = split(place)
                with suppress(SlackRefused):  # somebody deleted it, or we may no longer
                    await call(self._client.chat_delete(channel=channel, ts=ts))
            case "withdraw":
                await self._streams.withdraw(body["at"])
            case kind if kind in LISTING:
                await enter(self._ledger, self._bot.team, post, places)
            case "remove":  # it was never posted
                pass
            case _:
                raise TunewiseError(f"There is no way to send a {post.kind} to Slack.")
        return ""

    async def find(self, mail: Mail, post: Post, id: str, places: dict[str, str]) -> str | None:
        """Where a message with this id stands; None where it was never posted."""
        if post.kind != "message":
            return None
        channel, thread = _where(post.body, places)
        # One that was streamed bears the id before it is whole: it is finished once more, which does no harm.
        _, streamed = split(post.body.get("streamed") or "")
        ts = await self._lookup.by_id(channel, thread, mail.received, id, besides=streamed)
        return f"{channel}:{ts}" if ts else None

    async def give_up(self, mail: Mail) -> None:
        """Takes away what was shown of an answer that will not come."""
        if mail.kind in ("said", "changed", "start"):
            await self._streams.give_up(mail)

    async def apologise(self, mail: Mail, sentence: str, ours: bool) -> None:
        """The sentence, to whoever wrote the mail and nobody else."""
        shown = error_message(sentence)
        place = {key: mail.body[key] for key in ("channel", "root", "response_url") if mail.body.get(key)}
        with suppress(SlackRefused):
            await self._whispers.tell({**place, "user": mail.by, "text": shown.text, "blocks": shown.blocks})

    # --- one way of sending each ------------------------------------------------------------------------------------

    async def _message(self, body: dict[str, Any], id: str, places: dict[str, str]) -> str:
        channel, thread = _where(body, places)
        metadata, streamed = tagged(id), str(body.get("streamed") or "")
        if streamed and await self._finished(streamed, body, metadata):
            return streamed
        answer = await showing(
            body,
            lambda content: self._client.chat_postMessage(
                channel=channel, thread_ts=thread, metadata=metadata, unfurl_links=False, unfurl_media=False, **content
            ),
        )
        return f"{answer['channel']}:{answer['ts']}"

    async def _finished(self, place: str, body: dict[str, Any], metadata: dict[str, Any]) -> bool:
        """Puts the whole answer in place of what was shown of it; False where it cannot stand there."""
        await self._streams.stop(place, metadata)
        channel, ts = split(place)
        try:
            await showing(
                body, lambda content: self._client.chat_update(channel=channel, ts=ts, metadata=metadata, **content)
            )
        except SlackRefused as error:
            if error.error not in GONE:
                raise
            await self._streams.withdraw(place)
            return False
        return True

    async def _update(self, mail: Mail, body: dict[str, Any], id: str, places: dict[str, str]) -> str:
        place = places.get(body["at"], "")
        if not place:
            return ""
        channel, ts = split(place)
        try:
            await showing(body, lambda content: self._client.chat_update(channel=channel, ts=ts, **content))
        except SlackRefused as error:
            log.info("a message was not updated: %s", error.error)
            if error.error in DELETED and "channel" in body:
                return await self._anew(mail, body, id, places)
            if error.error not in GONE | {"is_archived", "channel_not_found", "not_in_channel"}:
                raise
        return place

    async def _anew(self, mail: Mail, body: dict[str, Any], id: str, places: dict[str, str]) -> str:
        """Posts what was to be changed and is gone, unless an earlier try has done so."""
        channel, thread = _where(body, places)
        ts = await self._lookup.by_id(channel, thread, mail.received, id)
        return f"{channel}:{ts}" if ts else await self._message(body, id, places)

    async def _home(self, user: str) -> None:
        view = await self._homes.view(user)
        with suppress(SlackRefused):  # a person without a Home, such as a guest of another workspace
            await call(self._client.views_publish(user_id=user, view=view))

    async def _file(self, body: dict[str, Any], places: dict[str, str]) -> None:
        channel, thread = _where(body, places)
        await call(
            self._client.files_upload_v2(
                channel=channel,
                thread_ts=thread,
                filename=body["name"],
                title=body["title"],
                content=body["content"],
                request_file_info=False,
            )
        )


def _where(body: dict[str, Any], places: dict[str, str]) -> tuple[str, str | None]:
    """The channel and the thread of a post; a thread called "" is the one under our own first message."""
    if body["thread"] == "":
        return split(places[posts.ROOT])
    return body["channel"], body["thread"]
