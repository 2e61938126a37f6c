"""Words: a text cut at white space, with the place of every piece."""

from __future__ import annotations

import re
from typing import NamedTuple


class Word(NamedTuple):
    """A run of characters without white space, and where it stands."""

    text: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """The words of a text, in order."""
    return [Word(match.group(), match.start(), match.end()) for match in re.finditer(r"\S+", text)]
