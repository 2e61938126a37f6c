"""Numbers: quantities read from plain talk by grammar - counts, percentages, rates, times, money - never guessed."""

from __future__ import annotations

import re
from typing import Literal

from bot.core.facts import Frozen
from bot.language.units import ADVERBS, AMBIGUOUS, DAYS, PARTS, SCALES, TENS, TOPS, VAGUE, WORDS, digits, one_of, scale

Unit = Literal["count", "percent", "rate", "duration", "money", "scale", "fraction"]

NUMBERS = ("examples", "score", "target", "volume")  # the facts that are numbers
_HEDGE = (
    r"(?:(?P<hedge>~|≈|about|around|ca\.?|circa|roughly|like|maybe|some|over|under|almost|nearly|approx\.?|etwa|"
    r"rund|ungefähr|environ|unos|unas|casi)\s?)?"
)
_NUMERIC = re.compile(
    rf"(?<![\w.,@#])(?<![A-Za-z]-)(?<![\s(]-)(?<!^-)(?:(?<!\w){_HEDGE}|)(?P<money>[$€£]\s?)?"
    r"(?P<digits>[1-9]\d{0,2}(?:[,.' \u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)?|\.\d+)(?![.,]?\d)"
    rf"(?:m(?![\w-])|(?-i:\sM)(?![\w/-])|\s?(?P<scale>{one_of(set(SCALES) - {'m', 'grand'})})(?!\w)(?:(?<=tsd|mio)\.)?)?",
    re.IGNORECASE,
)
_WORDED = re.compile(
    rf"(?<![\w-])(?:(?:an? |ein )?(?P<vague>{one_of(VAGUE)})(?: of| a| an)?\s|an? |eine? |une? |"
    rf"una )?(?P<word>{one_of(set(WORDS) | (set(SCALES) - {'k', 'm', 'mn', 'bn', 'tsd', 'mio', 'grand'}))})"
    r"(?:[ -](?P<ones>one|two|three|four|five|six|seven|eight|nine)(?![\w-]))?(?:[ -](?P<scale>hundred|thousand|"
    r"million|dozen)s?)?(?: (?P<more>thousand|million))?"
    rf"(?:(?:(?<=hundred)|(?<=thousand)) and (?P<tens>{one_of(TENS)})"
    r"(?:[ -](?P<last>one|two|three|four|five|six|seven|eight|nine))?)?(?!\w|-\w)",
    re.IGNORECASE,
)
_PART = re.compile(
    rf"(?<!first )(?<!second )(?<!and a )(?<!once )(?<!twice )(?<!times )(?<!per )(?<!every )(?<!last )(?<!this )(?<!next )\b"
    rf"(?:(?P<half>half)|(?P<count>a|one|two|three|four|nine) (?P<part>{one_of(PARTS)})s?)"
    r"(?! (?:of \w+ )?(?:(?:is|are|were|was|got) )?(?:checked|reviewed|verified|audited|corrected|proofread)\b)"
    r"(?= (?:of (?:them|all|it|the (?:time|answers|outputs|cases|replies|questions|drafts|tests|ones)|our|cases|answers|outputs|"
    r"questions)|are|is|were|needed|required|wanted|right|wrong|correct|good|bad|ok|usable|pass|fail|come|get|work|need)\b|\W*$)",
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"(?:\b(?:gpt|llama|claude|gemini|mistral|qwen|phi|gemma|o|v|version|python|step|phase|q|day|room|rank|lvl|"
    r"level|top|chapter|page|figure|no\.?|nr\.?)|pass@|recall@|precision@|ndcg@)[ -]?$",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(
    r"\b(?:in|since|from|until|till|by|before|after|of|an?|the|last|early|late|mid|year|back|seit|im|anno|en|"
    r"depuis|desde|del?|jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*)\s$",
    re.IGNORECASE,
)
_YEAR_AFTER = re.compile(r"\s(?:old|vintage|or (?:older|earlier|later)|and (?:older|earlier|later))\b", re.IGNORECASE)
_MONTH = re.compile(r"\s?(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:\w{2,6})?\b", re.IGNORECASE)
_NO_QUANTITY = re.compile(
    r"\s?(?:b|bit|[mgt]b|x|st|nd|rd|th|px|pt|am|pm|loc)(?!\w| tag)|x(?=\s)|:\d|-(?!ish\b|odd\b|\d)\w|"
    r"s\b(?=\s+that|\s+when)",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"(?:-?ish|\+)?(?:\s[\w'&/-]+){0,5}?(?:\s?/\s?|\s(?:per|an?|each|every|pro|am|im|par|por|al|à la|on an?|"
    rf"on|a la) )(?:(?:normal|typical|average|usual|busy|good|single)\s)?(?P<unit>{one_of(DAYS)})(?:s|en)?(?!\w)|"
    rf"(?:-?ish|\+)?(?:\s[\w'/-]+){{0,3}}?\s(?P<adverb>{one_of(ADVERBS)})\b",
    re.IGNORECASE,
)
_RATE_BEFORE = re.compile(
    r"(?:per|a|each|every|pro|am|par|por|al) (?P<unit>day|tag|jour|día|dia|week|woche|month|monat)(?:[:=,]| it's|"
    r" we get| we have| about| around| sind es| c'est| es| son)*\s*$",
    re.IGNORECASE,
)
_ON_SOMETHING = re.compile(r"\b(?:on|the|our|in|at)\b", re.IGNORECASE)  # "83 on the weekly sample" is no 83 a week
_PERCENT = re.compile(
    r"\s?(?:%|percent\b|pct\b|per ?cent\b|prozent\b|pour ?cent\b|por ciento\b|correct per hundred\b)", re.IGNORECASE
)
_OF = re.compile(
    r"(?:\s(?:times?|mal|fois|veces)\b)?(?:\s?/\s?|\s(?:(?:of|out of|in|in every|von|sur|de|de cada)\s(?:the |"
    r"every |our )?))(?P<of>\d+|ten|zehn|dix|diez|hundred|a hundred|hundert|cent|cien)(?![\w%]|[.,]\d|"
    r"\s?(?:/|k\b))",
    re.IGNORECASE,
)
_RIGHT = re.compile(r"\s(?:right|correct\w*|pass\w*|ok|okay|good|fine|usable|solved|accepted|work\w*)\b", re.IGNORECASE)
_REACHED = re.compile(
    r"\b(?:pass(?:es|ed)?|gets?|got|solves?|solved|reach(?:es|ed)?|hits?|scores?|scored|at|right on|besteht|schafft|réussit|"
    r"acierta)\s(?:only |about |just )?$",
    re.IGNORECASE,
)
# A rating with a decimal point is one of five stars where nothing else is said.
_RATED = re.compile(
    r"\b(?:rat(?:ed?|es|ing)|stars?|grade[sd]?)(?: (?:it|us|at|is|of|about|around|by \w+))*\s$", re.IGNORECASE
)
_STARS = re.compile(r"\s?(?:stars?\b|★|⭐)", re.IGNORECASE)
_CHECKS = re.compile(r"\s(?:\w+\s)?(?:tests|cases|questions|tasks|runs)\b", re.IGNORECASE)
_DURATION = re.compile(
    r"\s?(?:ms|msecs?|s|millisec\w*|secs?|seconds?|sekunden?|secondes?|segundos?|mins?|minut\w*|hours?|hrs?|h|"
    r"days?|weeks?|wks?|months?|mos?|years?|yrs?|seasons?|quarters?|sprints?|stunden?|wochen?|monate?n?|tagen?|"
    r"jahren?|heures?|semaines?|mois|ans|horas?|semanas?|meses|años?|días)(?!\w|\s*/)",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\s?(?:dollars?|bucks?|euros?|eur|usd|gbp|chf|cents?|ct|pounds?|€|\$|£)(?!\w)", re.IGNORECASE)
_RANGE = re.compile(r"-|–|\s(?:or|oder|ou|bis)\s|\s(?P<between>and|und|et|y)\s", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:between|zwischen|entre)\s$", re.IGNORECASE)


class Quantity(Frozen):
    """A number somebody wrote. `value` is as written; a rate, per day; a scale ("4.1/5") or fraction, a percentage."""

    value: float
    unit: Unit
    start: int
    end: int
    hedged: bool = False
    of: float = 0  # for a scale, its top
    days: float = 0  # for a rate, the days that it was given for


def quantities(text: str) -> list[Quantity]:
    """Every quantity in a cleaned text, in order; model names, versions, parameter counts and dates are none."""
    raw = sorted([*_parts(text), *_numeric(text), *_worded(text)], key=lambda q: (q.start, -q.end))
    found: list[Quantity] = []
    for quantity in raw:
        if found and quantity.start < found[-1].end:
            continue  # part of the number before it, as the ten of "7 out of ten"
        if found and (low := _low_end(text, found[-1], quantity)):
            middle = (low / (quantity.days or 1) + quantity.value) / 2
            quantity = quantity.model_copy(update={"value": middle, "start": found.pop().start, "hedged": True})
        found.append(quantity)
    return found


def _low_end(text: str, low: Quantity, high: Quantity) -> float:
    """What the first number of a range is worth ("10-20k" starts at 10,000); 0 if the two are no range."""
    joined = _RANGE.fullmatch(text, low.end, high.start)
    if low.unit != "count" or high.unit not in ("count", "rate", "percent") or not joined:
        return 0
    if joined["between"] and not _BETWEEN.search(text, max(0, low.start - 12), low.start):
        return 0
    written = high.value * (high.days or 1)
    return next((low.value * f for f in (1, 1e3, 1e6) if low.value * f < written <= 5 * low.value * f), 0)


def _numeric(text: str) -> list[Quantity]:
    found: list[Quantity] = []
    for match in _NUMERIC.finditer(text):
        written, start, end = match["digits"], match.start(), match.end()
        if len(written) > 15:
            continue  # an identifier
        factor = 1e6 if text[end - 1] in "mM" and not match["scale"] else scale(match["scale"])
        before = text[max(0, match.start("digits") - 24) : match.start("digits")]
        if factor == 1 and (_NO_QUANTITY.match(text, end) or _MONTH.match(text, end) or _NAMES.search(before)):
            continue
        if (
            factor == 1
            and re.fullmatch(r"(?:19|20)\d\d", written)
            and (_YEAR_BEFORE.search(before) or _YEAR_AFTER.match(text, end))
        ):
            continue
        glued = text[end : end + 1].isalpha() and not _DURATION.match(text, end) and text[end : end + 3] != "ish"
        if glued or before.endswith("'"):
            continue
        value = digits(written, percent=_PERCENT.match(text, end) is not None) * factor
        found.append(_with_unit(text, value, start, end, bool(match["hedge"]), bool(match["money"])))
    return found


def _worded(text: str) -> list[Quantity]:
    found: list[Quantity] = []
    for match in _WORDED.finditer(text):
        word, vague = match["word"].lower(), (match["vague"] or "").lower()
        if word in AMBIGUOUS and not match["scale"] and not _OF.match(text, match.end()):
            follows = re.match(r"\s(?:or|to|oder)\s(?:two|three)\b", text[match.end() : match.end() + 10])
            if word != "one" or not follows:
                continue
        if word in WORDS:
            value = (WORDS[word] + WORDS.get((match["ones"] or "").lower(), 0)) * VAGUE.get(vague, 1)
        else:  # "hundreds", "tens of thousands"; the largest say no more than their size
            value = scale(word) * VAGUE.get(vague, 2 if scale(word) < 1e6 else 1)
        rest = sum(WORDS[part.lower()] for part in (match["tens"], match["last"]) if part)
        worth = value * scale(match["scale"]) * scale(match["more"]) + rest
        found.append(_with_unit(text, worth, match.start(), match.end(), value > 12, False))
    return found


def _parts(text: str) -> list[Quantity]:
    """Shares in words, as percentages: "two thirds are right", "half of them"."""
    found: list[Quantity] = []
    for match in _PART.finditer(text):
        counted = WORDS.get((match["count"] or "").lower(), 1)
        share = 50 if match["half"] else 100 * counted / PARTS[match["part"].lower()]
        if share < 100:
            found.append(
                Quantity(value=round(share), unit="fraction", start=match.start(), end=match.end(), hedged=True)
            )
    return found


def _with_unit(text: str, value: float, start: int, end: int, hedged: bool, money: bool) -> Quantity:
    def made(unit: Unit, value: float, end: int, of: float = 0, days: float = 0) -> Quantity:
        return Quantity(value=value, unit=unit, start=start, end=end, hedged=hedged, of=of, days=days)

    if money or (_MONEY.match(text, end)):
        return made("money", value, end)
    if percent := _PERCENT.match(text, end):
        return made("percent", value, percent.end())
    of = _OF.match(text, end)
    top = _top(of["of"]) if of else 0
    if (
        of
        and value <= top
        and (
            top in TOPS
            or (top > 2 and ("out of" in of[0] or _CHECKS.match(text, of.end()) or _RIGHT.match(text, of.end())))
            or (top > 12 and _REACHED.search(text, max(0, start - 24), start))
        )
    ):
        return made("scale", 100 * value / top, of.end(), of=top)
    if 1 < value < 5 and value % 1 and (_RATED.search(text, max(0, start - 24), start) or _STARS.match(text, end)):
        return made("scale", 20 * value, end, of=5)
    if duration := _DURATION.match(text, end):
        return made("duration", value, duration.end())
    if rate := _RATE.match(text, end, end + 90):
        days = ADVERBS[rate["adverb"].lower()] if rate["adverb"] else DAYS[rate["unit"].lower()]
        between = text[end : rate.end()]
        if not _interrupted(between) and not (rate["adverb"] and _ON_SOMETHING.search(between)):
            return made("rate", value / days, rate.end(), days=days)
    if before := _RATE_BEFORE.search(text, max(0, start - 40), start):
        return made("rate", value / DAYS[before["unit"].lower()], end, days=DAYS[before["unit"].lower()])
    if 0 < value < 1:
        return made("fraction", 100 * value, end)
    return made("count", value, end)


def _interrupted(between: str) -> bool:
    """Whether another number or clause stands between a number and its "a day"."""
    return re.search(r"\d|\b(?:and|or|but|that|which|we|i|it|und|oder|mais|ou|y|o)\b", between) is not None


def _top(written: str) -> float:
    words = {"ten": 10, "zehn": 10, "dix": 10, "diez": 10}
    return float(written) if written.isdigit() else float(words.get(written.lower(), 100))
