"""Tagged: what a message tells of itself, word piece by word piece, as the reading model holds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.core.facts import Frozen
from bot.language.words import Word

Chances = npt.NDArray[np.float64]


class Tag(Frozen):
    """A level that a message tells, how probably, and the place of the word that tells it most."""

    fact: str
    level: str
    probability: float
    start: int
    end: int


class Reading:
    """The chances of every label at every word piece of one message."""

    def __init__(
        self,
        words: Sequence[Word],
        chances: Chances,
        labels: Sequence[tuple[str, str]],
        columns: Mapping[str, list[int]],
    ) -> None:
        self._words, self._chances, self._labels, self._columns = words, chances, labels, columns
        self._starts, self._ends = [word.start for word in words], [word.end for word in words]  # both rise

    def tags(self) -> list[Tag]:
        """Per fact the level that the message tells most probably, likely or not."""
        if not self._words:
            return []
        result = []
        for fact, columns in self._columns.items():
            chances = self._chances[:, columns]
            place, column = np.unravel_index(int(chances.argmax()), chances.shape)
            word = self._words[int(place)]
            result.append(
                Tag(
                    fact=fact,
                    level=self._labels[columns[int(column)]][1],
                    probability=float(chances[place, column]),
                    start=word.start,
                    end=word.end,
                )
            )
        return result

    def chance(self, fact: str, start: int, end: int, level: str | None = None) -> float:
        """How probably the words from `start` to `end` tell a fact, or this level of it."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        columns = [column for column in self._columns[fact] if level in (None, self._labels[column][1])]
        return float(self._chances[first:last, columns].max()) if first < last and columns else 0.0
