"""Forgetting: a session without what one person said in it."""

from __future__ import annotations

from bot.core.session import Conflict, Entry, Session

US = "tunewise"


def forget_person(session: Session, by: str) -> Session:
    """The session with no fact, no "don't know" and no line of that person left.

    What Tunewise said from their first line on goes too, because it may repeat their words; so do the verdict and the open
    questions, which rest on them. Where they contradicted somebody, the other's word stands.
    """
    entries = {key: entry for key, entry in session.entries.items() if entry.by != by}
    conflicts: dict[str, Conflict] = {}
    for key, conflict in session.conflicts.items():
        others: tuple[Entry, ...] = tuple(entry for entry in conflict.entries if entry.by != by)
        if len(others) > 1:
            conflicts[key] = Conflict(fact=key, entries=others)
        elif others:
            entries[key] = others[0]
    first = next((n for n, line in enumerate(session.transcript) if line.by == by), len(session.transcript))
    lines = (line for n, line in enumerate(session.transcript) if line.by != by and (line.by != US or n < first))
    return session.model_copy(
        update={
            "entries": entries,
            "conflicts": conflicts,
            "dont_know": {key: who for key, who in session.dont_know.items() if who != by},
            "dont_know_in": {key: m for key, m in session.dont_know_in.items() if session.dont_know.get(key) != by},
            "transcript": tuple(lines),
            "open": (),
            "last": {},
            "decision": None,
            "state": "idle",
        }
    )
