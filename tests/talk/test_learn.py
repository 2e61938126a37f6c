"""Learning: whose word counts, what contradicts, what gives way."""

from __future__ import annotations

import pytest

from bot.core.facts import Value
from bot.core.knowledge import Knowledge
from bot.core.session import Entry, Grade, Session
from bot.talk.learn import Learned, learn, note_unknown


def entry(level: Value, by: str = "ana", grade: Grade = "stated") -> Entry:
    return Entry(level=level, by=by, quote=f"{by} said {level}", grade=grade)


def session(**entries: Entry) -> Session:
    return Session(thread="t", entries=entries)


@pytest.fixture(scope="module")
def clash(knowledge: Knowledge) -> Learned:
    """Two people's different answers to one question."""
    return learn(knowledge.catalogue, session(evals=entry("none")), {"evals": entry("test_set", "bob")})


def test_what_is_new(knowledge: Knowledge) -> None:
    told = {"evals": entry("none"), "examples": entry(200)}
    learned = learn(knowledge.catalogue, session(), told)
    assert learned.new == ("evals", "examples") and learned.anything
    assert dict(learned.session.entries) == told and not learned.session.conflicts


def test_nothing_told_is_nothing_learned(knowledge: Knowledge) -> None:
    before = session(evals=entry("none"))
    learned = learn(knowledge.catalogue, before, {})
    assert not learned.anything and learned.session == before


def test_a_persons_later_word_replaces_the_earlier(knowledge: Knowledge) -> None:
    learned = learn(knowledge.catalogue, session(examples=entry(200)), {"examples": entry(2000)})
    assert learned.changed == ("examples",) and not learned.conflicts
    assert learned.session.facts().given == {"examples": 2000}


def test_another_persons_other_word_is_a_conflict(clash: Learned) -> None:
    assert clash.conflicts == ("evals",) and clash.anything and not clash.changed
    assert [e.by for e in clash.session.conflicts["evals"].entries] == ["ana", "bob"]
    assert "evals" not in clash.session.facts().given


def test_agreement_between_people_is_none(knowledge: Knowledge) -> None:
    learned = learn(knowledge.catalogue, session(evals=entry("none")), {"evals": entry("none", "bob")})
    assert learned.confirmed == ("evals",) and not learned.session.conflicts
    assert learned.session.entries["evals"].by == "ana"


@pytest.mark.parametrize("by", ["ana", "bob", "cyd"])
def test_a_conflict_is_settled_by_whoever_answers_it(knowledge: Knowledge, clash: Learned, by: str) -> None:
    learned = learn(knowledge.catalogue, clash.session, {"evals": entry("automated", by, "picked")}, settle=["evals"])
    assert learned.changed == ("evals",) and not learned.session.conflicts
    assert learned.session.facts().given == {"evals": "automated"}


def test_what_was_inferred_gives_way(knowledge: Knowledge) -> None:
    before = session(cost_gap=entry(False, "ana", "inferred"))
    learned = learn(knowledge.catalogue, before, {"cost_gap": entry(True, "bob")})
    assert learned.changed == ("cost_gap",) and not learned.conflicts
    assert learned.session.entries["cost_gap"].grade == "stated"
    same = learn(knowledge.catalogue, before, {"cost_gap": entry(False, "bob")})
    assert same.confirmed == ("cost_gap",) and same.session.entries["cost_gap"].by == "bob"


def test_an_inference_replaces_nobodys_word(knowledge: Knowledge) -> None:
    before = session(cost_gap=entry(True))
    learned = learn(knowledge.catalogue, before, {"cost_gap": entry(False, "ana", "inferred")})
    assert learned.session.entries == before.entries and not learned.anything


def test_yes_is_not_the_number_one(knowledge: Knowledge) -> None:
    learned = learn(knowledge.catalogue, session(examples=entry(1)), {"examples": entry(1.0, "bob")})
    assert learned.confirmed == ("examples",)


def test_a_task_in_other_words_is_no_contradiction(knowledge: Knowledge) -> None:
    learned = learn(knowledge.catalogue, session(task=entry("a bot")), {"task": entry("a support bot", "bob")})
    assert not learned.conflicts


def test_not_knowing_gives_way_to_knowing_and_never_replaces_it(knowledge: Knowledge) -> None:
    unknown = note_unknown(session(evals=entry("none")), ["evals", "teacher"], "bob")
    assert unknown.dont_know == {"teacher": "bob"} and unknown.facts().dont_know == {"teacher"}
    known = learn(knowledge.catalogue, unknown, {"teacher": entry(True)}).session
    assert not known.dont_know and known.facts().given == {"evals": "none", "teacher": True}
