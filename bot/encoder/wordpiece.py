"""Splits text into the word pieces of BERT's uncased vocabulary.

Gives the ids that Hugging Face's `tokenizers` gives for the same vocabulary (a test compares them), without the 46 MB
that package brings along. One difference is deliberate: "[SEP]" and its like are ordinary characters here, so nobody
can type a control token. Another cannot be helped: recent Unicode characters are classified as Python's tables have it.
"""

import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

LONGEST_WORD = 100
"""A longer run of characters without a break becomes one unknown token."""

# The blocks BERT treats as ideographs: every such character is a word of its own.
_IDEOGRAPHS = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)
_DROPPED = {"Cc", "Cf", "Co", "Cs"}  # control, format, private use, surrogate


class _Cleaned(dict[int, str]):
    """First pass, per code point: controls go, white space becomes a space, ideographs stand alone."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in "\t\n\r":
            cleaned = " "
        elif code == 0xFFFD or unicodedata.category(character) in _DROPPED:
            cleaned = ""
        elif character.isspace():
            cleaned = " "
        elif any(first <= code <= last for first, last in _IDEOGRAPHS):
            cleaned = f" {character} "
        else:
            cleaned = character
        self[code] = cleaned
        return cleaned


class _Folded(dict[int, str]):
    """Second pass, after decomposition: accents go, letters become lower case, punctuation stands alone."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if category == "Mn":
            folded = ""
        elif category.startswith("P") or character in "$+<=>^`|~":
            folded = f" {character} "
        else:
            folded = character.lower()
        self[code] = folded
        return folded


class WordPiece:
    """The vocabulary in `vocabulary`, a text file with one piece a line; a piece's id is its line number from 0."""

    def __init__(self, vocabulary: Path) -> None:
        self._ids = {piece: number for number, piece in enumerate(vocabulary.read_text("utf-8").split("\n")) if piece}
        self._unknown = self._ids["[UNK]"]
        self.first = self._ids["[CLS]"]
        self.last = self._ids["[SEP]"]
        self._cleaned = _Cleaned()
        self._folded = _Folded()

    def ids(self, text: str, limit: int) -> list[int]:
        """The ids of `text` between the opening and the closing token, at most `limit` in all."""
        return [self.first, *islice(self.pieces(text), limit - 2), self.last]

    def pieces(self, text: str) -> Iterator[int]:
        """The ids of `text` alone, without opening and closing token."""
        text = unicodedata.normalize("NFD", text.translate(self._cleaned))
        for word in text.translate(self._folded).split():
            whole = self._ids.get(word)
            if whole is not None and len(word) <= LONGEST_WORD:
                yield whole
            else:
                yield from self._split(word)

    def _split(self, word: str) -> list[int]:
        """The longest piece that fits, then the longest that fits the rest; one unknown token if anything is left."""
        if len(word) > LONGEST_WORD:
            return [self._unknown]
        pieces = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                piece = self._ids.get(prefix + word[start:end])
                if piece is not None:
                    break
            else:
                return [self._unknown]
            pieces.append(piece)
            start = end
        return pieces
