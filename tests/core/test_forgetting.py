"""A session without what one person said: nothing of theirs is left, and others' words stay."""

from __future__ import annotations

from bot.core.forgetting import forget_person
from bot.core.session import Conflict, Entry, Line, Session


def entry(by: str, level: str = "none") -> Entry:
    return Entry(level=level, by=by, quote=f"{by} said so")


FULL = Session(
    thread="t",
    started_by="bo",
    state="decided",
    entries={"evals": entry("ana"), "scope": entry("bo", "narrow"), "prompting": entry("bo")},
    dont_know={"teacher": "ana", "volume": "bo"},
    conflicts={
        "prompting": Conflict(fact="prompting", entries=(entry("bo"), entry("ana", "some"))),
        "stakes": Conflict(fact="stakes", entries=(entry("ana", "low"), entry("bo", "high"), entry("cy", "low"))),
    },
    transcript=(
        Line(by="bo", text="hello"), Line(by="tunewise", text="what is it for?"), Line(by="ana", text="secret"),
        Line(by="tunewise", text="you said secret"), Line(by="bo", text="narrow"),
    ),
)  # fmt: skip


def test_nothing_of_the_person_is_left():
    after = forget_person(FULL, "ana")
    assert "ana" not in after.model_dump_json() and "secret" not in after.model_dump_json()


def test_what_others_said_stays():
    after = forget_person(FULL, "ana")
    assert set(after.entries) == {"scope", "prompting"} and after.dont_know == {"volume": "bo"}
    assert [line.text for line in after.transcript] == ["hello", "what is it for?", "narrow"]
    assert [entry.by for entry in after.conflicts["stakes"].entries] == ["bo", "cy"]


def test_where_they_contradicted_somebody_the_other_word_stands():
    after = forget_person(FULL, "bo")
    assert after.entries["prompting"] == entry("ana", "some") and "prompting" not in after.conflicts


def test_who_said_nothing_changes_no_fact():
    assert forget_person(FULL, "dora").entries == FULL.entries
