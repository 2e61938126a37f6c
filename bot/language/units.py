"""Units: the words that talk uses for numbers, scales and times (en, de, fr, es), and what each is worth."""

from __future__ import annotations

import re
from collections.abc import Iterable

WORDS: dict[str, float] = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1e3, "million": 1e6,
    "dozen": 12, "null": 0, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "zehn": 10, "zwanzig": 20, "fünfzig": 50,
    "hundert": 100, "tausend": 1e3, "dutzend": 12, "zéro": 0, "deux": 2, "trois": 3, "dix": 10, "vingt": 20,
    "cinquante": 50, "cent": 100, "mille": 1e3, "cero": 0, "tres": 3, "cinco": 5, "diez": 10, "veinte": 20,
    "cincuenta": 50, "cien": 100, "mil": 1e3,
}  # fmt: skip
AMBIGUOUS = frozenset({"one", "null", "mil", "mille", "cent"})  # alone more often another word than a number
VAGUE: dict[str, float] = {
    "few": 3, "couple": 2, "several": 4, "some": 3, "tens": 30, "half": 0.5, "halbes": 0.5, "demi": 0.5, "many": 5,
    "paar": 3, "mehrere": 4, "quelques": 3, "plusieurs": 4, "unos": 3, "unas": 3, "varios": 4, "varias": 4,
}  # fmt: skip
SCALES: dict[str, float] = {
    "k": 1e3, "thousand": 1e3, "thousands": 1e3, "tsd": 1e3, "tausend": 1e3, "tausende": 1e3, "mille": 1e3, "mil": 1e3,
    "miles": 1e3, "milliers": 1e3, "grand": 1e3, "hundred": 1e2, "hundreds": 1e2, "hundert": 1e2, "hunderte": 1e2,
    "centaines": 1e2, "cientos": 1e2, "dozen": 12, "dozens": 12, "dutzend": 12, "m": 1e6, "mio": 1e6, "mn": 1e6,
    "million": 1e6, "millions": 1e6, "millionen": 1e6, "millones": 1e6, "bn": 1e9, "billion": 1e9, "billions": 1e9,
}  # fmt: skip
_DAYS: dict[str, float] = {
    "second sec sekunde seconde segundo": 1 / 86400, "minute min minuto": 1 / 1440,
    "hour hr h stunde heure hora": 1 / 24, "day d night tag jour día dia noche nacht": 1, "weekday workday": 1,
    "week wk woche semaine semana": 7, "month mo mth monat mois mes": 30, "quarter quartal trimestre": 91,
    "year yr jahr an année año": 365,
}  # fmt: skip
DAYS = {word: days for words, days in _DAYS.items() for word in words.split()}
ADVERBS: dict[str, float] = {
    "daily": 1, "nightly": 1, "weekly": 7, "monthly": 30, "yearly": 365, "annually": 365, "hourly": 1 / 24,
    "täglich": 1, "wöchentlich": 7, "monatlich": 30, "diario": 1, "diarios": 1, "diarias": 1, "quotidiens": 1,
}  # fmt: skip
PARTS: dict[str, float] = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
TENS = ("ten", "fifteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
TOPS = {3, 4, 5, 6, 8, 10, 20, 25, 50, 100, 1000}  # what people count "out of"


def one_of(words: Iterable[str]) -> str:
    """The alternatives of a regex, longest first, so that none hides another."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def scale(word: str | None) -> float:
    """What a number is multiplied by."""
    return SCALES[word.lower().rstrip(".")] if word else 1.0


def digits(written: str, percent: bool = False) -> float:
    """A number as written, with either point or comma for thousands or decimals; percentages have no thousands."""
    separators = re.findall(r"[,.' \u202f]", written)
    thousands = re.fullmatch(r"[1-9]\d{0,2}(?:[,.' \u202f]\d{3})+", written)
    if thousands and not (percent and len(separators) == 1):
        return float(re.sub(r"\D", "", written))
    return float(written.replace(",", "."))
