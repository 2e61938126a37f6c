"""Say and asides: what is shown back reads naturally, and sources are numbered, never named by their notes."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.core.card import make_card
from bot.core.decide import decide
from bot.core.facts import read_facts
from bot.core.knowledge import Knowledge
from bot.core.session import Entry, Session
from bot.core.sources import Listed
from bot.ports import ReadMessage
from bot.talk import say
from bot.talk.asides import answer
from bot.talk.replies import Reply

ENTRIES = {
    "task": Entry(level="sort mail", by="ana", quote="sort mail"),
    "score": Entry(level=71, by="ana", quote="71%"),
    "examples": Entry(level=25, by="ana", quote="Fewer than 50", grade="picked"),
    "volume": Entry(level=2000, by="bob", quote="2000 a day"),
}
CASE = {"knowledge_needed": True, "retrieval": "not_tried", "evals": "test_set", "prompting": "some", "quality": "far"}


def session(**more: Any) -> Session:
    return Session(thread="t", entries=ENTRIES, **more)


def test_what_was_understood_is_shown_back(knowledge: Knowledge) -> None:
    told = say.understood(knowledge.catalogue, session(), ENTRIES)
    assert told.startswith("Understood: 71% today; fewer than 50 examples; 2,000 requests a day. ")
    assert say.understood(knowledge.catalogue, session(), ["task"]) == ""


def test_everything_names_who_said_it(knowledge: Knowledge) -> None:
    told = say.everything(knowledge.catalogue, session(dont_know={"evals": "ana"}))
    assert "- fewer than 50 examples (ana picked “Fewer than 50”)\n" in told
    assert "- 2,000 requests a day (bob said: “2000 a day”)\n" in told
    assert told.endswith("- Nobody knows: how quality is measured")


def test_what_changed(knowledge: Knowledge, today: date) -> None:
    before = decide(knowledge, read_facts(knowledge.catalogue, CASE), today)
    after = before.model_copy(update={"verdict": "stop"})
    stays = before.model_copy(update={"settled": not before.settled})
    words = [say.what_changed(knowledge.catalogue, session(), ["score"], before, now) for now in (after, before)]
    assert words[0] == "Noted: 71% today. That changes the verdict from “facts first” to “stop here”."
    assert words[1] == "Noted: 71% today. The verdict stays “facts first”."
    assert ("settled now" in say.what_changed(knowledge.catalogue, session(), [], before, stays)) == stays.settled


@pytest.mark.parametrize("act", ["explain", "disagree"])
def test_an_answer_numbers_its_sources(knowledge: Knowledge, today: date, act: Any) -> None:
    decision = decide(knowledge, read_facts(knowledge.catalogue, CASE), today)
    assert decision.disputed
    talk = cast(Any, SimpleNamespace(knowledge=knowledge, asking=lambda questions: []))
    read = ReadMessage.model_construct(act=act, kind="other", facts=(), dont_know=(), unclear=())
    told = answer(talk, session(decision=decision, state="decided"), "ana", "no", read)
    assert told
    (reply,) = cast(list[Reply], told[1])
    assert not any(note in reply.text for note in knowledge.evidence.notes)
    marks = [int(number) for number in re.findall(r"\[(\d+)\]", reply.text)]
    listed_on_card = {source.number: source for source in make_card(knowledge, {}, decision).sources}
    for number, passage in reply.numbered():
        assert [Listed.of(number, citation) for citation in passage.citations] == [listed_on_card[number]]
    assert set(marks) == {number for number, _ in reply.numbered()}
    assert {citation.note for citation in reply.citations} >= {passage.note for passage in reply.passages}
    listed = [tuple((c.title, c.author) for c in passage.citations) for passage in reply.passages]
    assert len(set(listed)) == len(listed)
    assert ("Rule followed here" in reply.text) == (act == "disagree")
