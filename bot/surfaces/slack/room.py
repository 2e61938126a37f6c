"""Room: what every part of the handler works with - the talk, what may be looked up, what is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

from bot.core.session import Session
from bot.surfaces.slack.house_rules import HouseRules
from bot.surfaces.slack.look import Look
from bot.surfaces.slack.ports import Ledger
from bot.talk.message import Message
from bot.surfaces.slack.values import Bot
from bot.talk.replies import Reply
from bot.talk.turn import Talk

P = ParamSpec("P")
T = TypeVar("T")


class Turn(Protocol):
    """Takes one message of a workspace through, with a language model where there is one and `model` allows it."""

    async def __call__(
        self, session: Session, message: Message, *, workspace: str, model: bool
    ) -> tuple[Session, list[Reply]]: ...


class Room:
    """The talk and its surroundings. `turn` takes messages through, `talk` is for all that needs no model.

    Both only read what they share, so that turns of several threads may think at the same time.
    """

    def __init__(self, talk: Talk, turn: Turn, look: Look, ledger: Ledger, rules: HouseRules, bot: Bot) -> None:
        self.talk = talk
        self._turn = turn
        self.look = look
        self.ledger = ledger
        self.rules = rules
        self.bot = bot

    async def turn(self, session: Session, message: Message) -> tuple[Session, list[Reply]]:
        """One message through. Raises BadInput for picked answers that cannot be."""
        return await self._turn(session, message, workspace=self.bot.team, model=(await self.rules.now()).model)

    async def work(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs what thinks beside the event loop, which has to go on answering Slack."""
        return await asyncio.to_thread(function, *args, **kwargs)
