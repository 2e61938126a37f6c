"""Numbers: quantities read from plain talk by grammar - counts, percentages, rates, durations, money - never guessed."""

from __future__ import annotations

import re
from typing import Literal

from bot.core.facts import Frozen

Unit = Literal["count", "percent", "rate", "duration", "money", "scale", "fraction"]

_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000, "dozen": 12, "zwei": 2, "drei": 3, "fünf": 5, "zehn": 10,
    "zwanzig": 20, "hundert": 100, "tausend": 1000, "cent": 100, "mille": 1000, "cien": 100, "mil": 1000, "deux": 2, "trois": 3,
}  # fmt: skip
_VAGUE = {"few": 3, "couple": 2, "several": 4, "some": 3, "paar": 3, "quelques": 3, "unos": 3}
_SCALES = {
    "k": 1e3, "thousand": 1e3, "thousands": 1e3, "tsd": 1e3, "tausend": 1e3, "mille": 1e3, "mil": 1e3, "grand": 1e3, "hundred": 1e2,
    "hundreds": 1e2, "hundert": 1e2, "dozen": 12, "m": 1e6, "mio": 1e6, "mn": 1e6, "million": 1e6, "millions": 1e6, "millionen": 1e6,
    "billion": 1e9, "bn": 1e9, "billions": 1e9,
}  # fmt: skip
_DAYS = {
    "second": 1 / 86400, "sec": 1 / 86400, "s": 1 / 86400, "minute": 1 / 1440, "min": 1 / 1440, "hour": 1 / 24, "hr": 1 / 24, "h": 1 / 24,
    "stunde": 1 / 24, "heure": 1 / 24, "hora": 1 / 24, "day": 1, "d": 1, "tag": 1, "jour": 1, "día": 1, "dia": 1, "night": 1, "shift": 0.5,
    "week": 7, "wk": 7, "woche": 7, "semaine": 7, "semana": 7, "month": 30, "mo": 30, "mon": 30, "monat": 30, "mois": 30, "mes": 30,
    "quarter": 91, "year": 365, "yr": 365, "jahr": 365, "an": 365, "año": 365,
}  # fmt: skip
_NUMBER = (
    r"(?P<digits>\d{1,3}(?:[,.' \u202f]\d{3})+|\d+(?:[.,]\d+)?)(?![.,]?\d)"
    r"(?:\s?(?P<scale>k|tsd\.?|mio\.?|m|mn|bn|thousand|million|millions|millionen|billion|billions|hundred|dozen|tausend|hundert|mille|mil)\b)?"
)
_MENTION = re.compile(rf"(?<![\w.-])(?P<hedge>~|≈|<|>|>=|≥|≤|about |around |ca\.? |circa |roughly |like |some |over |under |almost |nearly |etwa |environ |unos )?(?P<money>[$€£]\s?)?{_NUMBER}", re.IGNORECASE)
_WORDED = re.compile(
    r"\b(?P<vague>a few|a couple(?: of)?|several|some|ein paar|quelques|unos)?\s*\b(?P<word>" + "|".join(_WORDS) + r")(?:[ -](?P<scale>hundred|thousand|million|dozen))?(?P<plural>s)?\b",
    re.IGNORECASE,
)
_PLURALS = re.compile(r"\b(?P<vague>a few |a couple (?:of )?|several |some |tens of |many |ein paar |plusieurs )?(?P<scale>hundreds?|thousands?|millions?|dozens?|hunderte|tausende|centaines|milliers|billions) (?:of|de|d'|von)?", re.IGNORECASE)
_RATE = re.compile(
    r"\s*(?:[\w'-]+\s){0,4}?(?:/|per|a|an|each|every|pro|am|par|por|al|each and every)\s?(?P<unit>second|sec|s|minute|min|hour|hr|h|stunde|heure|hora|day|d|tag|jour|día|dia|night|shift|week|wk|woche|semaine|semana|month|mo|monat|mois|mes|quarter|year|yr|jahr|an|año)s?\b|\s*(?:[\w'-]+\s){0,3}?(?P<ly>daily|weekly|monthly|nightly|yearly|täglich)\b",
    re.IGNORECASE,
)
_LY = {"daily": 1, "nightly": 1, "täglich": 1, "weekly": 7, "monthly": 30, "yearly": 365}
_AFTER = (
    ("percent", re.compile(r"\s?(?:%|percent\b|pct\b|per cent\b|prozent\b|pour cent\b|por ciento\b)", re.IGNORECASE)),
    ("scale", re.compile(r"\s?(?:/|out of|von|sur)\s?(?P<of>5|10|20|100)\b(?!\s?(?:k|day|s\b))", re.IGNORECASE)),
    ("duration", re.compile(r"\s?(?:ms|msec|milliseconds?|s|secs?|seconds?|sekunden?|secondes?|segundos|min|mins|minutes?|hours?|hrs?|h|days?|weeks?|months?|years?|yrs?|wochen|monate|tage|jahre|semaines|mois|ans)\b(?!\s*/)", re.IGNORECASE)),
    ("money", re.compile(r"\s?(?:dollars?|bucks?|euros?|eur\b|usd\b|cents?|ct\b|pounds?|€|\$|£)(?!\w)", re.IGNORECASE)),
)  # fmt: skip
_NOT_A_QUANTITY = re.compile(r"\s?(?:b\b|B\b|bit\b|gb\b|x\b|st\b|nd\b|rd\b|th\b|:\d)")


