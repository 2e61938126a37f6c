"""Fallback: search by an embedder that may be away, and by the shipped one while it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from bot.core.facts import Facts
from bot.errors import Passing
from bot.ports import Passages

PAUSE = 60.0  # seconds in which an embedder that failed is left alone
T = TypeVar("T")


class FallbackSearch:
    """The port Passages over two others: the first as long as it does not raise Passing."""

    def __init__(self, first: Passages, second: Passages, clock: Callable[[], float] = time.monotonic) -> None:
        self._first, self._second, self._clock = first, second, clock
        self._until = 0.0

    def search(self, query: str, k: int = 5) -> list[tuple[str, float]]:
        """See ports.Passages."""
        return self._found(lambda passages: passages.search(query, k))

    def for_case(
        self, facts: Facts, levels: Mapping[str, str], verdict: str, words: str, k: int = 3
    ) -> list[tuple[str, float]]:
        """See ports.Passages."""
        return self._found(lambda passages: passages.for_case(facts, levels, verdict, words, k))

    def closest_cases(
        self, facts: Facts, levels: Mapping[str, str], words: str, k: int = 2
    ) -> list[tuple[str, tuple[str, ...], float]]:
        """See ports.Passages."""
        return self._found(lambda passages: passages.closest_cases(facts, levels, words, k))

    def _found(self, ask: Callable[[Passages], T]) -> T:
        if self._clock() >= self._until:
            try:
                return ask(self._first)
            except Passing:
                self._until = self._clock() + PAUSE
        return ask(self._second)
