"""Doctor: whether Slack lets us in, and whether the app was granted what it needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp

from bot.errors import Passing, TunewiseError
from bot.surfaces.slack.app import who_am_i
from bot.surfaces.slack.client import SlackRefused, call, make_client
from bot.surfaces.slack.values import Rules

REINSTALL = (
    "Update the app with the output of `tunewise manifest` (api.slack.com/apps, App Manifest), then reinstall it."
)
Finding = dict[str, Any]


async def examine_slack(
    token: str | None,
    app_token: str | None,
    signing_secret: str | None,
    api_url: str,
    needed: frozenset[str],
    allowed: Callable[[str], Awaitable[Rules]] | None = None,
) -> list[Finding]:
    """What was found out about Slack; nothing where it is not configured at all. `allowed` tells what is in a workspace."""
    if not (token or app_token or signing_secret):
        return [_found("slack", True, "not configured; the README says how to install it in ten minutes")]
    if not token:
        return [
            _found(
                "slack",
                False,
                "SLACK_BOT_TOKEN is missing",
                "Copy the Bot User OAuth Token (xoxb-…) of the app into it.",
            )
        ]
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:
        client = make_client(token, api_url, session)
        try:
            bot, granted = await who_am_i(client)
        except SlackRefused as error:
            return [
                _found(
                    "slack",
                    False,
                    f"auth.test: {error.error}",
                    "Copy the Bot User OAuth Token anew; it may have been revoked.",
                )
            ]
        except Passing:
            return [
                _found(
                    "slack", False, f"{api_url} cannot be reached", "Check the network, and SLACK_API_URL if it is set."
                )
            ]
        found = [_found("slack", True, f"workspace {bot.team}, as {bot.user}"), _scopes(granted, needed)]
        if allowed is not None:
            found.append(await _allowed(allowed, bot.team))
        if app_token:
            found.append(await _socket(client, app_token))
        elif not signing_secret:
            found.append(_found("slack transport", False, "neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set",
                                "Set the first for `tunewise slack`, or the second for `tunewise serve`."))  # fmt: skip
        if signing_secret:
            found.append(_found("slack over HTTP", True, "`tunewise serve` answers Slack at /slack/events"))
    return found


def _scopes(granted: frozenset[str], needed: frozenset[str]) -> Finding:
    missing, spare = sorted(needed - granted), sorted(granted - needed)
    if missing:
        return _found("slack scopes", False, f"missing: {', '.join(missing)}", REINSTALL)
    more = f"; granted but not needed: {', '.join(spare)}" if spare else ""
    return _found("slack scopes", True, f"all {len(needed)} that are needed{more}")


async def _allowed(allowed: Callable[[str], Awaitable[Rules]], team: str) -> Finding:
    """What is in effect: what the settings allow, narrowed by what the admins of the workspace set in Home."""
    try:
        rules = await allowed(team)
    except TunewiseError as error:
        return _found("slack rules", False, str(error), "What the admins of the workspace set is kept in the store.")
    channels = "every channel" if rules.channels is None else ", ".join(sorted(rules.channels)) or "no channel"
    told = [
        f"used in {channels} and in direct messages",
        "only mentions are read" if rules.mention_only else "threads are followed",
        f"channels shared with other organisations: {'yes' if rules.connect else 'no'}",
        f"language model: {(rules.provider or 'none configured') if rules.model else 'not allowed'}",
    ]
    if rules.set_by:
        told.append(f"narrowed by {rules.set_by} on {datetime.fromtimestamp(rules.set_at, UTC):%Y-%m-%d at %H:%M} UTC")
    return _found("slack rules", True, "; ".join(told))


async def _socket(client: Any, app_token: str) -> Finding:
    try:
        await call(client.apps_connections_open(app_token=app_token))
    except SlackRefused as error:
        return _found("slack socket mode", False, f"apps.connections.open: {error.error}",
                      "Make an app-level token (xapp-…) with the scope connections:write and copy it into SLACK_APP_TOKEN.")  # fmt: skip
    except Passing:
        return _found("slack socket mode", False, "Slack cannot be reached", "Try again in a moment.")
    return _found("slack socket mode", True, "`tunewise slack` can connect")


def _found(what: str, ok: bool, found: str, do: str = "") -> Finding:
    return {"what": what, "ok": ok, "found": found, "do": do}
