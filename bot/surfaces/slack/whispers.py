"""Whispers: a word for one person only - through a response_url, as an ephemeral message, or directly where we are not in
the channel."""

from __future__ import annotations

import logging
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Passing
from bot.surfaces.blockkit.build import channels_named, say, words
from bot.surfaces.blockkit.shapes import MESSAGE_BLOCKS
from bot.surfaces.slack.client import SECONDS, SlackRefused, showing
from bot.surfaces.slack.lookup import tagged

log = logging.getLogger("tunewise.slack")
ABSENT = {"not_in_channel", "channel_not_found", "is_archived"}  # nothing can be shown there, to anybody


class Whispers:
    """Tells one person something that nobody else sees."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def tell(self, body: dict[str, Any]) -> None:
        """`body` is that of a `private` post. Raises Passing; where nobody can be told any more, that is only written down."""
        content = {"text": body["text"], "blocks": body["blocks"]}
        url = body.get("response_url")
        if url and (await self._respond(url, content) or not body.get("channel")):
            return
        channel, user = str(body.get("channel") or body["user"]), str(body["user"])
        thread = body.get("root") or None
        try:
            if channel.startswith(("D", "U", "W")):  # nobody else is there
                await self._directly(channel, thread, content)
                return
            try:
                await showing(
                    content,
                    lambda shown: self._client.chat_postEphemeral(
                        channel=channel, user=user, thread_ts=thread, **shown
                    ),
                )
            except SlackRefused as error:
                if error.error not in ABSENT:
                    raise
                await self._directly(user, None, _about(channel, content))
        except SlackRefused as error:  # they left: there is nobody to tell
            log.info("a private word was not delivered: %s", error.error)

    async def _directly(self, channel: str, thread: str | None, content: dict[str, Any]) -> None:
        await showing(
            content,
            lambda shown: self._client.chat_postMessage(
                channel=channel,
                thread_ts=thread,
                metadata=tagged("private"),
                unfurl_links=False,
                unfurl_media=False,
                **shown,
            ),
        )

    async def _respond(self, url: str, content: dict[str, Any]) -> bool:
        """Through a response_url; False where that has run out."""
        if not url.startswith((self._client.base_url.removesuffix("/api/"), "https://hooks.slack.com/")):
            log.warning("refused a response_url that is not Slack's")
            return False
        body = {"response_type": "ephemeral", "replace_original": False, **content}
        try:
            timeout = aiohttp.ClientTimeout(total=SECONDS)
            async with aiohttp.ClientSession(timeout=timeout) as session, session.post(url, json=body) as response:
                if response.status >= 500 or response.status == 429:
                    raise Passing("Slack has trouble of its own just now.")
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise Passing("Slack cannot be reached.") from None


def _about(channel: str, content: dict[str, Any]) -> dict[str, Any]:
    """What was to be said in a channel, said elsewhere: with the channel's name before it."""
    told = say(words("This is about "), channels_named([channel]), words(":"))
    return {**content, "blocks": [told, *content["blocks"]][:MESSAGE_BLOCKS]}
