"""Calls: what all turns share of a model, and the calls of one turn - each within its budgets, its outcome written down."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from bot.content.prompts import Prompts
from bot.core.facts import Catalogue
from bot.core.usage import CallUsage, Prices, Purpose, TurnUsage
from bot.language.model.breaker import Breaker
from bot.language.model.client import Client, Spent, estimate
from bot.language.model.failures import ANSWERED, failure_of
from bot.language.model.understanding import catalogue_lines

ANSWER_TOKENS = 400  # reserved in the budget for what a call gives back
T = TypeVar("T")


class Parts:
    """What all turns share: the model, the prompts, what may be spent, and the breaker."""

    def __init__(
        self,
        client: Client,
        prompts: Prompts,
        catalogue: Catalogue,
        prices: Prices | None,
        turn_tokens: int,
        day_tokens: int,
    ) -> None:
        self.client, self.prompts, self.catalogue, self.prices = client, prompts, catalogue, prices
        self.turn_tokens, self.day_tokens = turn_tokens, day_tokens
        self.breaker = Breaker()
        self.understand = prompts["understand"].filled(facts=catalogue_lines(catalogue))
        self.word = prompts["word"].filled()
        self.answer = prompts["answer"].filled()


class Calls:
    """The calls of one turn. `spent` are the workspace's tokens of today."""

    def __init__(self, parts: Parts, spent: int) -> None:
        self._parts, self._spent = parts, spent
        self.made: list[CallUsage] = []
        self.left_out: list[str] = []

    @property
    def usage(self) -> TurnUsage:
        """What they took so far, and which were left out and why."""
        return TurnUsage(prompts=self._parts.prompts.version, calls=tuple(self.made), left_out=tuple(self.left_out))

    def make(
        self,
        purpose: Purpose,
        system: str,
        given: str,
        ask: Callable[[], tuple[object, Spent]],
        use: Callable[..., T],
    ) -> T | None:
        """One call within the budgets, and what `use` makes of the answer; None where it came to nothing."""
        parts = self._parts
        expected = estimate(system, given) + ANSWER_TOKENS
        used = sum(call.tokens for call in self.made)
        if used + expected > parts.turn_tokens or self._spent + used + expected > parts.day_tokens:
            self.left_out.append(f"{purpose}:budget")
            return None
        if not parts.breaker.allows():
            self.left_out.append(f"{purpose}:breaker")
            return None
        start = time.monotonic()
        spent, outcome, value = Spent(), "ok", None
        try:
            raw, spent = ask()
            value = use(raw)
            parts.breaker.succeeded()
        except Exception as error:  # whatever a provider's library raises, the turn goes on
            failure = failure_of(error)
            outcome = failure.why
            if spent == Spent():
                spent = Spent(tries=failure.tries)
            if failure.why in ANSWERED:
                parts.breaker.succeeded()
            else:
                parts.breaker.failed(failure.after)
        self._record(purpose, outcome, spent, time.monotonic() - start, system, given)
        return value

    def _record(self, purpose: Purpose, outcome: str, spent: Spent, seconds: float, system: str, given: str) -> None:
        into, out, estimated = spent.input_tokens, spent.output_tokens, False
        if not into and outcome not in ("rate_limited", "server", "unreachable", "denied", "rejected"):
            into, out, estimated = estimate(system, given), 0 if outcome == "timeout" else ANSWER_TOKENS // 4, True
        prices = self._parts.prices
        self.made.append(
            CallUsage(
                purpose=purpose,
                model=self._parts.client.spec.label,
                outcome=outcome,
                tries=spent.tries,
                input_tokens=into,
                cached_tokens=spent.cached_tokens,
                output_tokens=out,
                estimated=estimated,
                seconds=round(seconds, 3),
                cost=prices.cost(into, spent.cached_tokens, out) if prices else None,
            )
        )
