"""Withdraw: takes out of a session what somebody no longer holds to be known. Pure."""

from __future__ import annotations

from collections.abc import Collection

from bot.core.facts import Catalogue
from bot.core.knowledge import Knowledge
from bot.core.session import Session


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


def taken_back(catalogue: Catalogue, facts: Collection[str]) -> str:
    """What to say of facts that were taken out."""
    return f"Taken back: {', '.join(catalogue.facts[key].name for key in facts)}."


def _fills(knowledge: Knowledge, question: str) -> tuple[str, ...]:
    known = knowledge.questions.get(question)
    return tuple(known.fills) if known is not None else (question.removeprefix("pick-"),)
