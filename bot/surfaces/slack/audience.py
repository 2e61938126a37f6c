"""Audience: who may see which case. The one place where that is decided; Home, status, sharing and ticking all ask here.

A case belongs to the conversation in which it was told. Those in that conversation may see it, and those in a channel to
which somebody shared it. Direct messages have one member besides the bot: the person who told the case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.surfaces.slack.values import Case, Copy


def may_see(case: Case, team: str, user: str, channels: Collection[str]) -> bool:
    """Whether a person of a workspace, who is now in these channels, may see a case."""
    if case.team != team:
        return False
    if case.kind == "im":
        return case.by == user or any(channel in channels for channel in case.shared)
    return case.channel in channels or any(channel in channels for channel in case.shared)


def visible(cases: Iterable[Case], team: str, user: str, channels: Collection[str]) -> list[Case]:
    """Those of the cases that a person may see."""
    return [case for case in cases if may_see(case, team, user, channels)]


def outside(case: Case, user: str, channels: Collection[str]) -> bool:
    """Whether somebody who may see a case does so only because it was shared."""
    return case.by != user if case.kind == "im" else case.channel not in channels


def copy_for(case: Case, channels: Collection[str]) -> Copy | None:
    """What people in these channels were shown of a case, the last of it; None where that was not kept."""
    shown = [case.copies[channel] for channel in case.shared if channel in channels and channel in case.copies]
    return shown[-1] if shown else None


def may_share(case: Case, team: str, user: str, channels: Collection[str]) -> bool:
    """Whether a person may show a case elsewhere: whoever told it in a direct message, else whoever is in its channel."""
    return case.team == team and (case.by == user if case.kind == "im" else case.channel in channels)
