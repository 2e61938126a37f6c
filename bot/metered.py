"""Metered: turns and answers with what a language model took for them looked up before and written down after.

Everything that may call a language model goes through here; `tests/test_metered.py` reads the code and keeps it so.
"""

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


class Ask(Protocol):
    """Answers one question outside any case, in whatever thread it is called."""

    def __call__(
        self, question: str, *, workspace: str = "local", model: bool = True, spent: int = 0, show: Show | None = None
    ) -> tuple[Reply, TurnUsage]: ...


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
        ask: Ask | None = None,
    ) -> None:
        self._turn, self._usage, self._today, self._models, self._count = turn, usage, today, models, count
        self._ask = ask

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
        spent = await self._spent(workspace, model)
        after, replies, usage = await asyncio.to_thread(
            self._turn, session, message, workspace=workspace, model=model, spent=spent, show=show
        )
        await self.record(workspace, usage)
        return after, replies

    async def ask(
        self, question: str, *, workspace: str = "local", model: bool = True, show: Show | None = None
    ) -> Reply:
        """One answer from the knowledge base, outside any case."""
        assert self._ask is not None, "whoever asks is made with something that answers"
        spent = await self._spent(workspace, model)
        reply, usage = await asyncio.to_thread(
            self._ask, question, workspace=workspace, model=model, spent=spent, show=show
        )
        await self.record(workspace, usage)
        return reply

    async def record(self, workspace: str, usage: TurnUsage) -> None:
        """Writes down what calls took, as far as the store can be reached."""
        if not usage.calls:
            return
        if self._count is not None:
            self._count(sum(c.input_tokens for c in usage.calls), sum(c.output_tokens for c in usage.calls))
        with contextlib.suppress(StoreError):
            await self._usage.record(workspace, self._today(), usage)

    async def _spent(self, workspace: str, model: bool) -> int:
        if self._models and model:
            with contextlib.suppress(StoreError):
                return await self._usage.spent(workspace, self._today())
        return 0
