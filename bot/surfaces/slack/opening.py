"""Opening: modals, which have to be open within three seconds of the press, before anything else is done."""

from __future__ import annotations

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.surfaces.blockkit.build import context, plain, say, words
from bot.surfaces.slack.desk import refuse


async def open_view(client: AsyncWebClient, trigger: str, view: dict[str, Any]) -> str | None:
    """Opens a modal and returns its id; None where Slack did not let us, as for a trigger that was used before."""
    try:
        answer = await client.views_open(trigger_id=trigger, view=view)
    except SlackApiError as error:
        refuse("a modal", error=str(error.response.get("error", "")))
        return None
    return str((answer.get("view") or {}).get("id") or "") or None


def told(title: str, sentence: str) -> dict[str, Any]:
    """What such a modal is filled in with where there is nothing to show but a sentence."""
    return {**opening(title), "blocks": [say(words(sentence))]}


def opening(title: str) -> dict[str, Any]:
    """A modal to be filled in later, by a post of the kind `view`."""
    return {
        "type": "modal",
        "callback_id": "opening",
        "title": plain(title, 24),
        "close": plain("Close", 24),
        "blocks": [context("One moment…")],
    }
