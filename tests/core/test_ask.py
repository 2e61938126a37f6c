"""Ask: only questions whose answers can change the verdict, and an end to them."""

from __future__ import annotations

from datetime import date
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bot.core.ask import ROUND, pick_question, plan_round
from bot.core.decide import decide
from bot.core.decision import Question
from bot.core.facts import Facts, Reading, read_facts, read_levels
from bot.core.knowledge import Knowledge


def asked(knowledge: Knowledge, raw: dict[str, Any], skip: tuple[str, ...] = ()) -> tuple[Question, ...]:
    facts = read_facts(knowledge.catalogue, raw)
    return plan_round(knowledge, facts, read_levels(knowledge.catalogue, facts), skip)


def outcomes(knowledge: Knowledge, facts: Facts, reading: Reading, question: Question) -> list[dict[str, float]]:
    """The distribution over verdicts after each answer to a question, under the priors of before."""
    spec = knowledge.questions[question.id]
    if spec.multiple or not spec.options:
        keys = [key if key in knowledge.catalogue.variables else "quality" for key in spec.fills]
        names = [knowledge.catalogue.facts[key].level_names for key in keys]
        answers = [dict(zip(keys, levels, strict=True)) for levels in product(*names)]
    else:
        answers = [option.sets for option in spec.options]
    view = knowledge.verdict_chances.given(reading.levels, frozenset(facts.given))
    after = view.distributions([{**reading.levels, **answer} for answer in answers])
    return [{str(verdict): p for verdict, p in distribution.items()} for distribution in after if distribution]


@given(data=st.data())
def test_every_question_can_change_the_verdict(
    knowledge: Knowledge, cases: SearchStrategy[dict[str, Any]], data: st.DataObject
) -> None:
    raw = data.draw(cases)
    facts = read_facts(knowledge.catalogue, raw)
    reading = read_levels(knowledge.catalogue, facts)
    for question in plan_round(knowledge, facts, reading):
        first, *others = outcomes(knowledge, facts, reading, question)
        assert any(other != pytest.approx(first, abs=1e-9) for other in others), question.id


@given(data=st.data())
def test_nothing_is_asked_that_is_known_or_was_not_known(
    knowledge: Knowledge, cases: SearchStrategy[dict[str, Any]], data: st.DataObject
) -> None:
    raw = data.draw(cases)
    skip = tuple(data.draw(st.sets(st.sampled_from(list(knowledge.catalogue.facts)), max_size=6)))
    reading = read_levels(knowledge.catalogue, read_facts(knowledge.catalogue, raw))
    for question in asked(knowledge, raw, skip):
        fills = set(knowledge.questions[question.id].fills)
        assert not fills & (raw.keys() | reading.levels.keys() | set(skip))


@given(data=st.data())
def test_a_round_asks_for_no_fact_twice(
    knowledge: Knowledge, cases: SearchStrategy[dict[str, Any]], data: st.DataObject
) -> None:
    check_round(asked(knowledge, data.draw(cases)))


@pytest.mark.parametrize("raw", [{}, {"score": 80}, {"score": 80, "evals": "test_set"}, {"score": 80, "teacher": True}])
def test_no_fact_twice_where_a_score_waits_for_its_target(knowledge: Knowledge, raw: dict[str, Any]) -> None:
    check_round(asked(knowledge, raw))


def check_round(questions: tuple[Question, ...]) -> None:
    assert len(questions) <= ROUND
    facts = [key for question in questions for key in question.facts]
    assert len(facts) == len(set(facts)), [question.id for question in questions]


@given(data=st.data())
def test_a_settled_verdict_asks_nothing(
    knowledge: Knowledge, cases: SearchStrategy[dict[str, Any]], today: date, data: st.DataObject
) -> None:
    raw = data.draw(cases)
    decision = decide(knowledge, read_facts(knowledge.catalogue, raw), today)
    questions = asked(knowledge, raw)
    assert not (decision.settled and (questions or decision.next_question))
    assert (decision.next_question.id if decision.next_question else None) == (questions[0].id if questions else None)


@settings(max_examples=20)
@given(data=st.data())
def test_asking_ends(knowledge: Knowledge, cases: SearchStrategy[dict[str, Any]], data: st.DataObject) -> None:
    raw = data.draw(cases)
    random = Random(data.draw(st.integers(0, 2**16)))
    for _ in range(len(knowledge.catalogue.facts)):
        questions = asked(knowledge, raw)
        if not questions:
            return
        before = len(raw)
        for question in questions:
            raw = {**raw, **answer(knowledge, question, random)}
        assert len(raw) > before
    raise AssertionError("there is always another question")


def answer(knowledge: Knowledge, question: Question, random: Random) -> dict[str, Any]:
    """What a person might answer: nobody knows, a button, several of them, or none."""
    fills = knowledge.questions[question.id].fills
    if not question.options or random.random() < 0.25:
        return dict.fromkeys(fills)
    if question.multiple:
        picked = [option for option in question.options if random.random() < 0.4]
        return dict.fromkeys(fills, False) | {key: v for option in picked for key, v in option.sets.items()}
    return dict.fromkeys(fills) | random.choice(question.options).sets


def test_the_first_round_is_wide(knowledge: Knowledge) -> None:
    first = asked(knowledge, {})
    assert 1 <= len(first) <= ROUND
    assert all(question.text and question.why for question in first)


def test_options_set_values_that_facts_may_have(knowledge: Knowledge) -> None:
    for name in knowledge.questions:
        question = pick_question(knowledge, knowledge.questions[name].fills[0])
        for option in question.options:
            assert read_facts(knowledge.catalogue, option.sets).given == option.sets


def test_every_fact_with_levels_can_be_picked(knowledge: Knowledge) -> None:
    for key in knowledge.catalogue.variables:
        question = pick_question(knowledge, key)
        assert question.facts[0] == key
        levels = {knowledge.catalogue.level_of(key, option.sets[key]) for option in question.options}
        assert levels == set(knowledge.catalogue.facts[key].level_names), key
