"""Scrub: the transcript without the words of a message that was edited or deleted - its own line, and where we quoted it."""

from __future__ import annotations

from bot.core.forgetting import US
from bot.core.session import Line, Session

DELETED = "(deleted)"


def scrubbed(session: Session, message: str, text: str | None) -> tuple[Line, ...]:
    """The lines of a session after a message was edited to `text`, or deleted; the session is the one before that."""
    quotes = _quotes(session, message)

    def kept(line: Line) -> Line:
        if line.message == message:
            return line.model_copy(update={"text": (text or DELETED)[:4000]})
        said = line.text
        for quote in quotes if line.by == US else ():
            said = said.replace(quote, DELETED)
        return line.model_copy(update={"text": said})

    return tuple(kept(line) for line in session.transcript)


def _quotes(session: Session, message: str) -> list[str]:
    """How we may have repeated the words of a message, the longest first."""
    told = [*session.entries.values(), *(e for conflict in session.conflicts.values() for e in conflict.entries)]
    told = [entry for entry in told if entry.message == message]
    words = [words for e in told for words in (e.quote, e.quote[:80], " ".join(e.quote.split())) if words]
    task = session.entries.get("task")
    tasks = [str(task.level)] if task is not None and task in told else []
    return sorted({*(f"“{each}”" for each in words), *filter(None, tasks)}, key=len, reverse=True)
