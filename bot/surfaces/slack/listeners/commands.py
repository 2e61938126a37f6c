"""Commands: `/tunewise` with nothing opens the intake modal, with a word of its own does that, with other text starts a thread."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.surfaces.blockkit.modals import intake_view
from bot.surfaces.slack.desk import Desk
from bot.surfaces.slack.opening import open_view
from bot.surfaces.slack.plain import plain_words
from bot.surfaces.slack.values import asked_key, home_key, started_key

COMMAND = "/tunewise"
PRIVATE = ("help", "status", "forget")
POLITE = re.compile(
    r"(?:me|us|please|pls|now|of (?:my|our|the) cases?|[\s,.!?])*", re.IGNORECASE
)  # what may follow one of those
# The wish to have something forgotten, and not a case that has to do with deleting: nothing is said but that.
FORGET = re.compile(
    r"(?:(?:please|pls|can you|could you|kindly) )*(?:forget|delete|erase|remove|wipe)"
    r"(?: (?:this|that|it|them|these|all|everything|every|about|of|from|in|here|the|my|our|me|us|mine|what|i|we|said|told|you|"
    r"data|case|cases|thread|threads|history|words|please|now))*[\s.!]*",
    re.IGNORECASE,
)
Ack = Callable[..., Awaitable[Any]]


def listen(app: AsyncApp, desk: Desk) -> None:
    """Registers the listener."""

    async def on_command(ack: Ack, command: dict[str, Any], client: AsyncWebClient) -> None:
        await take(desk, client, command)
        await ack()

    app.command(COMMAND)(on_command)


async def take(desk: Desk, client: AsyncWebClient, command: dict[str, Any]) -> None:
    """Mail for what was typed, or the modal."""
    text = plain_words(str(command.get("text") or ""), desk.bot.user)
    user, channel, trigger = str(command["user_id"]), str(command["channel_id"]), str(command["trigger_id"])
    if not text:
        view_id = await open_view(client, trigger, intake_view(channel, desk.asked))
        if view_id is not None:  # where no case can be started here, the form says so before it is filled in
            about = {"channel": channel, "view_id": view_id}
            await desk.post("form", home_key(desk.bot.team, user), user, about, f"trigger:{trigger}")
        return
    about = {
        "channel": channel,
        "name": str(command.get("channel_name", "")),
        "response_url": str(command["response_url"]),
    }
    first, _, rest = text.partition(" ")
    word, id = first.lower().strip(":,.!?"), f"trigger:{trigger}"
    if FORGET.fullmatch(" ".join(text.split())):
        await desk.post("forget", home_key(desk.bot.team, user), user, about, id)
    elif word in PRIVATE and POLITE.fullmatch(rest.strip()):
        await desk.post(word, home_key(desk.bot.team, user), user, about, id)
    elif word == "ask" and rest.strip():
        await desk.post("ask", asked_key(desk.bot.team, trigger), user, {**about, "text": rest.strip()}, id)
    elif word == "ask":
        await desk.post("help", home_key(desk.bot.team, user), user, about, id)
    else:
        key = started_key(desk.bot.team, channel, trigger)
        await desk.post("start", key, user, {**about, "text": text, "from": "command"}, id)
