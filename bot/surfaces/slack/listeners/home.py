"""Home: somebody opens the Home tab, or the tab with the messages."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.surfaces.slack.desk import Desk
from bot.surfaces.slack.values import home_key


def listen(app: AsyncApp, desk: Desk) -> None:
    """Registers the listener."""

    async def on_home(event: dict[str, Any], body: dict[str, Any]) -> None:
        user = str(event["user"])
        about = {"tab": str(event.get("tab") or "home"), "channel": str(event.get("channel") or "")}
        await desk.post("home", home_key(desk.bot.team, user), user, about, str(body["event_id"]))

    app.event("app_home_opened")(on_home)
