"""Shortcuts: "Should we fine-tune this?" in the menu of any message starts a thread from its text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.surfaces.slack.desk import Desk
from bot.surfaces.slack.plain import plain_words
from bot.surfaces.slack.values import home_key, thread_key

CALLBACK = "should_we_tune"
MINE = "I wrote that message myself, so it tells me nothing. Pick one that somebody here wrote."


def listen(app: AsyncApp, desk: Desk) -> None:
    """Registers the listener."""

    async def on_shortcut(ack: Callable[..., Awaitable[Any]], shortcut: dict[str, Any]) -> None:
        await take(desk, shortcut)
        await ack()

    app.message_shortcut(CALLBACK)(on_shortcut)


async def take(desk: Desk, shortcut: dict[str, Any]) -> None:
    """Mail for the message: the start of a thread under it, or one more message where that thread is ours already.

    It claims no message: one that was taken for talk between people is read when somebody asks for it here.
    """
    message = shortcut.get("message") or {}
    channel, team, user = str(shortcut["channel"]["id"]), desk.bot.team, str(shortcut["user"]["id"])
    ts = str(message.get("ts") or shortcut.get("message_ts") or "")
    root = str(message.get("thread_ts") or ts)
    place = {"channel": channel, "root": root, "ts": ts, "response_url": str(shortcut.get("response_url") or "")}
    if user_of(message) == desk.bot.user or (message.get("bot_id") and message["bot_id"] == desk.bot.id):
        await desk.post(
            "refused", home_key(team, user), user, {**place, "sentence": MINE}, f"trigger:{shortcut['trigger_id']}"
        )
        return
    text = plain_words(str(message.get("text") or ""), desk.bot.user)
    author = "" if message.get("bot_id") else user_of(message)
    id, key = f"trigger:{shortcut['trigger_id']}", await desk.ledger.owner(team, channel, root)
    if key is not None:
        said = {**place, "kind": "channel", "text": text, "to_us": True, "picked_by": user}
        await desk.post("said", key, author or user, said, id)
        return
    about = {**place, "text": text, "author": author, "under": root, "from": "shortcut"}
    await desk.post("start", thread_key(team, channel, root), user, about, id)


def user_of(message: dict[str, Any]) -> str:
    """Who wrote a message, "" where Slack does not say."""
    return str(message.get("user") or "")
