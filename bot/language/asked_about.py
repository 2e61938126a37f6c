"""Asked about: which facts of a case a question weighs - "is 2k enough?", "do we need evals?" - and with which number."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from bot.core.facts import Catalogue, Value
from bot.language.acts import Acts
from bot.language.clauses import clean, sentences
from bot.language.numbers import NUMBERS, Quantity, quantities
from bot.language.quantify import read_numbers
from bot.ports import AskedFact

_LAST = re.compile(
    r"^(?:is|are|isn.?t|aren.?t|would|will) (?:that|it|those|these|this|they)\b", re.IGNORECASE
)  # what was told last
MOST = 2  # facts that one question is taken to weigh
SHARES = frozenset({"percent", "scale", "fraction"})
FEWEST = 10  # a smaller bare count is seldom a number of examples: "are two enough?"


class AskedAbout:
    """Finds what a question about somebody's own case weighs, by the words by which facts go (knowledge/acts.yaml, `called`)."""

    def __init__(self, catalogue: Catalogue, acts: Acts) -> None:
        self._catalogue = catalogue
        self._acts = acts

    def weighs(self, text: str) -> bool:
        """Whether a text is worded as a question of what some fact matters, and speaks of one or of a number."""
        words = self._acts.without_lead(clean(text))
        if self._acts.weighed.search(words) is None:
            return False
        return bool(_LAST.search(words) or self._called(words) or quantities(words))

    def with_numbers(self, text: str) -> list[str]:
        """The questions of a text that weigh a number which they name: "are 25 pairs enough?"."""
        asking = [part.text for part in sentences(clean(text)) if part.text.endswith("?")]
        return [words for words in asking if self.weighs(words) and quantities(words)]

    def read(self, text: str, known: Mapping[str, Value]) -> tuple[AskedFact, ...]:
        """The facts that a question weighs, each with the number that it supposes, if that is another than the one known."""
        text = clean(text)
        asking = next((part.text for part in sentences(text) if self.weighs(part.text)), text)
        called = self._called(asking)
        told = {number.fact: number.value for number in read_numbers(asking)}
        found = quantities(asking)
        if found and not told and (fact := _meant(found[0], called, known)):
            told = {fact: found[0].value}
        asked = [self._supposing(fact, value, known) for fact, value in told.items() if fact in NUMBERS]
        others = [AskedFact(fact=fact) for fact in called if fact not in told]
        return tuple((asked or others)[:MOST])

    def _called(self, words: str) -> list[str]:
        """The facts that are called by a name of theirs, in the order in which they are."""
        found = {fact: pattern.search(words) for fact, pattern in self._acts.called.items()}
        return sorted((fact for fact, match in found.items() if match), key=lambda fact: found[fact].start())  # type: ignore[union-attr]

    def _supposing(self, fact: str, value: float, known: Mapping[str, Value]) -> AskedFact:
        number = round(value) if self._catalogue.facts[fact].integer else value
        return AskedFact(fact=fact, value=None if _is(known.get(fact), number) else number)


def _meant(quantity: Quantity, called: list[str], known: Mapping[str, Value]) -> str | None:
    """The fact that a bare number stands for: the one that it is known of, else the one that is spoken of, else by its unit."""
    same = [fact for fact in NUMBERS if _is(known.get(fact), quantity.value)]
    if same:
        return same[0]
    spoken = [fact for fact in called if fact in NUMBERS]
    if quantity.unit in SHARES:
        return next((fact for fact in spoken if fact in ("score", "target")), "score")
    if spoken:
        return spoken[0]
    if quantity.unit == "rate":
        return "volume"
    return "examples" if quantity.unit == "count" and quantity.value >= FEWEST and not called else None


def _is(known: Value | None, value: float) -> bool:
    return isinstance(known, int | float) and not isinstance(known, bool) and math.isclose(known, value)
