"""Room: what every part of the handler works with - the talk, what may be looked up, what is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from bot.surfaces.slack.look import Look
from bot.surfaces.slack.ports import Ledger
from bot.surfaces.slack.values import Bot, Rules
from bot.talk.turn import Talk

P = ParamSpec("P")
T = TypeVar("T")


class Room:
    """The talk and its surroundings. The talk is only read, so that turns of several threads may think at the same time."""

    def __init__(self, talk: Talk, look: Look, ledger: Ledger, rules: Rules, bot: Bot) -> None:
        self.talk = talk
        self.look = look
        self.ledger = ledger
        self.rules = rules
        self.bot = bot

    async def work(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs what thinks beside the event loop, which has to go on answering Slack."""
        return await asyncio.to_thread(function, *args, **kwargs)
