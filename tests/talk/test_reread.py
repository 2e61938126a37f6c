"""Reread: an edited message tells what its new words tell; what was concluded from it stands while all that it stated stands."""

from __future__ import annotations

import pytest
from talking import START, app, say, through

from bot.core.session import Entry, Session
from bot.talk.retract import retract, stamp
from bot.talk.scrub import DELETED

TOLD = "Our support bot is too slow. We have tried a few prompts, nothing is measured."


@pytest.fixture
def told() -> Session:
    """A case told in the message m1, and something concluded from that."""
    after, _ = through(app().talk, say(TOLD))
    concluded = {"cost_gap": Entry(level=False, by="ana", quote="too slow", grade="inferred")}
    return stamp(START, after.model_copy(update={"entries": {**after.entries, **concluded}}), "ana", "m1")


def test_what_was_concluded_stands_while_what_was_stated_stands(told: Session) -> None:
    gone = retract(app().talk, told, "m1", "ana", TOLD.replace("nothing is measured.", "nothing is measured! Sorry."))
    assert not gone.replies and gone.session.entries["cost_gap"].level is False
    assert gone.session.state == told.state and gone.session.asked == told.asked


@pytest.mark.parametrize(("words", "lost"), [("nothing is measured", "evals"), ("too slow", "latency_gap")])
def test_what_was_concluded_goes_with_what_was_stated(told: Session, words: str, lost: str) -> None:
    gone = retract(app().talk, told, "m1", "ana", TOLD.replace(words, "well"))
    assert gone.replies and {lost, "cost_gap"} <= set(gone.gone)
    assert not {lost, "cost_gap"} & gone.session.entries.keys()


def test_a_deleted_message_leaves_neither_facts_nor_quotes(told: Session) -> None:
    session, _ = through(app().talk, say("what have you understood so far?", "jon"), start=told)
    assert "too slow" in session.transcript[-1].text
    gone = retract(app().talk, session, "m1", "ana")
    assert not gone.session.entries and gone.session.state == "idle"
    assert "a few prompts" not in gone.session.model_dump_json() and DELETED in gone.session.model_dump_json()


def test_a_mere_never_mind_is_not_what_the_case_is_about(told: Session) -> None:
    gone = retract(app().talk, told, "m1", "ana", "never mind, sorry")
    assert not gone.session.entries
