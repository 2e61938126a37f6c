"""Picked: answers given by pressing or choosing, which need no reading."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.facts import Catalogue, Value
from bot.core.session import Entry, Session
from bot.talk import rounds
from bot.talk.learn import Learned, learn, note_unknown
from bot.talk.message import Message


def picked(catalogue: Catalogue, session: Session, message: Message) -> Learned:
    """What the picks of a message tell. Raises FactError where one is illegal."""
    answers = message.answers or {}
    for key in answers:
        catalogue.spec(key)
    entries = {
        key: Entry(
            level=catalogue.check(key, value), by=message.by, quote=_label(catalogue, key, value), grade="picked"
        )
        for key, value in answers.items()
        if value is not None
    }
    unknown = [key for key, value in answers.items() if value is None]
    learned = learn(catalogue, rounds.unsettled(session, unknown), entries, settle=session.conflicts)
    return learned.model_copy(update={"session": note_unknown(learned.session, unknown, message.by)})


def picked_words(answers: Mapping[str, Value | None]) -> str:
    """Picks as the transcript shows them."""
    return "; ".join(f"{key}: {'do not know' if value is None else value}" for key, value in answers.items())


def _label(catalogue: Catalogue, key: str, value: Value) -> str:
    """What the button of a picked value says."""
    level = catalogue.level_of(key, catalogue.check(key, value))
    return catalogue.facts[key].level(level).label if level else str(value)[:200]
