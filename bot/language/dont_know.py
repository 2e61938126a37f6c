"""Don't know: tells whether words say that nobody knows."""

from __future__ import annotations

import re

_DONT_KNOW = re.compile(
    r"^\W*((honestly|tbh|hm+|uh|um|well|sorry|oh|good question)\W+)*((i |we )?(really |honestly |just )?(don.?t|do not|dunno|doesn.?t|didn.?t) ?(really |actually )?(know|remember)|no (idea|clue)|not (sure|certain)|unsure|unknown|dunno|idk|beats me|can.?t (say|tell)|hard to (say|tell)|who knows|nobody knows|no one knows|keine ahnung|weiß (ich |wir )?nicht|wei(ß|ss) nicht|aucune idée|(je|on) (ne )?sais? pas|ni idea|no (lo )?s[eé]|no sabemos|would have to (ask|check|look)|i.?d have to (ask|check|look)|need to (ask|check) )\b",
    re.IGNORECASE,
)
_STILL = re.compile(r"\b(but|though|maybe|probably|i think|i.?d say|roughly|around)\b|\d", re.IGNORECASE)


def says_dont_know(words: str) -> bool:
    """Whether the words say that nobody knows - and nothing beside that."""
    parts = [part for part in re.split(r"(?<=[.!?])\s+|\n+", words) if re.search(r"\w", part)]
    return bool(parts) and all(_one_does(part) for part in parts)


def _one_does(words: str) -> bool:
    match = _DONT_KNOW.match(words)
    rest = words[match.end() :] if match else ""
    return bool(match) and len(rest) < 45 and not _STILL.search(rest)
