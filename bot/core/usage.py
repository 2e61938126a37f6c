"""Usage: what the calls to a language model in one turn took - tokens, seconds, money - and how each ended. Pure values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from bot.core.facts import Frozen

Purpose = Literal["understand", "word"]


class Prices(Frozen):
    """US dollars for a million tokens: of input, of input that was cached, of output."""

    input: float
    cached: float
    output: float

    def cost(self, input_tokens: int, cached_tokens: int, output_tokens: int) -> float:
        """What so many tokens cost, in US dollars. `cached_tokens` are part of `input_tokens`."""
        fresh = max(input_tokens - cached_tokens, 0)
        return (fresh * self.input + cached_tokens * self.cached + output_tokens * self.output) / 1e6


class CallUsage(Frozen):
    """One call. `outcome` is "ok" or the reason why what it gave was not used; `tries` are the requests that it took.

    `estimated` says that the server reported no tokens and they were estimated from the length of the texts. `cost` is in US
    dollars, None where no prices are set.
    """

    purpose: Purpose
    model: str
    outcome: str
    tries: int = 1
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    estimated: bool = False
    seconds: float = 0.0
    cost: float | None = None

    @property
    def tokens(self) -> int:
        """All tokens, in and out."""
        return self.input_tokens + self.output_tokens


class TurnUsage(Frozen):
    """The calls of one turn. `prompts` is the content hash of the prompts in force, `left_out` why calls were not made."""

    prompts: str
    calls: tuple[CallUsage, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def tokens(self) -> int:
        """All tokens of the turn."""
        return sum(call.tokens for call in self.calls)

    def as_fields(self) -> dict[str, object]:
        """The turn as fields of a log line."""
        return {
            "prompts": self.prompts,
            "calls": len(self.calls),
            "tokens": self.tokens,
            "cost": sum_cost(self.calls),
            "seconds": round(sum(call.seconds for call in self.calls), 3),
            "outcomes": [f"{call.purpose}:{call.outcome}" for call in self.calls],
            "left_out": list(self.left_out),
        }


def sum_cost(calls: Iterable[CallUsage]) -> float | None:
    """What the calls cost together; None where no prices are set for some of them."""
    costs = [call.cost for call in calls]
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None
