"""Knowledge: everything under knowledge/ as one immutable value, and the questions that can be asked."""

from __future__ import annotations

import re
from functools import cached_property

from pydantic import Field, field_validator

from bot.core.chance import Chances
from bot.core.evidence import Evidence
from bot.core.facts import Catalogue, Frozen
from bot.core.policy import Condition, Policy, Verdict


class OptionSpec(Frozen):
    """A button: what it says and which facts it sets (as levels; a band stands for its typical number)."""

    label: str = Field(max_length=75)
    sets: dict[str, str]


class QuestionSpec(Frozen):
    """A question that can be asked: the facts it fills, in the words of a colleague.

    `fills` are the facts that must still be unknown for it to make sense, `when` what must be known; `also` are further facts that an
    answer often tells.
    """

    text: str
    why: str
    fills: tuple[str, ...] = Field(min_length=1)
    when: Condition = {}
    also: tuple[str, ...] = ()
    multiple: bool = False
    effort: float = 1
    options: tuple[OptionSpec, ...] = ()
    none_of_these: str | None = None


class Term(Frozen):
    """A word that questions and cards use: how people call it (a regular expression), what it means, and an example."""

    called: str
    says: str
    example: str

    @field_validator("called")
    @classmethod
    def _compiles(cls, called: str) -> str:
        try:
            re.compile(called)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from None
        return called

    def is_called(self, words: str) -> bool:
        """Whether words are a name of this."""
        return re.fullmatch(self.called, words, re.IGNORECASE) is not None


class Knowledge(Frozen):
    """Facts, policy, questions and evidence, read once and checked."""

    catalogue: Catalogue
    policy: Policy
    questions: dict[str, QuestionSpec]
    evidence: Evidence
    glossary: dict[str, Term] = {}

    @cached_property
    def verdict_chances(self) -> Chances[Verdict]:
        """The table compiled by verdict."""
        rows = [(when, rule.verdict) for rule in self.policy.rules for when in rule.conjunctions]
        return Chances(self.catalogue, rows, [i.when for i in self.catalogue.impossible])

    @cached_property
    def rule_chances(self) -> Chances[str]:
        """The table compiled by rule."""
        rows = [(when, rule.id) for rule in self.policy.rules for when in rule.conjunctions]
        return Chances(self.catalogue, rows, [i.when for i in self.catalogue.impossible])
