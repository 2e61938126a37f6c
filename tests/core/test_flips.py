"""Flips: every change that a card offers does what it says."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bot.core.decide import decide
from bot.core.facts import read_facts, read_levels
from bot.core.flips import MAX_FLIPS, MAX_PER_VERDICT
from bot.core.knowledge import Knowledge

MEASURED = {"evals": "test_set", "prompting": "systematic", "scope": "narrow", "behaviour_gap": True, "teacher": False}
MEASURED |= {"knowledge_needed": False, "latency_gap": False, "cost_gap": False, "label_quality": "reviewed"}
MEASURED |= {"examples": 6000, "constrained_output": True, "data_rights": "clear", "data_edge": True}


def check_flips(knowledge: Knowledge, raw: dict[str, Any], today: date) -> None:
    facts = read_facts(knowledge.catalogue, raw)
    before = decide(knowledge, facts, today)
    assert len(before.flips) <= MAX_FLIPS
    for flip in before.flips:
        assert flip.change
        assert flip.verdict != before.verdict
        assert any(facts.given.get(key) != value for key, value in flip.change.items())
        changed = read_facts(knowledge.catalogue, {**raw, **flip.change})
        assert decide(knowledge, changed, today).verdict == flip.verdict, flip
        if flip.actionable:
            for key, value in flip.change.items():
                level = knowledge.catalogue.level_of(key, value)
                assert level in knowledge.catalogue.facts[key].work_brings
        for key, value in flip.change.items():
            if len(flip.change) > 1:
                alone = decide(knowledge, read_facts(knowledge.catalogue, {**raw, key: value}), today)
                assert alone.verdict != flip.verdict, (flip, key)
    assert len({str(flip.change) for flip in before.flips}) == len(before.flips)
    assert max(Counter(flip.verdict for flip in before.flips).values(), default=0) <= MAX_PER_VERDICT


@given(data=st.data())
def test_a_flip_brings_the_verdict_it_names(
    knowledge: Knowledge, cases: SearchStrategy[dict[str, Any]], today: date, data: st.DataObject
) -> None:
    check_flips(knowledge, data.draw(cases), today)


@pytest.mark.parametrize(
    ("score", "target"), [(80, 95), (95, 80), (92, 95), (33, 33.333), (10, 33.333), (1, 3), (3, 3), (0, 0), (7, 12.34)]
)
def test_a_flip_of_the_measured_quality_is_a_score_that_brings_it(
    knowledge: Knowledge, today: date, score: float, target: float
) -> None:
    check_flips(knowledge, {**MEASURED, "score": score, "target": target}, today)


@settings(max_examples=15)
@given(score=st.floats(0, 100), target=st.floats(0, 100), dear=st.booleans(), systematic=st.booleans())
@example(score=30, target=33.333, dear=True, systematic=False)
def test_the_same_for_any_score_and_target(
    knowledge: Knowledge, today: date, score: float, target: float, dear: bool, systematic: bool
) -> None:
    prompting = "systematic" if systematic else "some"
    raw = {**MEASURED, "score": score, "target": target, "cost_gap": dear, "prompting": prompting, "volume": 40000}
    check_flips(knowledge, {**raw, "behaviour_gap": not dear, "cheaper_tried": True}, today)


def test_what_the_team_can_bring_about_is_marked_and_comes_first(knowledge: Knowledge, today: date) -> None:
    raw = {**MEASURED, "examples": 10, "quality": "far"}
    decision = decide(knowledge, read_facts(knowledge.catalogue, raw), today)
    assert decision.verdict == "data_first"
    assert decision.flips[0].actionable
    assert list(decision.flips[0].change) == ["examples"]
    assert decision.flips[0].verdict == "fine_tune"


def test_nobody_is_told_to_undo_work(knowledge: Knowledge, today: date) -> None:
    facts = read_facts(knowledge.catalogue, {**MEASURED, "quality": "far"})
    decision = decide(knowledge, facts, today)
    levels = read_levels(knowledge.catalogue, facts).levels
    for flip in decision.flips:
        for key in flip.change:
            spec = knowledge.catalogue.facts[key]
            if spec.work_brings:
                level = knowledge.catalogue.level_of(key, flip.change[key])
                assert level in spec.work_brings
                assert level != levels[key]
