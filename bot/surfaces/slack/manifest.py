"""Manifest: the app as Slack is told about it, fitted to the settings, and the scopes that are needed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bot.errors import UsageError

FILE = Path(__file__).parent / "manifest.yaml"
FOLLOWING = {"message.channels", "message.groups", "message.mpim"}  # what following threads without a mention takes
READ_BACK = {"channels:history", "groups:history", "mpim:history"}
URL = re.compile(r"https://[^\s/]+(?:/\S*)?")


def manifest(load: Any, *, url: str | None = None, mention_only: bool = False) -> dict[str, Any]:
    """The manifest; `load` reads YAML. With `url`, the address of `tunewise serve`, for HTTP instead of Socket Mode.

    `mention_only` leaves out the scopes and events with which messages without a mention arrive. Raises UsageError.
    """
    made: dict[str, Any] = load(FILE.read_text(encoding="utf-8"))
    settings, events = made["settings"], made["settings"]["event_subscriptions"]
    if mention_only:
        events["bot_events"] = [event for event in events["bot_events"] if event not in FOLLOWING]
        scopes = made["oauth_config"]["scopes"]
        scopes["bot"] = [scope for scope in scopes["bot"] if scope not in READ_BACK]
    if url is not None:
        if not URL.fullmatch(url):
            raise UsageError(
                "--url takes the https address at which Slack reaches this server, such as https://bot.example.com."
            )
        at = url.rstrip("/")
        at = at if at.endswith("/slack/events") else f"{at}/slack/events"
        settings["socket_mode_enabled"] = False
        settings["event_subscriptions"]["request_url"] = at
        settings["interactivity"]["request_url"] = at
        for command in made["features"]["slash_commands"]:
            command["url"] = at
    return made


def scopes_of(made: dict[str, Any]) -> frozenset[str]:
    """The scopes that a manifest asks for."""
    return frozenset(made["oauth_config"]["scopes"]["bot"])
