"""Shortcuts: "Should we fine-tune this?" in the menu of any message starts a thread from its text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.surfaces.slack.desk import Desk
from bot.surfaces.slack.plain import plain_words
from bot.surfaces.slack.values import thread_key

CALLBACK = "should_we_tune"


def listen(app: AsyncApp, desk: Desk) -> None:
    """Registers the listener."""

    async def on_shortcut(ack: Callable[..., Awaitable[Any]], shortcut: dict[str, Any]) -> None:
        await take(desk, shortcut)
        await ack()

    app.message_shortcut(CALLBACK)(on_shortcut)


async def take(desk: Desk, shortcut: dict[str, Any]) -> None:
    """Mail for the message: the start of a thread under it, or one more message where that thread is ours already."""
    message = shortcut.get("message") or {}
    channel, team, user = str(shortcut["channel"]["id"]), desk.bot.team, str(shortcut["user"]["id"])
    ts = str(message.get("ts") or shortcut.get("message_ts") or "")
    root = str(message.get("thread_ts") or ts)
    text = plain_words(str(message.get("text") or ""), desk.bot.user)
    author = "" if message.get("bot_id") else str(message.get("user") or "")
    id, key = f"trigger:{shortcut['trigger_id']}", await desk.ledger.owner(team, channel, root)
    if key is not None:
        said = {
            "channel": channel,
            "kind": "channel",
            "root": root,
            "ts": ts,
            "text": text,
            "to_us": True,
        }
        await desk.post("said", key, author or user, said, id, (f"ts:{channel}:{ts}",))
        return
    about = {"channel": channel, "text": text, "author": author, "under": root, "from": "shortcut"}
    about["response_url"] = str(shortcut.get("response_url") or "")
    await desk.post("start", thread_key(team, channel, root), user, about, id)
