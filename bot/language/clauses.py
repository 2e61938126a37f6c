"""Clauses: a message cut into the pieces that each say one thing, with where they stand in it."""

from __future__ import annotations

import re
import unicodedata

from bot.core.facts import Frozen
from bot.ports import LONGEST_MESSAGE

LONGEST = LONGEST_MESSAGE
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SENTENCE = re.compile(
    r"(?:(?<=[.!?…])|(?<=[.!?…][\"')]))(?<!\bvs\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bca\.)(?<!\bapprox\.)\s+|\n+|\s*;\s+"
)
_CLAUSE = re.compile(
    r"\s*(?:,(?=\s)|:(?=\s)|\s[-–—]+\s|\((?=\w)|\)(?=\s|$)|\s(?:but|though|although|whereas|while|however|because|aber|obwohl|mais|pero)\b|\s(?:and|und|et|y)\s(?=(?:we|it|the|our|i|they|no|not|there|have|wir|es|on|nous)\b))\s*",
    re.IGNORECASE,
)


class Clause(Frozen):
    """A piece of a message; `start` and `end` are its place in the cleaned text, `sentence` the number of its sentence."""

    text: str
    start: int
    end: int
    sentence: int


def clean(text: str) -> str:
    """The text without control and invisible characters, typographic quotes made plain, cut to what is read."""
    text = unicodedata.normalize("NFC", text[: LONGEST * 2])
    text = (
        text.replace("\u2019", "'")
        .replace("\u2018", "'")
        .replace("\u201c", '"')
        .replace("\u201d", '"')
        .replace("\xa0", " ")
    )
    return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\t", " "))[:LONGEST].strip()


def sentences(text: str) -> list[Clause]:
    """The sentences (or lines) of a cleaned text."""
    return _cut(text, 0, len(text), _SENTENCE, None)


def clauses(text: str) -> list[Clause]:
    """The clauses of a cleaned text, finer than sentences."""
    result: list[Clause] = []
    for sentence in sentences(text):
        result += _cut(text, sentence.start, sentence.end, _CLAUSE, sentence.sentence)
    return result


def _cut(text: str, start: int, end: int, at: re.Pattern[str], sentence: int | None) -> list[Clause]:
    pieces: list[Clause] = []
    begin = start
    for match in [*at.finditer(text, start, end), None]:
        stop = match.start() if match else end
        piece = text[begin:stop]
        if re.search(r"\w", piece):
            lead = len(piece) - len(piece.lstrip())
            trail = len(piece.rstrip())
            number = len(pieces) if sentence is None else sentence
            pieces.append(Clause(text=piece.strip(), start=begin + lead, end=begin + trail, sentence=number))
        if match:
            begin = match.end()
    return pieces
