"""Edits: a message that told us nothing and was edited, so that it now does."""

from __future__ import annotations

from bot.core.session import Session
from bot.surfaces.slack.room import Room


async def tells_now(room: Room, session: Session, message: str, text: str) -> bool:
    """Whether a message that we read, and that told nothing, tells facts as it now stands.

    Only plain telling counts: who mends a word in a question or a "what if" is not to be answered once more.
    """
    if not any(line.message == message for line in session.transcript):  # it was none of ours, or was forgotten
        return False
    entries = [*session.entries.values(), *(e for conflict in session.conflicts.values() for e in conflict.entries)]
    if message in session.dont_know_in.values() or any(entry.message == message for entry in entries):
        return False
    asked = tuple(question.facts for question in session.open)
    read = await room.work(room.talk.language.read, text, asked, frozenset(session.entries))
    was = next(line.text for line in reversed(session.transcript) if line.message == message)
    told = await room.work(room.talk.language.read, was, asked, frozenset(session.entries))
    then = {(fact.fact, fact.value) for fact in told.facts}
    return (
        any((fact.fact, fact.value) not in then for fact in read.facts) and read.act == "other" and read.kind == "case"
    )


def unsaid(session: Session, message: str) -> Session:
    """The session before a message that told nothing: without its line."""
    return session.model_copy(
        update={"transcript": tuple(line for line in session.transcript if line.message != message)}
    )
