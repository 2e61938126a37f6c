"""Told numbers: which numbers of a message tell a fact, by grammar and by the reading model together."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language.clauses import Clause, clauses
from bot.language.cues import BAD, OTHER_MEASURE
from bot.language.examples import is_measured_on, is_what_is_left
from bot.language.numbers import NUMBERS, Quantity, quantities
from bot.language.quantify import Told, meant, read_numbers, told_by
from bot.language.tagged import Reading

AGREED = 0.05  # chance from which on the model does not object to what grammar reads
SURE_NUMBER = 0.8  # chance from which on it is believed where grammar reads nothing
AHEAD = 0.2  # by how much it must be likelier that fact than any other
NEAR = 150  # characters on either side, within its clause, that say what a number measures
LEAST_SHARE = 20  # a smaller number is seldom a share of what is right
SHARES = frozenset({"score", "target"})
READ_ALONE = (
    "score",
    "target",
    "examples",
)  # what the model may tell by itself; a day's traffic has to be said in so many words


def told_numbers(text: str, reading: Reading) -> list[Told]:
    """The numbers that a cleaned text tells of itself."""
    found = meant(text, quantities(text))
    places = {quantity.start: quantity.end for quantity in found}
    read = read_numbers(text)
    agreed = {
        told.fact
        for told in read
        if reading.chance(told.fact, told.start, places.get(told.start, told.start + 1)) >= AGREED
        or (told.fact == "examples" and is_what_is_left(text, places.get(told.start, len(text))))
    }
    if agreed & SHARES:  # what goes with a score or a target that is one is the other
        agreed |= SHARES
    told = [told for told in read if told.fact in agreed]
    return told + _unread(text, reading, found, told)


def _unread(text: str, reading: Reading, found: Sequence[Quantity], told: Sequence[Told]) -> list[Told]:
    """What the model surely takes for a fact that grammar read nowhere."""
    taken = {number.start for number in told}
    pieces = clauses(text)
    scaled = any(quantity.unit == "scale" for quantity in found)
    result: list[Told] = []
    for fact in READ_ALONE:
        if any(number.fact == fact for number in told):
            continue
        chances = [
            (reading.chance(fact, quantity.start, quantity.end), quantity)
            for quantity in found
            if quantity.start not in taken
            and (_may_be_data(text, quantity) if fact == "examples" else _is_share(text, quantity, scaled, pieces))
        ]
        chance, best = max(chances, key=lambda pair: pair[0], default=(0.0, None))
        others = [reading.chance(other, best.start, best.end) for other in NUMBERS if other != fact] if best else []
        if best and chance >= max(SURE_NUMBER, *(other + AHEAD for other in others)):
            taken.add(best.start)
            result.append(told_by(text, fact, best.value, best))
    return result


def _may_be_data(text: str, quantity: Quantity) -> bool:
    return quantity.unit == "count" and not is_measured_on(text, quantity)


def _is_share(text: str, quantity: Quantity, scaled: bool, pieces: Sequence[Clause]) -> bool:
    """Whether a quantity may be a score or a target as it stands: not a count of failures, nor a step of a scale."""
    plain = quantity.unit in ("percent", "fraction") or (quantity.unit == "count" and not scaled)
    if not plain or not LEAST_SHARE <= quantity.value <= 100:
        return False
    part = next((part for part in pieces if part.start <= quantity.start < part.end), None)
    around = text[max(part.start, quantity.start - NEAR) : min(part.end, quantity.end + NEAR)] if part else ""
    return not (BAD.search(around) or OTHER_MEASURE.search(around))
