"""Corrections: a number meant instead of another - "200, not 2,000" - and what a message says beside that."""

from __future__ import annotations

import re

from bot.language.clauses import clauses, clean
from bot.language.numbers import quantities

FEWEST_BESIDE = 3  # words that tell anything beside a correction
_INSTEAD = re.compile(
    r"(?P<now>[~\d][\w.,%~]*)(?:\s+(?:\w+\s+){0,3}?(?:is|are|was|were) \w+)?\s*(,|and|-)?\s*(not|instead of|rather than|statt|pas|no)"
    r"\s+(?P<before>[~\d][\w.,%~]*)",
    re.IGNORECASE,
)


def correction(text: str) -> tuple[float, float] | None:
    """The number meant and the number taken back; None where a text corrects none."""
    match = _INSTEAD.search(text)
    numbers = [quantities(match[part]) for part in ("now", "before")] if match else []
    return (numbers[0][0].value, numbers[1][0].value) if numbers and all(numbers) else None


def without_correction(text: str) -> str:
    """What a message says beside "200, not 2,000", in other sentences and clauses; empty where that is all of it."""
    match = _INSTEAD.search(text)
    if not match:
        return ""
    parts = [part for part in clauses(clean(text)) if match["now"] not in part.text or match["before"] not in part.text]
    kept = ". ".join(part.text.rstrip(" .,;") for part in parts)
    return kept if len(kept.split()) >= FEWEST_BESIDE and not _INSTEAD.search(kept) else ""
