"""Siding: words that settle a contradiction between people by naming who is right."""

from __future__ import annotations

import re

from bot.core.session import Entry, Session

_RIGHT = r"(?: is|'s|\u2019s| was| has it| got it| had it)? ?(?:absolutely |totally |quite )?(?:right|correct|the right one)\b"
_NOT_RIGHT = r" (?:is|was)(?: not|n['\u2019]?t) (?:right|correct)\b"
_AGREED = r"\b(?:agree with|go with|trust|believe|side with|listen to) "
_WRONG = re.compile(
    r"\b(?:i|my bad|my mistake)\b.{0,12}\b(?:was|am|stand|were)? ?(?:wrong|mistaken|corrected)\b|\bmy (?:bad|mistake)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|never|(?:is|was|do|does|did)n['\u2019]?t)\b", re.IGNORECASE)


def settled_by_siding(session: Session, by: str, text: str) -> dict[str, Entry]:
    """The entries that hold where somebody says who of two is right ("Ana is right"), or that they were wrong themselves.

    They are the speaker's from then on, in the words that settled it. Empty where nobody, or more than one, is named so.
    """
    sides = {entry.by for conflict in session.conflicts.values() for entry in conflict.entries}
    believed = {person for person in sides if _is_right(person, text)}
    if not believed and _WRONG.search(text) and by in sides:
        believed = sides - {by}
    if len(believed) != 1:
        return {}
    return {
        key: entry.model_copy(update={"by": by, "quote": text[:200], "message": None})
        for key, conflict in session.conflicts.items()
        for entry in conflict.entries
        if entry.by in believed
    }


def denies_a_side(session: Session, text: str) -> bool:
    """Whether words only say that one of those who contradict each other is not right: that tells nothing of who is."""
    sides = {entry.by for conflict in session.conflicts.values() for entry in conflict.entries}
    # With nothing behind it but what they said: what stands beside a denial may tell something.
    behind = r"(?: (?:that|about|to say|when|in|on|with)\b[^,;.]*)?\W*$"
    alone = (re.search(rf"{_name(person)}(?:{_RIGHT}|{_NOT_RIGHT}){behind}", text, re.IGNORECASE) for person in sides)
    return bool(_DENIED.search(text)) and any(alone)


def _name(person: str) -> str:
    return rf"@?\b(?:{re.escape(person)}|{re.escape(person.split()[0])})\b" if person.split() else r"(?!)"


def _is_right(person: str, text: str) -> bool:
    name = _name(person)
    match = re.search(rf"{name}{_RIGHT}|{_AGREED}{name}", text, re.IGNORECASE)
    return bool(match) and not _DENIED.search(text[max(0, match.start() - 12) : match.end()] if match else "")