class Quantity(Frozen):
    """A number somebody wrote. `value` is as written, a rate is per day, a scale ("4.1/5") and a fraction are percentages."""

    value: float
    unit: Unit
    start: int
    end: int
    hedged: bool = False
    of: float = 0  # for a scale, its top


def quantities(text: str) -> list[Quantity]:
    """Every quantity in a cleaned text, in order; model names, versions, parameter counts and ordinals are none."""
    found: list[Quantity] = []
    for match in _MENTION.finditer(text):
        if found and match.start() < found[-1].end:
            continue
        if _NOT_A_QUANTITY.match(text, match.end("digits")) and not match["scale"]:
            continue
        if re.search(r"(?:gpt|llama|claude|gemini|mistral|qwen|phi|v|version|python|step|q|day|room)[ -]?$", text[: match.start("digits")], re.IGNORECASE):
            continue
        if text[match.end() : match.end() + 1].isalpha() and not any(p.match(text, match.end()) for _, p in _AFTER):
            continue
        value = _digits(match["digits"]) * _scale(match["scale"])
        found.append(_quantity(text, value, match.start(), match.end(), bool(match["hedge"]), bool(match["money"])))
    taken = [(q.start, q.end) for q in found]
    for match in [*_WORDED.finditer(text), *_PLURALS.finditer(text)]:
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        worded = _worded(match)
        if worded is not None:
            taken.append((match.start(), match.end()))
            found.append(_quantity(text, worded, match.start(), match.end(), True, False))
    return sorted(found, key=lambda q: q.start)


def _worded(match: re.Match[str]) -> float | None:
    groups = match.groupdict()
    vague = (groups["vague"] or "").split()
    factor = next((_VAGUE[word.lower()] for word in vague if word.lower() in _VAGUE), None)
    if "tens" in vague:
        factor = 30
    scale = _scale(groups.get("scale"))
    if "word" in groups:
        word = groups["word"].lower()
        if word in ("one", "mil", "mille", "cent", "some") and not groups.get("scale"):
            return None  # more often a pronoun or another word than a number
        return _WORDS[word] * (factor or 1) * scale
    return (factor or 2) * scale


def _quantity(text: str, value: float, start: int, end: int, hedged: bool, money: bool) -> Quantity:
    unit: Unit = "money" if money else "count"
    of = 0.0
    if not money:
        for name, pattern in _AFTER:
            after = pattern.match(text, end)
            if after:
                unit, end = name, after.end()  # type: ignore[assignment]
                if name == "scale":
                    of = float(after["of"])
                    value = 100 * value / of
                break
    if unit == "count":
        rate = _RATE.match(text, end)
        if rate:
            days = _LY[rate["ly"].lower()] if rate["ly"] else _DAYS[rate["unit"].lower()]
            return Quantity(value=value / days, unit="rate", start=start, end=rate.end(), hedged=hedged)
        if 0 < value < 1:
            unit, value = "fraction", 100 * value
    return Quantity(value=value, unit=unit, start=start, end=end, hedged=hedged, of=of)


def _digits(written: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:[,.' \u202f]\d{3})+", written):
        return float(re.sub(r"\D", "", written))
    return float(written.replace(",", "."))


def _scale(word: str | None) -> float:
    if not word:
        return 1.0
    word = word.lower().rstrip(".")
    return _SCALES.get(word, _SCALES.get(word.rstrip("s"), {"hunderte": 1e2, "tausende": 1e3, "centaines": 1e2, "milliers": 1e3}.get(word, 12.0)))
