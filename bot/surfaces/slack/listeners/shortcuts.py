"""Shortcuts: "Should we fine-tune this?" in the menu of any message starts a thread from its text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.surfaces.slack.desk import Desk
from bot.surfaces.slack.plain import plain_words
from bot.surfaces.slack.values import started_key

CALLBACK = "should_we_tune"


def listen(app: AsyncApp, desk: Desk) -> None:
    """Registers the listener."""

    async def on_shortcut(ack: Callable[..., Awaitable[Any]], shortcut: dict[str, Any]) -> None:
        message = shortcut.get("message") or {}
        channel, trigger = str(shortcut["channel"]["id"]), str(shortcut["trigger_id"])
        about = {
            "channel": channel,
            "name": str(shortcut["channel"].get("name", "")),
            "response_url": str(shortcut["response_url"]),
            "text": plain_words(str(message.get("text") or ""), desk.bot.user),
            "from": "shortcut",
            "under": str(message.get("thread_ts") or message.get("ts") or ""),
        }
        key = started_key(desk.bot.team, channel, trigger)
        await desk.post("start", key, str(shortcut["user"]["id"]), about, f"trigger:{trigger}")
        await ack()

    app.message_shortcut(CALLBACK)(on_shortcut)
