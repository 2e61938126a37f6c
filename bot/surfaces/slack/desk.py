"""Desk: what every listener needs, and how mail is written there."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from bot.core.decision import Question
from bot.engine.mail import Mail
from bot.surfaces.slack.house_rules import HouseRules
from bot.surfaces.slack.ports import Intake, Ledger
from bot.surfaces.slack.values import SURFACE, Bot

log = logging.getLogger("tunewise.slack")


class Desk:
    """Where listeners write mail. Everything durable goes through `post`; nothing is acknowledged before it returns.

    `asked` are the questions that the intake form asks by picking.
    """

    def __init__(
        self, intake: Intake, ledger: Ledger, rules: HouseRules, bot: Bot, asked: tuple[Question, ...] = ()
    ) -> None:
        self.asked = asked
        self.intake = intake
        self.ledger = ledger
        self.rules = rules
        self.bot = bot

    async def post(
        self, kind: str, thread: str, by: str, body: Mapping[str, Any], id: str, claims: tuple[str, ...] = ()
    ) -> bool:
        """Writes mail; False where the same came before, or too much came. Raises StoreError: Slack then tries again."""
        mail = Mail(
            id=id,
            workspace=self.bot.team,
            thread=thread,
            surface=SURFACE,
            kind=kind,
            by=by,
            body=dict(body),
            received=time.time(),
            claims=claims,
        )
        state = (await self.intake.receive(mail)).state
        if state != "taken":
            log.info("not taken: a %s (%s)", kind, state)
        return state == "taken"


def refuse(what: str, **about: str) -> None:
    """Writes down that something was refused; never what anybody wrote."""
    log.warning("refused %s%s", what, "".join(f" {key}={value[:80]}" for key, value in about.items()))
