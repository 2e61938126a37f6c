"""Weigh: what one fact means for the verdict, level by level."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.decide import decide
from bot.core.facts import Facts, Value
from bot.core.knowledge import Knowledge
from bot.core.weigh import outcome_clause, supposing, value_within, weigh

CASE: dict[str, Value] = {
    "evals": "test_set",
    "score": 82,
    "target": 90,
    "prompting": "systematic",
    "knowledge_needed": False,
    "behaviour_gap": True,
    "examples": 2000,
    "label_quality": "reviewed",
    "data_rights": "clear",
    "scope": "narrow",
    "task_kind": "classification",
}


def test_a_number_is_weighed_in_neighbouring_bands(knowledge: Knowledge) -> None:
    weighed = weigh(knowledge, Facts(given=CASE), "examples")
    assert weighed.level == "thousands" and weighed.verdict == "fine_tune" and weighed.matters
    assert [outcome.verdict for outcome in weighed.outcomes] == ["data_first", "fine_tune"]
    clauses = [outcome_clause(knowledge, "examples", outcome) for outcome in weighed.outcomes]
    assert clauses == ["there are at most 199 examples", "there are 200 examples or more"]
    assert value_within(knowledge, weighed, weighed.outcomes[0]) == 199


def test_score_and_target_are_weighed_as_the_quality(knowledge: Knowledge) -> None:
    weighed = weigh(knowledge, Facts(given=CASE), "score")
    assert weighed.fact == "quality" and weighed.level == "far" and weighed.verdict_at("met") == "stop"


def test_what_no_rule_reads_is_said_to_be_so(knowledge: Knowledge) -> None:
    weighed = weigh(knowledge, Facts(given=CASE), "provider")
    assert weighed.outcomes == () and not weighed.matters and weighed.verdict == "fine_tune"


def test_what_is_supposed_takes_away_what_it_rules_out() -> None:
    facts = Facts(given={"evals": "none", "quality": "unmeasured"})
    assert supposing(facts, {"evals": "test_set"}).given == {"evals": "test_set"}
    assert supposing(facts, {"score": 80}).given == {"evals": "test_set", "score": 80}
    measured = Facts(given={"evals": "automated", "score": 80, "target": 90})
    assert supposing(measured, {"quality": "met"}).given == {"evals": "automated", "quality": "met"}
    assert supposing(measured, {"score": 85}).given == {"evals": "automated", "score": 85, "target": 90}


@pytest.fixture(scope="module")
def readable(knowledge: Knowledge) -> Iterator[list[str]]:
    yield [key for key in knowledge.verdict_chances.variables if key in knowledge.catalogue.facts]


@given(data=st.data())
def test_every_level_brings_what_deciding_on_it_brings(
    data: st.DataObject, knowledge: Knowledge, readable: list[str]
) -> None:
    known = data.draw(st.sets(st.sampled_from(sorted(CASE))))
    facts = Facts(given={key: CASE[key] for key in known})
    fact = data.draw(st.sampled_from(readable))
    weighed = weigh(knowledge, facts, fact)
    told = [level for outcome in weighed.outcomes for level in outcome.levels]
    assert sorted(told) == sorted(knowledge.catalogue.facts[fact].level_names)
    level = data.draw(st.sampled_from(told))
    supposed = supposing(facts, {fact: knowledge.catalogue.value_of(fact, level)})
    assert decide(knowledge, supposed, date(2026, 11, 20)).verdict == weighed.verdict_at(level)
