"""Told numbers: which numbers of a message tell a fact, by grammar and by the reading model together."""

from __future__ import annotations

from bot.language.numbers import quantities
from bot.language.quantify import Told, read_numbers
from bot.language.reading_model import Reading

AGREED = 0.05  # chance from which on the model does not object to what grammar reads
SHARES = frozenset({"score", "target"})


def told_numbers(text: str, reading: Reading) -> list[Told]:
    """The numbers that a cleaned text tells of itself."""
    places = {quantity.start: quantity.end for quantity in quantities(text)}
    read = read_numbers(text)
    agreed = {
        told.fact
        for told in read
        if reading.chance(told.fact, told.start, places.get(told.start, told.start + 1)) >= AGREED
    }
    if agreed & SHARES:  # what goes with a score or a target that is one is the other
        agreed |= SHARES
    return [told for told in read if told.fact in agreed]
