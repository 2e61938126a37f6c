"""Homes: somebody's Home tab, made from what they may see at that moment."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from bot.errors import TunewiseError
from bot.surfaces.blockkit.home import CASES, HomeCase, HomeRules, Privacy, home_view
from bot.surfaces.slack.audience import copy_for, outside, visible
from bot.surfaces.slack.house_rules import HouseRules
from bot.surfaces.slack.look import ChannelInfo, Look
from bot.surfaces.slack.ports import Ledger
from bot.surfaces.slack.values import Bot, Case, Rules

FOREIGN = "A case that was shared with a channel of yours"


class Homes:
    """Makes Home tabs."""

    def __init__(self, look: Look, ledger: Ledger, rules: HouseRules, bot: Bot) -> None:
        self._look, self._ledger, self._rules, self._bot = look, ledger, rules, bot

    async def view(self, user: str) -> dict[str, Any]:
        """The Home tab of a person."""
        rules, channels = await self._rules.now(fresh=True), await self._look.channels_of(user)
        cases = visible(await self._ledger.cases(self._bot.team, user, channels), self._bot.team, user, channels)
        listed: list[HomeCase] = []
        while cases and len(listed) < CASES:  # only the channels of those that are shown are looked up
            next, cases = cases[: CASES - len(listed)], cases[CASES - len(listed) :]
            found = await asyncio.gather(*(self._listed(case, user, channels, rules) for case in next))
            listed += [case for case in found if case]
        return home_view(listed, privacy_of(rules), await self._rules_for(user, rules), more=len(cases))

    async def _rules_for(self, user: str, rules: Rules) -> HomeRules:
        """What is allowed, as this person is told."""
        admin = False
        with suppress(TunewiseError):  # without the button, then: the tab itself is worth more
            admin = await self._look.is_admin(user)
        return HomeRules(
            channels=None if rules.channels is None else tuple(sorted(rules.channels)),
            mention_only=rules.mention_only,
            model=None if rules.provider is None else rules.model,
            connect=rules.connect,
            changed=await changed(self._look, rules.set_by, rules.set_at),
            admin=admin,
        )

    async def _listed(self, case: Case, user: str, channels: frozenset[str], rules: Rules) -> HomeCase | None:
        """A case on the list; None where its channel was closed to us meanwhile."""
        info = await self._look.channel(case.channel)
        if info.external and not rules.connect:
            return None
        if outside(case, user, channels):
            return _shared(case, channels)
        return HomeCase(
            key=case.key,
            title=case.title,
            state=case.state,
            where=_where(case, info),
            verdict=case.headline,
            decided=case.decided or "",
            steps=case.steps,
            done=case.done,
            url=self._bot.link(case.channel, case.root),
        )


def _where(case: Case, info: ChannelInfo) -> str:
    """In what conversation a case is; those of several people have names that nobody reads."""
    named = {"im": "direct message", "mpim": "group message"}.get(case.kind, f"#{info.name}" if info.name else "")
    return f"{named} (archived)" if info.archived else named


def _shared(case: Case, channels: frozenset[str]) -> HomeCase:
    """A case for those whom it was only shared with: the verdict that they were shown, and none of the words behind it."""
    copy = copy_for(case, channels)
    if copy is None:
        return HomeCase(key=case.key, title=FOREIGN, state="", where="shared")
    return HomeCase(
        key=case.key,
        title=copy.about or FOREIGN,
        state="decided",
        where="shared",
        verdict=copy.headline,
        decided=copy.decided,
        steps=copy.steps,
        done=tuple(title for title in case.done if title in copy.steps),
    )


def privacy_of(rules: Rules) -> Privacy:
    """What people are told about what is kept."""
    return Privacy(rules.retention_days, rules.provider if rules.model else None, rules.mention_only)


async def changed(look: Look, by: str, at: float) -> str:
    """Who changed the settings last, and when, as a sentence; empty where nobody did."""
    if not by:
        return ""
    name = (await look.names([by]))[by]
    return f"Last changed by {name} on {datetime.fromtimestamp(at, UTC):%Y-%m-%d at %H:%M} UTC."
