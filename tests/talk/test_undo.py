"""Undo: takes back what the last message that told anything changed, and only what its writer told."""

from __future__ import annotations

import pytest
from talking import app, say, through

from bot.core.forgetting import forget_person
from bot.talk.retract import retract, stamp

CLASSIFIER = (
    "Our insurance claim classifier (12 classes) scores 82% on a held-out test set, we need 90%. Prompting: many "
    "measured rounds with few-shot. No outside facts needed, it is judgement it gets wrong. 2000 reviewed "
    "examples, legal signed off on training."
)


@pytest.mark.parametrize(
    "words", ["undo", "undo that", "undo that last one", "scrap the last thing I said", "take that back"]
)
def test_the_last_change_is_taken_back(words: str) -> None:
    before, _ = through(app().talk, say(CLASSIFIER))
    changed, _ = through(app().talk, say("the labels are poor"), start=before)
    assert changed.decision and changed.decision.verdict == "data_first"
    after, replies = through(app().talk, say(words), start=changed)
    assert after.entries == before.entries
    assert replies[0].text == "As before: the examples are reviewed." and replies[-1].type == "verdict"


def test_what_was_new_is_asked_about_again() -> None:
    asking, _ = through(app().talk, say("Our support bot gets the tone wrong."))
    told, _ = through(app().talk, say("nothing is measured"), start=asking)
    after, replies = through(app().talk, say("undo"), start=told)
    assert "evals" in told.entries and "evals" not in after.entries
    assert replies[0].text.startswith("Taken back") and after.open


def test_nobody_takes_back_what_others_told() -> None:
    session, _ = through(app().talk, say(CLASSIFIER), say("the labels are poor"))
    after, replies = through(app().talk, say("undo", by="ben"), start=session)
    assert after.entries == session.entries and "by itself" in replies[0].text


def test_twice_is_as_it_was() -> None:
    session, _ = through(app().talk, say(CLASSIFIER), say("the labels are poor"))
    after, _ = through(app().talk, say("undo"), say("undo"), start=session)
    assert after.entries == session.entries


def test_nothing_of_it_is_kept_of_who_is_forgotten() -> None:
    session, _ = through(app().talk, say(CLASSIFIER), say("the labels are poor", by="ben"))
    assert session.last or session.conflicts
    assert forget_person(session, "ana").last == {}


def test_nothing_of_it_is_kept_of_a_message_that_was_deleted() -> None:
    session, _ = through(app().talk, say(CLASSIFIER))
    told = stamp(through(app().talk)[0], session, "ana", "m1")
    changed, _ = through(app().talk, say("the labels are poor"), start=told)
    changed = stamp(told, changed, "ana", "m2")
    assert changed.last["label_quality"] is not None and changed.last["label_quality"].message == "m1"
    assert retract(app().talk, changed, "m1", "ana").session.last == {}
    assert retract(app().talk, changed, "m3", "ana").session == changed
