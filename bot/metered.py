"""Metered: turns with what a language model took for them looked up before and written down after."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import date
from typing import NamedTuple, Protocol

from bot.core.session import Session
from bot.core.usage import TurnUsage
from bot.errors import StoreError
from bot.ports import Show
from bot.talk.message import Message
from bot.talk.replies import Reply


class Turned(NamedTuple):
    """One message taken through: the session after it, the replies, and what a language model took for them."""

    session: Session
    replies: list[Reply]
    usage: TurnUsage


class Turn(Protocol):
    """Takes one message through, in whatever thread it is called."""

    def __call__(
        self,
        session: Session,
        message: Message,
        *,
        workspace: str = "local",
        model: bool = True,
        spent: int = 0,
        show: Show | None = None,
    ) -> Turned: ...


class Usage(Protocol):
    """Where use is written down, by workspace and day. Both raise StoreError."""

    async def spent(self, workspace: str, day: date) -> int: ...

    async def record(self, workspace: str, day: date, usage: TurnUsage) -> None: ...


class Metered:
    """Turns beside the event loop.

    `models` says whether there is a language model whose use counts; `count` is told the tokens that it read and wrote.
    """

    def __init__(
        self,
        turn: Turn,
        usage: Usage,
        today: Callable[[], date],
        models: bool,
        count: Callable[[int, int], None] | None = None,
    ) -> None:
        self._turn, self._usage, self._today, self._models, self._count = turn, usage, today, models, count

    async def turn(
        self,
        session: Session,
        message: Message,
        *,
        workspace: str = "local",
        model: bool = True,
        show: Show | None = None,
    ) -> tuple[Session, list[Reply]]:
        """One message through. Raises FactError where picked answers are illegal.

        Where the store does not answer, nothing counts as spent: whoever saves the session will hear of it.
        """
        spent = 0
        if self._models and model:
            with contextlib.suppress(StoreError):
                spent = await self._usage.spent(workspace, self._today())
        after, replies, usage = await asyncio.to_thread(
            self._turn, session, message, workspace=workspace, model=model, spent=spent, show=show
        )
        if usage.calls:
            if self._count is not None:
                self._count(sum(c.input_tokens for c in usage.calls), sum(c.output_tokens for c in usage.calls))
            with contextlib.suppress(StoreError):
                await self._usage.record(workspace, self._today(), usage)
        return after, replies
