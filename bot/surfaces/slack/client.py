"""Client: Slack's Web API through slack_sdk, and what its failures mean for us."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Passing, TunewiseError

log = logging.getLogger("tunewise.slack")
SECONDS = 15  # until a call is given up
BRIEF = {
    "ratelimited",
    "rate_limited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
}
UNSHOWABLE = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "invalid_attachments"}


class SlackRefused(TunewiseError):
    """Slack refuses a call for good. `error` is Slack's own name for why."""

    def __init__(self, error: str, needed: str = "") -> None:
        more = f" (the scope {needed} is missing: reinstall the app with the manifest)" if needed else ""
        super().__init__(f"Slack refuses that: {error}{more}.")
        self.error = error


def make_client(token: str | None, base_url: str, session: aiohttp.ClientSession | None = None) -> AsyncWebClient:
    """A client that never sends anything twice by itself: whether a post arrived is for the courier to find out."""
    return AsyncWebClient(token=token, base_url=base_url, timeout=SECONDS, retry_handlers=[], session=session)


async def call(work: Awaitable[Any]) -> Any:
    """The answer to a call. Raises Passing where a later try may work, SlackRefused where none will."""
    try:
        return await work
    except SlackApiError as error:
        response = error.response
        status, name = getattr(response, "status_code", 200), str(response.get("error") or "")
        if status == 429 or name in ("ratelimited", "rate_limited"):
            headers = {key.lower(): value for key, value in dict(getattr(response, "headers", {})).items()}
            raise Passing("Slack asks us to slow down.", _seconds(headers.get("retry-after"))) from None
        if status >= 500 or name in BRIEF:
            raise Passing("Slack has trouble of its own just now.") from None
        raise SlackRefused(name or f"status {status}", str(response.get("needed") or "")) from None
    except (TimeoutError, aiohttp.ClientError, OSError, SlackClientError):
        raise Passing("Slack cannot be reached.") from None


async def showing(content: Mapping[str, Any], send: Callable[[dict[str, Any]], Awaitable[Any]]) -> Any:
    """Sends text and blocks; where Slack will not have those blocks, the text alone: never silence. Raises as `call` does."""
    shown = {"text": content["text"], "blocks": content["blocks"]}
    try:
        return await call(send(shown))
    except SlackRefused as error:
        if error.error not in UNSHOWABLE:
            raise
        log.error("Slack refused blocks of ours (%s); the words went out without them", error.error)
    return await call(send({**shown, "blocks": []}))


def _seconds(value: Any) -> float:
    value = value[0] if isinstance(value, list) and value else value
    try:
        return max(float(value), 0.0)
    except (TypeError, ValueError):
        return 1.0
