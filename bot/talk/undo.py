"""Undo: what the last message that told anything changed, taken back. Pure."""

from __future__ import annotations

from typing import NamedTuple

from bot.core.knowledge import Knowledge
from bot.core.session import Entry, Session
from bot.talk import say
from bot.talk.withdraw import without

TAKEN_BACK = "Taken back: {}."
AS_BEFORE = "As before: {}."


class Undone(NamedTuple):
    """The session without the last change, and what to say of it."""

    session: Session
    words: str


def remember(before: Session, after: Session) -> Session:
    """`after`, with what was known of each fact that changed since `before`; nothing is left of an earlier change."""
    keys = [key for key, entry in after.entries.items() if before.entries.get(key) != entry]
    told: dict[str, Entry | None] = {key: before.entries.get(key) for key in keys if key != "task"}
    return after.model_copy(update={"last": told}) if told else after


def undone(knowledge: Knowledge, session: Session, by: str) -> Undone | None:
    """The session before the last change of facts, where all that changed was told by `by`; None where there is no such."""
    told = {
        key: entry for key, entry in session.last.items() if key in session.entries and key not in session.conflicts
    }
    if not told or any(session.entries[key].by != by for key in told):
        return None
    left = without(knowledge, session, told)
    restored = {key: entry for key, entry in told.items() if entry is not None}
    left = left.model_copy(update={"entries": {**left.entries, **restored}, "open": (), "last": {}, "state": "asking"})
    gone = ", ".join(knowledge.catalogue.facts[key].name for key, entry in told.items() if entry is None)
    back = say.told(knowledge.catalogue, left, restored)
    return Undone(
        left, " ".join([*([TAKEN_BACK.format(gone)] if gone else []), *([AS_BEFORE.format(back)] if back else [])])
    )
