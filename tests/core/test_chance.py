"""Chance: the compiled table against plain enumeration of every completion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.facts import holds
from bot.core.knowledge import Knowledge
from bot.core.policy import VERDICTS

MOST_UNKNOWN = 6
MOST_COMPLETIONS = 1500
Levels = Mapping[str, str]


def priors(knowledge: Knowledge, key: str, levels: Levels, known: frozenset[str]) -> dict[str, float]:
    spec = knowledge.catalogue.facts[key]
    for other in spec.prior_when:
        if holds(other.when, levels, dict.fromkeys(known, True)):
            return other.prior
    return {name: spec.level(name).prior for name in spec.level_names}


def completions(knowledge: Knowledge, levels: Levels, known: frozenset[str]) -> Iterator[tuple[dict[str, str], float]]:
    """Every way the unknown facts may come out, with its prior probability."""
    unknown = [key for key in knowledge.catalogue.variables if key not in levels]
    tables = [priors(knowledge, key, levels, known) for key in unknown]
    for names in product(*tables):
        probability = prod(t[n] / sum(t.values()) for t, n in zip(tables, names, strict=True))
        yield {**levels, **dict(zip(unknown, names, strict=True))}, probability


def enumerated(by_hand: Any, levels: Levels, known: frozenset[str]) -> dict[str, float]:
    """Per row how probable it is that it decides; over what is possible, unless what is known already is not."""
    ways = list(completions(by_hand.knowledge, levels, known))
    fitting = [way for way in ways if by_hand.possible(way[0])] or ways
    masses: dict[str, float] = defaultdict(float)
    for full, probability in fitting:
        masses[by_hand.first_hit(full).id] += probability
    total = sum(masses.values())
    return {rule: mass / total for rule, mass in masses.items()}


@st.composite
def partly_known(draw: st.DrawFn, knowledge: Knowledge) -> dict[str, str]:
    """Levels of nearly all facts: so few unknown that every completion can be looked at."""
    names = {key: knowledge.catalogue.facts[key].level_names for key in knowledge.catalogue.variables}
    unknown: list[str] = []
    for key in draw(st.lists(st.sampled_from(list(names)), unique=True, max_size=MOST_UNKNOWN)):
        if prod(len(names[other]) for other in (*unknown, key)) <= MOST_COMPLETIONS:
            unknown.append(key)
    return {key: draw(st.sampled_from(levels)) for key, levels in names.items() if key not in unknown}


@settings(max_examples=100)
@given(data=st.data())
def test_every_completion_gets_exactly_one_verdict(knowledge: Knowledge, by_hand: Any, data: st.DataObject) -> None:
    names = knowledge.catalogue.variables
    levels = {key: data.draw(st.sampled_from(knowledge.catalogue.facts[key].level_names)) for key in names}
    rule = by_hand.first_hit(levels)
    assert rule.verdict in VERDICTS
    assert knowledge.verdict_chances.given(levels).distribution(levels) == {rule.verdict: 1.0}
    assert knowledge.rule_chances.given(levels).distribution(levels) == {rule.id: 1.0}


@given(data=st.data())
def test_the_diagram_equals_enumeration(knowledge: Knowledge, by_hand: Any, data: st.DataObject) -> None:
    levels = data.draw(partly_known(knowledge))
    known = frozenset(data.draw(st.sets(st.sampled_from(["score", "target"]))))
    expected = enumerated(by_hand, levels, known)
    by_verdict: dict[str, float] = defaultdict(float)
    for rule, probability in expected.items():
        by_verdict[knowledge.policy.rule(rule).verdict] += probability
    rules = knowledge.rule_chances.given(levels, known).distribution(levels)
    assert rules == pytest.approx(expected, abs=1e-9)
    verdicts = knowledge.verdict_chances.given(levels, known).distribution(levels)
    assert verdicts == pytest.approx(dict(by_verdict), abs=1e-9)
    assert list(verdicts.values()) == sorted(verdicts.values(), reverse=True)


@given(data=st.data())
def test_many_states_at_once_equal_each_by_itself(knowledge: Knowledge, data: st.DataObject) -> None:
    view = knowledge.verdict_chances.given({})
    states = data.draw(st.lists(partly_known(knowledge), min_size=1, max_size=4))
    assert view.distributions(states) == [view.distribution(state) for state in states]
    base = data.draw(partly_known(knowledge))
    merged = view.weights([{**base, **state} for state in states])
    assert view.weights(states, base) == pytest.approx(merged, abs=1e-15)


def test_nothing_known_leaves_every_verdict_possible(knowledge: Knowledge) -> None:
    found = knowledge.verdict_chances.given({}).distribution({})
    assert set(found) == set(VERDICTS)
    assert sum(found.values()) == pytest.approx(1)


def test_what_cannot_be_is_left_out_of_the_chances(knowledge: Knowledge) -> None:
    """Without evals nobody can know that the target is met, so with `evals: none` the quality is unmeasured."""
    levels = {"evals": "none"}
    weights = knowledge.verdict_chances.given(levels).weights([{**levels, "quality": name} for name in ("met", "far")])
    assert weights.sum() == 0


def test_what_was_said_counts_even_where_it_cannot_be(knowledge: Knowledge) -> None:
    levels = {"evals": "none", "quality": "met", "prompting": "systematic", "scope": "narrow"}
    assert knowledge.verdict_chances.given(levels).distribution(levels) == {"evals_first": 1.0}


def test_priors_depend_on_what_else_is_known(knowledge: Knowledge) -> None:
    table = knowledge.verdict_chances
    assert table.prior("evals", {})["none"] == pytest.approx(0.25)
    assert table.prior("evals", {}, frozenset({"score"}))["none"] < 0.05
    assert table.prior("volume", {"cost_gap": "yes"})["high"] > table.prior("volume", {"cost_gap": "no"})["high"]
