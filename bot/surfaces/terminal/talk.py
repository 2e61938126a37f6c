"""Talk: what the terminal needs of the talk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from bot.core.card import Card
from bot.core.facts import Value
from bot.core.session import State
from bot.ports import Show
from bot.talk.replies import Reply

Answers = dict[str, Value | None]
CardOf = Callable[[str, Reply], Card] | None


class Talk(Protocol):
    """The talk, as a surface sees it."""

    async def say(self, thread: str, by: str, text: str | None, answers: Answers | None) -> tuple[State, list[Reply]]:
        """One turn: picked `answers` count before `text`. Raises TunewiseError with a sentence for people."""


@runtime_checkable
class StreamingTalk(Talk, Protocol):
    """A talk that can show the text of an answer while it comes, where `streams`."""

    @property
    def streams(self) -> bool: ...

    async def say(
        self, thread: str, by: str, text: str | None, answers: Answers | None, show: Show | None = None
    ) -> tuple[State, list[Reply]]:
        """One turn; `show` takes the pieces of an answer."""
