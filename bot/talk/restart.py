"""Restart: starting over, and what goes before it where that would lose what others told."""

from __future__ import annotations

from bot.core.session import Session
from bot.talk.replies import Reply

OPENING = "Tell me what your model should do and what is wrong with it today, and I will tell you whether to fine-tune."
RESTARTED = f"Starting over. {OPENING}"
OTHERS_TOLD = (
    "Others have told me about this case too, and starting over loses what they said. Say “start over” once more if that is "
    "meant; “forget what I said” takes back only your own words."
)


def restart(session: Session, by: str) -> tuple[Session, Reply]:
    """The session after somebody wished to start over, and what to say.

    Whoever began the thread, or told all of it, starts over at once; others are asked first, and say it once more.
    """
    if session.started_by in (None, by) or not _told_by_others(session, by) or _was_asked(session, by):
        return restarted(session), Reply(type="text", text=RESTARTED)
    return session, Reply(type="text", text=OTHERS_TOLD)


def restarted(session: Session) -> Session:
    """The session without anything that was told in it; it is still the thread of whoever began it."""
    return Session(thread=session.thread, started_by=session.started_by)


def _told_by_others(session: Session, by: str) -> bool:
    sides = (entry for conflict in session.conflicts.values() for entry in conflict.entries)
    people = {entry.by for entry in (*session.entries.values(), *sides)} | set(session.dont_know.values())
    return bool(people - {by})


def _was_asked(session: Session, by: str) -> bool:
    """Whether the last thing said was our question, to this very person."""
    return len(session.transcript) > 1 and (session.transcript[-1].text, session.transcript[-2].by) == (OTHERS_TOLD, by)
