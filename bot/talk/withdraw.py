"""Withdraw: takes out of a session what somebody no longer holds to be known. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from bot.core.facts import Catalogue
from bot.core.knowledge import Knowledge
from bot.core.session import Session
from bot.ports import ReadMessage
from bot.talk.heard import entries_of
from bot.talk.learn import Learned, learn


class TakenBack(NamedTuple):
    """What was learned beside, the facts that are gone, and what to say of them."""

    learned: Learned
    gone: tuple[str, ...]
    words: str


def take_back(knowledge: Knowledge, session: Session, by: str, text: str, read: ReadMessage) -> TakenBack:
    """The session after somebody took back known facts, and told what holds instead where they did. What others told stays."""
    entries = entries_of(knowledge.catalogue, session.model_copy(update={"open": ()}), by, text, read)
    theirs = [fact for fact in read.withdrawn if session.entries[fact].by != by]
    gone = tuple(fact for fact in read.withdrawn if fact not in entries and fact not in theirs)
    learned = learn(knowledge.catalogue, without(knowledge, session, gone) if gone else session, entries)
    names = ", ".join(knowledge.catalogue.facts[key].name for key in gone)
    return TakenBack(
        learned, gone, f"Taken back: {names}." if gone else _told_by_others(knowledge.catalogue, session, theirs)
    )


def without(knowledge: Knowledge, session: Session, facts: Collection[str]) -> Session:
    """The session without these facts, which may then be asked about anew."""
    gone = set(facts)
    if gone & {"score", "target"}:
        gone.add("quality")  # what the two amount to
    asked = tuple(id for id in session.asked if not gone.intersection(_fills(knowledge, id)))
    return session.model_copy(
        update={
            "entries": {key: entry for key, entry in session.entries.items() if key not in gone},
            "conflicts": {key: conflict for key, conflict in session.conflicts.items() if key not in gone},
            "asked": asked,
            "repicked": session.repicked - gone,
            "skipped": session.skipped - gone,
        }
    )


def _told_by_others(catalogue: Catalogue, session: Session, facts: Collection[str]) -> str:
    """What to say to somebody who takes back what others told."""
    told = "; ".join(f"{catalogue.facts[key].name}: {session.entries[key].by}" for key in facts)
    return f"That was told by others ({told}). Tell me what holds instead, and I will ask which it is."


def _fills(knowledge: Knowledge, question: str) -> tuple[str, ...]:
    known = knowledge.questions.get(question)
    return tuple(known.fills) if known is not None else (question.removeprefix("pick-"),)
