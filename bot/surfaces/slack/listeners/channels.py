"""Channels: archived, shared with others, made private, left or renamed - what was remembered of them is looked up anew."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.surfaces.slack.desk import Desk
from bot.surfaces.slack.look import Look

CHANGES = (
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_rename",
    "channel_shared",
    "channel_unarchive",
    "channel_unshared",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
)
# Told as messages of the channel, where those arrive.
CONVERTED = ("channel_convert_to_private", "channel_convert_to_public")


def listen(app: AsyncApp, desk: Desk, look: Look) -> None:
    """Registers the listeners.

    Every turn looks at its channel before it says anything, so that having all processes look anew is all it takes.
    """

    async def on_change(event: dict[str, Any]) -> None:
        channel = event.get("channel")
        await look.changed(str(channel.get("id") if isinstance(channel, dict) else channel))

    for name in CHANGES:
        app.event(name)(on_change)
