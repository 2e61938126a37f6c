"""Facts: which values are legal, what they amount to, and what an error says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.facts import quality_level, read_facts, read_levels
from bot.core.knowledge import Knowledge
from bot.errors import FactError


def levels(knowledge: Knowledge, raw: dict[str, Any]) -> dict[str, str]:
    return read_levels(knowledge.catalogue, read_facts(knowledge.catalogue, raw)).levels


@pytest.mark.parametrize(
    ("score", "target", "quality"),
    [
        (90, 90, "met"),
        (90.1, 90, "met"),
        (89.9, 90, "close"),
        (85, 90, "close"),
        (84.9, 90, "far"),
        (94.3, 99.3, "close"),
        (0.1, 5.1, "close"),
        (0, 0, "met"),
        (0, 100, "far"),
        (100, 100, "met"),
    ],
)
def test_quality_follows_from_score_and_target(knowledge: Knowledge, score: float, target: float, quality: str) -> None:
    assert levels(knowledge, {"score": score, "target": target})["quality"] == quality


@given(tenths=st.integers(50, 1000))
def test_five_points_below_is_close_whatever_the_target(knowledge: Knowledge, tenths: int) -> None:
    target = tenths / 10
    assert quality_level(knowledge.catalogue, target - 5, target) == "close"
    assert quality_level(knowledge.catalogue, max(target - 5.1, 0), target) == ("far" if target >= 5.1 else "close")


def test_score_or_target_alone_says_nothing_about_quality(knowledge: Knowledge) -> None:
    assert "quality" not in levels(knowledge, {"score": 80})
    assert "quality" not in levels(knowledge, {"target": 80, "score": None})
    assert levels(knowledge, {"target": 80, "quality": "far"})["quality"] == "far"


def test_measured_numbers_outweigh_a_stated_quality(knowledge: Knowledge) -> None:
    reading = read_levels(
        knowledge.catalogue, read_facts(knowledge.catalogue, {"score": 80, "target": 95, "quality": "met"})
    )
    assert reading.levels["quality"] == "far"
    assert "quality" in reading.derived


@pytest.mark.parametrize(
    ("key", "number", "band"),
    [
        ("examples", 0, "none"),
        ("examples", 1, "handful"),
        ("examples", 49, "handful"),
        ("examples", 50, "few"),
        ("examples", 199, "few"),
        ("examples", 200, "hundreds"),
        ("examples", 999, "hundreds"),
        ("examples", 1000, "thousands"),
        ("examples", 4999, "thousands"),
        ("examples", 5000, "many"),
        ("examples", 10**12, "many"),
        ("examples", 50.0, "few"),
        ("volume", 0, "low"),
        ("volume", 999, "low"),
        ("volume", 1000, "medium"),
        ("volume", 29999, "medium"),
        ("volume", 30000, "high"),
    ],
)
def test_edges_of_bands(knowledge: Knowledge, key: str, number: float, band: str) -> None:
    assert levels(knowledge, {key: number})[key] == band


@given(number=st.integers(0, 10**15))
def test_every_count_lies_in_exactly_one_band(knowledge: Knowledge, number: int) -> None:
    for key in ("examples", "volume"):
        ranges = [band.range for band in knowledge.catalogue.facts[key].bands.values()]
        inside = [low for low, high in ranges if low <= number and (high is None or number <= high)]
        assert len(inside) == 1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("examples", -1),
        ("examples", 12.5),
        ("examples", True),
        ("examples", "200"),
        ("examples", float("nan")),
        ("examples", float("inf")),
        ("examples", []),
        ("volume", -5),
        ("volume", False),
        ("score", -0.1),
        ("score", 140),
        ("score", float("nan")),
        ("score", float("-inf")),
        ("score", True),
        ("score", "80%"),
        ("target", 100.5),
        ("target", {"at": 3}),
        ("evals", "nope"),
        ("evals", True),
        ("evals", 3),
        ("evals", ["none"]),
        ("teacher", "maybe"),
        ("teacher", 1),
        ("task", ""),
        ("task", "   "),
        ("task", 7),
    ],
)
def test_an_illegal_value_is_named_with_its_fact(knowledge: Knowledge, key: str, value: Any) -> None:
    with pytest.raises(FactError, match=key):
        read_facts(knowledge.catalogue, {key: value})


def test_a_number_too_large_for_a_float_is_still_a_count(knowledge: Knowledge) -> None:
    raw = json.loads('{"examples": 1' + "0" * 400 + "}")
    try:
        assert levels(knowledge, raw)["examples"] == "many"
    except FactError as error:  # refusing it is fine too, as long as it is said
        assert "examples" in str(error)


def test_an_unknown_fact_comes_with_the_nearest_name(knowledge: Knowledge) -> None:
    with pytest.raises(FactError, match=r"'exampels'.*Did you mean examples\?"):
        read_facts(knowledge.catalogue, {"exampels": 3})
    with pytest.raises(FactError, match=r"Facts are: task, "):
        read_facts(knowledge.catalogue, {"zzz": 3})


@pytest.mark.parametrize("raw", [None, [], "evals: none", 3])
def test_facts_are_an_object(knowledge: Knowledge, raw: Any) -> None:
    with pytest.raises(FactError, match="object"):
        read_facts(knowledge.catalogue, raw)


@pytest.mark.parametrize(("word", "value"), [("yes", True), ("No", False), (True, True)])
def test_yes_and_no_are_booleans(knowledge: Knowledge, word: Any, value: bool) -> None:
    assert read_facts(knowledge.catalogue, {"teacher": word}).given == {"teacher": value}


def test_not_knowing_amounts_to_a_level_only_where_the_catalogue_says_so(knowledge: Knowledge) -> None:
    facts = read_facts(knowledge.catalogue, {"quality": None, "scope": None, "evals": None})
    reading = read_levels(knowledge.catalogue, facts)
    assert reading.assumed == {"quality": "unmeasured", "evals": "none"} == reading.levels
    assert facts.given == {}


def test_what_is_given_outweighs_not_knowing(knowledge: Knowledge) -> None:
    facts = read_facts(knowledge.catalogue, {"quality": None, "score": 90, "target": 80})
    assert read_levels(knowledge.catalogue, facts).levels["quality"] == "met"
    assert read_levels(knowledge.catalogue, facts).assumed == {}
    assert facts.with_({"quality": "far"}).dont_know == frozenset()


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ("classify support tickets", "classification"),
        ("extract dates from contracts", "extraction"),
        ("translate manuals into German", "translation"),
        ("an agent that books meeting rooms", "agent"),
        ("translate questions into SQL queries", None),
        ("write product descriptions", None),
    ],
)
def test_the_words_of_the_task_tell_its_kind(knowledge: Knowledge, task: str, kind: str | None) -> None:
    assert levels(knowledge, {"task": task}).get("task_kind") == kind
    assert levels(knowledge, {"task": task, "task_kind": "generation"})["task_kind"] == "generation"
