"""Sentences: cuts a text that is still coming into whole sentences, each with the numbers of the passages behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_MARKS = r"(?:\s*\[\d{1,2}\])*"
# The end of a sentence, its marks before or after the full stop, and the beginning of the next one.
_END = re.compile(
    rf"(?:(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bz\.B\.)(?<!\bvs\.)(?<!\bca\.)[\"'”’)]*{_MARKS}\s+|[。！？]{_MARKS}\s*|\n+)(?=[^\s\[])"
)
LONGEST = 8000  # characters of an answer that are read


def split(text: str) -> list[str]:
    """The sentences of a whole text."""
    return list(whole_sentences([text]))


def whole_sentences(pieces: Iterable[str]) -> Iterator[str]:
    """Sentences as soon as they are whole; the last one when the pieces end."""
    waiting, read = "", 0
    for piece in pieces:
        read += len(piece)
        if read > LONGEST:
            return
        waiting += piece
        while match := _END.search(waiting):
            sentence, waiting = waiting[: match.end()].strip(), waiting[match.end() :]
            if sentence:
                yield sentence
    if waiting.strip():
        yield waiting.strip()
