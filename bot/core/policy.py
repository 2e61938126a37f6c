"""Policy: the ordered decision table, what follows a verdict, how to tune, and the warnings beside it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from bot.core.facts import Frozen

Verdict = Literal["stop", "prompt_first", "rag_first", "evals_first", "data_first", "fine_tune", "rag_plus_fine_tune"]
VERDICTS: tuple[Verdict, ...] = (
    "stop",
    "prompt_first",
    "rag_first",
    "evals_first",
    "data_first",
    "fine_tune",
    "rag_plus_fine_tune",
)
TUNING: frozenset[Verdict] = frozenset({"fine_tune", "rag_plus_fine_tune"})
Condition = dict[str, tuple[str, ...]]


class Because(Frozen):
    """A reason. `facts` are what it rests on, `claims` the evidence; shown only where `when` holds."""

    text: str
    facts: tuple[str, ...] = ()
    claims: tuple[str, ...] = Field(min_length=1)
    when: Condition = {}


class DisputedWhen(Frozen):
    """A dispute that a rule rests on only where `when` holds."""

    id: str
    when: Condition


class Rule(Frozen):
    """A row of the table: where `when` holds, and one of `any_of` if there are any, the verdict is `verdict`."""

    id: str
    verdict: Verdict
    when: Condition
    any_of: tuple[Condition, ...] = ()
    because: tuple[Because, ...] = Field(min_length=1)
    disputes: tuple[str | DisputedWhen, ...] = ()

    @property
    def dispute_ids(self) -> tuple[str, ...]:
        """The ids of all disputes named."""
        return tuple(entry if isinstance(entry, str) else entry.id for entry in self.disputes)

    @property
    def conjunctions(self) -> tuple[Condition, ...]:
        """The row as plain conjunctions, one for each alternative."""
        return tuple({**self.when, **other} for other in self.any_of) or (self.when,)


class Method(Frozen):
    """How to tune, where `when` holds."""

    kind: Literal["sft", "dpo", "rft", "distil", "classifier"]
    when: Condition
    any_of: tuple[Condition, ...] = ()
    why: str
    claims: tuple[str, ...] = Field(min_length=1)


class Caution(Frozen):
    """A warning shown beside these verdicts, where `when` holds, from and until these days (both included)."""

    id: str
    verdicts: tuple[Verdict, ...]
    when: Condition
    since: date | None = Field(default=None, alias="from")
    until: date | None = None
    text: str
    claims: tuple[str, ...] = Field(min_length=1)
    disputes: tuple[str, ...] = ()

    def on(self, today: date) -> bool:
        """Whether the warning counts on that day."""
        return (self.since is None or today >= self.since) and (self.until is None or today <= self.until)


class Step(Frozen):
    """Something to do next, with the sign that it is done."""

    id: str
    verdicts: tuple[Verdict, ...]
    when: Condition = {}
    title: str
    detail: str
    done_when: str
    claims: tuple[str, ...] = Field(min_length=1)


class Side(Frozen):
    """One side of a dispute."""

    says: str
    claims: tuple[str, ...] = Field(min_length=1)


class Dispute(Frozen):
    """A point on which the sources disagree, and the rule that the policy follows until they agree."""

    question: str
    sides: tuple[Side, ...] = Field(min_length=1)
    working_rule: str


class Policy(Frozen):
    """Everything that turns levels into advice. `version` is a hash of the files it was read from."""

    rules: tuple[Rule, ...]
    after: dict[Verdict, dict[str, str]]
    methods: tuple[Method, ...]
    full_tuning: Condition
    cautions: tuple[Caution, ...]
    steps: tuple[Step, ...]
    disputes: dict[str, Dispute]
    version: str = ""

    def rule(self, id: str) -> Rule:
        """The row called `id`."""
        return next(rule for rule in self.rules if rule.id == id)
