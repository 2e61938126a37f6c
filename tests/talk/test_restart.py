"""Restart: whoever began a thread, or told all of it, starts over at once; nobody else does so without being asked."""

from __future__ import annotations

import pytest
from talking import START, app, say, through

from bot.core.session import Session
from bot.talk.replies import Reply
from bot.talk.restart import OTHERS_TOLD, RESTARTED

TOLD = "Our contract summariser stresses the wrong things even with the whole contract in view. We have tried a few prompts. No evals."


def play(text: str, by: str = "ana", start: Session = START) -> tuple[Session, list[Reply]]:
    return through(app().talk, say(text, by), start=start)


@pytest.fixture(scope="module")
def ana() -> Session:
    """A case that ana told."""
    session, _ = play(TOLD)
    assert session.started_by == "ana" and session.entries
    return session


def test_whoever_began_it_starts_over_at_once_and_it_stays_theirs(ana: Session) -> None:
    session, [reply] = play("start over", start=ana)
    assert reply.text == RESTARTED and session.blank and session.started_by == "ana"


def test_somebody_else_is_asked_first_and_nothing_is_lost_by_asking(ana: Session) -> None:
    session, [reply] = play("start over", by="jon", start=ana)
    assert reply.text == OTHERS_TOLD
    assert (session.entries, session.decision, session.open) == (ana.entries, ana.decision, ana.open)
    session, [reply] = play("start over", by="jon", start=session)
    assert reply.text == RESTARTED and session.blank and session.started_by == "ana"


def test_who_was_asked_is_not_somebody_else_and_not_long_ago(ana: Session) -> None:
    asked, _ = play("start over", by="jon", start=ana)
    for by, words in (("mia", "start over"), ("jon", "why that verdict?")):
        session, _ = play(words, by=by, start=asked)
        session, [reply] = play("start over", by="jon", start=session)
        assert reply.text == OTHERS_TOLD and session.entries


def test_whoever_told_all_of_it_starts_over_at_once(ana: Session) -> None:
    entries = {key: entry.model_copy(update={"by": "jon"}) for key, entry in ana.entries.items()}
    session, [reply] = play("start over", by="jon", start=ana.model_copy(update={"entries": entries}))
    assert reply.text == RESTARTED and session.started_by == "ana"
