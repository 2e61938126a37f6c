"""Pace: how long the engine waits for what, in seconds, and how often it tries."""

from __future__ import annotations

import random

from pydantic import Field

from bot.core.facts import Frozen


class Pace(Frozen):
    """Times of the engine. The defaults take a dead worker's turn over after 10 to 15 seconds."""

    lease: float = Field(default=10.0, gt=0)  # a worker that is not heard of for so long is taken for dead
    settle: float = Field(default=4.0, ge=0)  # what a dead worker sent may still arrive for so long
    sweep: float = Field(default=2.0, gt=0)  # between looks for timers that are due and mail nobody works on
    attempts: int = Field(default=6, ge=1)  # tries of a mail whose troubles may pass
    crashes: int = Field(default=25, ge=1)  # workers that may die over one mail before it is taken to be the reason
    first_wait: float = Field(default=1.0, gt=0)  # before the second try; doubled before each further one
    longest_wait: float = Field(default=60.0, gt=0)
    grace: float = Field(default=4.5, gt=0)  # for turns in hand to end when the engine stops

    def wait(self, attempts: int, asked: float | None) -> float:
        """How long to wait after so many failed tries, of which `asked` is the least; at random, so that not all come at once."""
        longest = min(self.longest_wait, self.first_wait * 2.0 ** min(attempts, 30))
        return max(asked or 0.0, longest * random.uniform(0.5, 1.0))
