"""Voices: people's ids turned into their names, in sessions and in sentences, just before they are shown."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.core.session import Entry, Session

PERSON = re.compile(r"\b[UW][A-Z0-9]{5,20}\b")


def speakers(session: Session) -> set[str]:
    """Everybody who said something of what is kept."""
    said = {entry.by for entry in session.entries.values()} | set(session.dont_know.values())
    said |= {entry.by for conflict in session.conflicts.values() for entry in conflict.entries}
    return {id for id in said if PERSON.fullmatch(id)}


def named(session: Session, names: Mapping[str, str]) -> Session:
    """The session with names for ids, to be shown and not to be kept."""

    def called(entry: Entry) -> Entry:
        return entry.model_copy(update={"by": names.get(entry.by, entry.by)})

    conflicts = {
        key: conflict.model_copy(update={"entries": tuple(called(entry) for entry in conflict.entries)})
        for key, conflict in session.conflicts.items()
    }
    return session.model_copy(
        update={
            "entries": {key: called(entry) for key, entry in session.entries.items()},
            "conflicts": conflicts,
            "dont_know": {key: names.get(by, by) for key, by in session.dont_know.items()},
        }
    )


def with_names(text: str, names: Mapping[str, str]) -> str:
    """A sentence with names for the ids of those who spoke."""
    return PERSON.sub(lambda found: names.get(found[0], found[0]), text)
