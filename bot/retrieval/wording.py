"""Wording: what search has to know about words and topics beyond the notes, from knowledge/wording.yaml."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from bot.content.yaml_lines import read
from bot.core.facts import Frozen
from bot.errors import ContentError

_ENDING = 6  # letters that may follow a glossary stem: "trainier-ung", "entren-amiento"


class Wording(Frozen):
    """What the file's own head explains: other words for the same, foreign ones, empty ones, and topics not covered."""

    same: dict[str, str]
    glossary: dict[str, tuple[str, ...]]
    common: dict[str, tuple[str, ...]]
    outside: tuple[str, ...]

    @cached_property
    def ignored(self) -> frozenset[str]:
        """Words that are not searched for."""
        return frozenset(word for words in self.common.values() for word in words)

    @cached_property
    def _foreign(self) -> frozenset[str]:
        words = frozenset(word for language, some in self.common.items() if language != "en" for word in some)
        return words.difference(self.common.get("en", ()))

    @cached_property
    def _stems(self) -> tuple[tuple[str, str], ...]:
        pairs = [(stem, english) for english, stems in self.glossary.items() for stem in stems]
        return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))

    def restated(self, query: str) -> str:
        """`query` in the words of the notes; word for word, so good for search only. The same where nothing changes."""
        words = re.findall(r"\w[\w'’.%-]*|\S", query)
        foreign = sum(fold(word) in self._foreign for word in words) > 1
        restated = []
        for word in words:
            plain = re.sub(r"^[ld]['’]", "", fold(word))
            if plain in self.same:
                restated.append(self.same[plain])
            elif foreign and plain not in self._foreign:
                restated.append(self._english(plain) or word)
            elif not foreign:
                restated.append(word)
        return query if restated == words else " ".join(restated)

    def _english(self, word: str) -> str | None:
        fits = (english for stem, english in self._stems if word.startswith(stem) and len(word) <= len(stem) + _ENDING)
        return next(fits, None)


def fold(text: str) -> str:
    """Lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


def read_wording(folder: Path) -> Wording:
    """The wording under `folder` (knowledge/). Raises ContentError."""
    raw, _ = read(folder / "wording.yaml", "wording.yaml")
    try:
        return Wording.model_validate(raw)
    except ValidationError as error:
        problems = [f"wording.yaml:1: {'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors()]
        raise ContentError(problems) from None
