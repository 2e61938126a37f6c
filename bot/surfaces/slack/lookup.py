"""Lookup: whether something of ours stands in a thread or a channel already. The one place that reads messages back.

Every message of ours carries metadata with its opaque id; an answer that is still coming cannot, until it is finished.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.surfaces.slack.client import SlackRefused, call
from bot.surfaces.slack.values import Bot

log = logging.getLogger("tunewise.slack")
EVENT_TYPE = "tunewise_post"
SLACK = 300  # seconds by which Slack's clock and ours may differ
PAGES = 10
Message = dict[str, Any]


def tagged(id: str) -> dict[str, Any]:
    """The metadata of a message with this id."""
    return {"event_type": EVENT_TYPE, "event_payload": {"id": id}}


class Lookup:
    """Finds messages of ours. What may not be read back is not found: better twice than never."""

    def __init__(self, client: AsyncWebClient, bot: Bot) -> None:
        self._client, self._bot = client, bot

    async def by_id(self, channel: str, thread: str | None, since: float, id: str, besides: str = "") -> str | None:
        """The timestamp of the message with this id that is not the one at `besides`; None where there is none."""
        async for message in self._messages(channel, thread, since):
            if _id_of(message) == id and message["ts"] != besides:
                return str(message["ts"])
        return None

    async def unfinished(self, channel: str, thread: str, since: float, after: str) -> str | None:
        """The timestamp of a message of ours in a thread, later than the one at `after`, that was begun and never finished."""
        async for message in self._messages(channel, thread, since):
            ours = message.get("bot_id") == self._bot.id or message.get("user") == self._bot.user
            if ours and _id_of(message) is None and not message.get("files") and _later(message, after):
                return str(message["ts"])
        return None

    async def _messages(self, channel: str, thread: str | None, since: float) -> AsyncIterator[Message]:
        arguments: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "limit": 200}
        arguments["oldest"] = f"{since - SLACK:.6f}"
        for _ in range(PAGES):
            try:
                if thread:
                    page = await call(self._client.conversations_replies(ts=thread, **arguments))
                else:
                    page = await call(self._client.conversations_history(**arguments))
            except SlackRefused as error:  # as without the scope to read back
                log.warning("not looked up whether a message was posted: %s", error.error)
                return
            for message in page.get("messages") or []:
                yield message
            arguments["cursor"] = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not arguments["cursor"]:
                return


def _id_of(message: Message) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    return str((metadata.get("event_payload") or {}).get("id"))


def _later(message: Message, after: str) -> bool:
    try:
        return float(message["ts"]) > float(after)
    except ValueError:
        return False
