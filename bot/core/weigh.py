"""Weigh: what one fact means for the verdict - which verdict each of its levels would bring, all else as it is known. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from bot.core.decide import likeliest
from bot.core.facts import Facts, FactSpec, Frozen, Value, read_levels
from bot.core.knowledge import Knowledge
from bot.core.policy import Verdict
from bot.core.words import level_clause, span_clause

SHARES = ("score", "target")  # which amount to the quality
MEASURED = ("test_set", "automated")


class Outcome(Frozen):
    """A verdict and the levels of the fact that bring it; where those are bands of a number, they are neighbours."""

    verdict: Verdict
    levels: tuple[str, ...]


class Weighed(Frozen):
    """A fact as it bears on the verdict. `level` is the one that is known, `verdict` the likeliest one of today.

    `outcomes` holds every level once; a single one says that the verdict does not hang on this fact. It is empty for a
    fact that no rule reads.
    """

    fact: str
    level: str | None
    verdict: Verdict
    outcomes: tuple[Outcome, ...] = ()

    @property
    def matters(self) -> bool:
        """Whether another level would bring another verdict."""
        return len({outcome.verdict for outcome in self.outcomes} | {self.verdict}) > 1

    def verdict_at(self, level: str) -> Verdict:
        """The likeliest verdict at a level."""
        return next((outcome.verdict for outcome in self.outcomes if level in outcome.levels), self.verdict)


def supposing(facts: Facts, changes: Mapping[str, Value]) -> Facts:
    """The facts with others supposed, and without what those take away: a score has to be measured, and what is measured is known."""
    changes = dict(changes)
    if "score" in changes and facts.given.get("evals") not in MEASURED:
        changes.setdefault("evals", MEASURED[0])
    gone: set[str] = set(SHARES) if "quality" in changes else set()
    if changes.get("evals") in MEASURED and facts.given.get("quality") == "unmeasured":
        gone.add("quality")
    given = {key: value for key, value in facts.given.items() if key not in gone}
    return facts.model_copy(update={"given": given}).with_(changes)


def weigh(knowledge: Knowledge, facts: Facts, fact: str) -> Weighed:
    """What each level of `fact` would bring. Score and target are weighed as the quality that they amount to."""
    key = "quality" if fact in SHARES else fact
    verdict, level = _likeliest(knowledge, facts), read_levels(knowledge.catalogue, facts).levels.get(key)
    if key not in knowledge.verdict_chances.index:
        return Weighed(fact=key, level=level, verdict=verdict)
    spec = knowledge.catalogue.facts[key]
    supposed = {name: knowledge.catalogue.value_of(key, name) for name in spec.level_names}
    at = {name: _likeliest(knowledge, supposing(facts, {key: value})) for name, value in supposed.items()}
    if spec.bands:
        groups = [(brought, tuple(run)) for brought, run in groupby(at, key=lambda name: at[name])]
    else:
        groups = [
            (brought, tuple(name for name in at if at[name] == brought)) for brought in dict.fromkeys(at.values())
        ]
    outcomes = tuple(Outcome(verdict=brought, levels=names) for brought, names in groups)
    return Weighed(fact=key, level=level, verdict=verdict, outcomes=outcomes)


def outcome_clause(knowledge: Knowledge, fact: str, outcome: Outcome) -> str:
    """When an outcome comes about, as a clause: "there are 50 examples or more", "quality is not measured or is judged by eye"."""
    spec = knowledge.catalogue.facts[fact]
    if not spec.bands:
        return " or ".join(level_clause(fact, spec, level) for level in outcome.levels)
    return span_clause(spec, spec.bands[outcome.levels[0]].range[0], spec.bands[outcome.levels[-1]].range[1])


def value_within(knowledge: Knowledge, weighed: Weighed, outcome: Outcome) -> Value:
    """A value that brings an outcome; of a number, the nearest to what is known."""
    spec = knowledge.catalogue.facts[weighed.fact]
    if not spec.bands:
        return knowledge.catalogue.value_of(weighed.fact, outcome.levels[0])
    high = spec.bands[outcome.levels[-1]].range[1]
    below = weighed.level is not None and _place(spec, weighed.level) > _place(spec, outcome.levels[-1])
    return int(high) if below and high is not None else int(spec.bands[outcome.levels[0]].range[0])


def _likeliest(knowledge: Knowledge, facts: Facts) -> Verdict:
    return likeliest(knowledge, read_levels(knowledge.catalogue, facts).levels, frozenset(facts.given))


def _place(spec: FactSpec, level: str) -> int:
    return spec.level_names.index(level)
