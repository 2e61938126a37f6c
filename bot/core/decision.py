"""Decision: what a verdict consists of, as the contract lays it out."""

from __future__ import annotations

from datetime import date
from typing import Literal

from bot.core.evidence import Citation
from bot.core.facts import Frozen, Value
from bot.core.policy import Verdict

Support = Literal["strong", "fair", "thin"]


class Reason(Frozen):
    """Why: a sentence, the facts it rests on, the notes behind it."""

    text: str
    facts: tuple[str, ...]
    notes: tuple[str, ...]


class Alternative(Frozen):
    """Another verdict that is still possible, and how probable it is over the unknown facts."""

    verdict: Verdict
    probability: float


class Flip(Frozen):
    """A change of known facts that changes the verdict; actionable where the team can bring it about."""

    change: dict[str, Value]
    verdict: Verdict
    actionable: bool = False


class NextStep(Frozen):
    """Something to do, and the sign that it is done."""

    title: str
    detail: str
    done_when: str
    notes: tuple[str, ...]


class HowToTune(Frozen):
    """How to tune, with a tuning verdict."""

    kind: Literal["sft", "dpo", "rft", "distil", "classifier"]
    adapter: bool
    why: str
    notes: tuple[str, ...]


class Warned(Frozen):
    """A warning beside the verdict."""

    text: str
    notes: tuple[str, ...]


class DisputeSide(Frozen):
    """What one side of a dispute says."""

    says: str
    notes: tuple[str, ...]


class Disputed(Frozen):
    """A disputed point that the verdict rests on: both sides, and the rule followed meanwhile."""

    id: str
    question: str
    sides: tuple[DisputeSide, ...]
    working_rule: str


class Option(Frozen):
    """An answer to pick: what the button says and the facts that it sets."""

    label: str
    sets: dict[str, Value]


class Question(Frozen):
    """A question as asked: the facts it is about, why it matters, the answers to pick from.

    `none_of_these` is what picking nothing is called where several may be picked; it sets every fact of the question to no.
    """

    id: str
    facts: tuple[str, ...]
    text: str
    why: str
    multiple: bool = False
    options: tuple[Option, ...] = ()
    none_of_these: str | None = None


class Decision(Frozen):
    """The verdict over what is known, and everything that goes with it."""

    verdict: Verdict
    settled: bool
    confidence: float
    rule: str
    reasons: tuple[Reason, ...]
    alternatives: tuple[Alternative, ...]
    flips: tuple[Flip, ...]
    assumed: dict[str, str]
    next_question: Question | None
    next_steps: tuple[NextStep, ...]
    route: tuple[Verdict, ...]
    method: HowToTune | None
    cautions: tuple[Warned, ...]
    disputed: tuple[Disputed, ...]
    support: Support
    sources: tuple[Citation, ...]
    facts: dict[str, Value]
    unknown: tuple[str, ...]
    policy: str
    as_of: date
