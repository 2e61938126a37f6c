"""Supposing: the facts that a "what if" supposes, and the parts of it in which none could be read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.language.acts import Acts
from bot.language.clauses import clean, sentences
from bot.language.numbers import NUMBERS
from bot.language.statements import Statements
from bot.ports import ReadFact, Supposition

FEWEST_SUPPOSED = 2  # words that suppose anything
_THEN = re.compile(
    r"(?:and |so |but )*(?:what|would|should|do|does|is|are|will|then|how|still|the verdict|everything else)\b"
)
_AND = re.compile(r"(?:,\s+|\s+)(?:and|plus|und|et|y)\s+", re.IGNORECASE)


class Supposing:
    """Reads what is supposed, by the plain statements that a "what if" holds."""

    def __init__(self, acts: Acts, statements: Statements) -> None:
        self._begins = dict(acts.acts)["what_if"]
        self._statements = statements

    def read(self, text: str) -> Supposition:
        """See ports.Language.read_supposition."""
        supposed = self._supposed(text)
        ours = self._statements.read_our_words(supposed)
        told = self._statements.read_statements(supposed, skip=[p.fact for p in ours])
        if ours:  # words of a card, which say one thing each: only numbers are told beside them
            told = tuple(p for p in told if p.fact in NUMBERS)
        facts = tuple(p.as_fact() for p in (*ours, *told))
        parts = [part.text.strip(" .,!?") for part in sentences(supposed)]
        unread = (part for part in parts if len(part.split()) >= FEWEST_SUPPOSED and not _is_told(part, facts))
        return Supposition(facts=facts, unread=tuple(unread) if facts and not ours else ())

    def _supposed(self, text: str) -> str:
        """What stands behind "what if", each part of it a sentence of its own."""
        begins = self._begins.search(clean(text))
        return _AND.sub(". ", clean(text)[begins.end() if begins else 0 :].rstrip("? "))


def _is_told(part: str, facts: Sequence[ReadFact]) -> bool:
    """Whether some fact rests on the words of a part, or a part only asks what then."""
    words = part.casefold()
    quotes = (fact.quote.casefold().strip(" .,!?") for fact in facts)
    return _THEN.match(words) is not None or any(quote in words or words in quote for quote in quotes)
