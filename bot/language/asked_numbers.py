"""Asked numbers: which number of a reply belongs to which of the facts that were asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.language.around import FEW, ROUNDED
from bot.language.numbers import NUMBERS
from bot.language.quantify import Told, read_numbers

PLACE = re.compile(r"\W*\d\W*")  # a single digit for several questions is the place of an option rather than a number
BOTH = frozenset({"score", "target"})


def asked_numbers(text: str, asked: Sequence[str], parts: Mapping[str, str]) -> dict[str, Told]:
    """The numbers told for the facts asked for: each in the words about it, or both in the same words, or anywhere."""
    if len(asked) > 1 and PLACE.fullmatch(text):
        return {}
    anywhere = {told.fact: told for told in read_numbers(text, asked)}
    result: dict[str, Told] = {}
    for fact in (fact for fact in asked if fact in NUMBERS):
        other = {"score": "target", "target": "score"}.get(fact, "")
        words = parts.get(fact, "")
        apart = bool(words) and other in asked and bool(parts.get(other))
        here = {told.fact: told for told in read_numbers(words, [fact] if apart or not other else [fact, other])}
        told = here.get(fact) or (here.get(other) if apart else anywhere.get(fact))
        if told is None and other and other not in asked:  # only one of the two was asked for, so that is what it is
            told = here.get(other) or anywhere.get(other)
        whole = anywhere.get(fact)
        if told is not None and whole is not None:
            failures = abs(told.value + whole.value - 100) < ROUNDED  # "how many they edit? 1 in 8"
            of_a_set = whole.value != told.value and re.search(
                rf"\b{told.value:g}\b", whole.quote
            )  # "80 texts: 71 good"
            told = whole if failures or of_a_set else told
        if told is not None and not (other and told.hedged and told.value <= FEW):
            result[fact] = told.model_copy(update={"fact": fact})
    if set(asked) >= BOTH and anywhere.keys() >= BOTH:  # side by side they tell best which is which
        result |= {key: anywhere[key] for key in sorted(BOTH)}
    return result
