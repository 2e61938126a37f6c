"""Homes: somebody's Home tab, made from what they may see at that moment."""

from __future__ import annotations

from typing import Any

from bot.surfaces.blockkit.home import HomeCase, HomeRules, Privacy, home_view
from bot.surfaces.slack.audience import visible
from bot.surfaces.slack.look import Look
from bot.surfaces.slack.ports import Ledger
from bot.surfaces.slack.values import Bot, Case, Rules

FOREIGN = "A case that was shared with a channel of yours"


class Homes:
    """Makes Home tabs."""

    def __init__(self, look: Look, ledger: Ledger, rules: Rules, bot: Bot) -> None:
        self._look, self._ledger, self._rules, self._bot = look, ledger, rules, bot

    async def view(self, user: str) -> dict[str, Any]:
        """The Home tab of a person."""
        channels = await self._look.channels_of(user)
        cases = await self._ledger.cases(self._bot.team, user, channels)
        shown = [await self._listed(case, user, channels) for case in visible(cases, self._bot.team, user, channels)]
        return home_view([case for case in shown if case], privacy_of(self._rules), rules_of(self._rules))

    async def _listed(self, case: Case, user: str, channels: frozenset[str]) -> HomeCase | None:
        """A case on the list; None where its channel was closed to us meanwhile."""
        info = await self._look.channel(case.channel)
        if info.external and not self._rules.connect:
            return None
        # Shown because it was shared: the verdict was, not the words in which the case was told.
        foreign = case.by != user if case.kind == "im" else case.channel not in channels
        private = case.kind == "im" or foreign
        return HomeCase(
            key=case.key,
            title=case.title if not foreign else FOREIGN,
            state=case.state,
            where="shared"
            if foreign
            else "direct message"
            if case.kind == "im"
            else f"#{info.name}"
            if info.name and not private
            else "",
            verdict=case.headline,
            decided=case.decided or "",
            steps=case.steps,
            done=case.done,
            url=self._bot.link(case.channel, case.root) if not foreign else None,
        )


def privacy_of(rules: Rules) -> Privacy:
    """What people are told about what is kept."""
    return Privacy(rules.retention_days, rules.provider if rules.model else None, rules.mention_only)


def rules_of(rules: Rules) -> HomeRules:
    """What people are told about what is allowed."""
    return HomeRules(
        channels=tuple(sorted(rules.channels)),
        mention_only=rules.mention_only,
        model=rules.model and rules.provider is not None,
        connect=rules.connect,
    )
