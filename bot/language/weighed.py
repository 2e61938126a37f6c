"""Weighed: what the words of a reply may answer about one fact, by probabilities."""

from __future__ import annotations

from bot.core.facts import Frozen


class Weighed(Frozen):
    """What words may answer about a fact: probabilities of its levels, of being about something else, of not knowing."""

    levels: dict[str, float]
    elsewhere: float
    dont_know: float

    @property
    def best(self) -> tuple[str, float]:
        """The likeliest level and its probability."""
        level = max(self.levels, key=lambda name: self.levels[name])
        return level, self.levels[level]

    def favour(self, level: str, times: float) -> Weighed:
        """The same with one level so many times likelier."""
        odds = {name: p * (times if name == level else 1) for name, p in self.levels.items()}
        total = sum(odds.values()) + self.elsewhere + self.dont_know
        return Weighed(
            levels={name: p / total for name, p in odds.items()},
            elsewhere=self.elsewhere / total,
            dont_know=self.dont_know / total,
        )

    def moved(self, level: str, to: str) -> Weighed:
        """The same with what speaks for one level speaking for another."""
        both = self.levels[level] + self.levels[to]
        return self.model_copy(update={"levels": {**self.levels, level: 0.0, to: both}})

    @property
    def about(self) -> float:
        """How probably the words tell one of the levels."""
        return sum(self.levels.values())


def mean_of(one: Weighed, other: Weighed, share: float) -> Weighed:
    """What two models hold together, the first with this share of the say."""
    rest = 1 - share
    return Weighed(
        levels={level: share * one.levels[level] + rest * other.levels[level] for level in one.levels},
        elsewhere=share * one.elsewhere + rest * other.elsewhere,
        dont_know=share * one.dont_know + rest * other.dont_know,
    )
