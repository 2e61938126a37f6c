"""Quantify: which numbers of a message are training examples, score, target or volume, by grammar and cue words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.core.facts import Frozen
from bot.language.examples import read_examples
from bot.language.numbers import Quantity, quantities
from bot.language.shares import read_shares

_NOT_TRAFFIC = re.compile(
    r"[$€£]|dollar|euro|budget|afford|\bcents?\b|tokens?|spend|bill\b|costs?\b|\bpay\w*|zahlen|\bpaie|factura|hours? (?:a|per)|"
    r"\bnew \w+ (?:a|per)|(?:could|can|should) \w+ |sweep|\bscored?\b|\beval\w*|\btests?\b|changes?\b|updates?|"
    r"commits|releases?|peak of|reboot|meetings?|salary",
    re.IGNORECASE,
)
# A rate of nothing by name is money as well as traffic: "120 a month all in".
_NOTHING_COUNTED = re.compile(
    r"[~\d.,]+[km]? ?(?:/ ?|a |per |each |im |pro |par |al )(?:month|mo|monat|mois|mes)\b(?! (?:of|in)\b)",
    re.IGNORECASE,
)
_AS_PRICES = re.compile(
    r"\b(?:at most|at best|max(?:imum)?|no more than|less than|under|below|within|up to|budget\w*|bill|invoice|costs?|afford|pay\w*|"
    r"spend\w*)(?: is| of| are| for| around| about| at| only| just)*$",
    re.IGNORECASE,
)
_USUAL = re.compile(
    r"\b(?:normal(?:ly)?|usual(?:ly)?|otherwise|typical(?:ly)?|average)(?: day)?(?: is| are| it's|:)*\s(?:about |"
    r"around )?$",
    re.IGNORECASE,
)
_NO_TRAFFIC = re.compile(
    r"\b(?:no (?:users|traffic|requests|volume)|not live|nobody uses|none yet|zero|nothing yet)\b", re.IGNORECASE
)


_OUTDATED = re.compile(  # "71 now, the 60% was the old number"
    r"\s?%?\s(?:was|were|is|are) (?:just |only |from )?(?:the |our |an? )?(?:old|previous|former|earlier|outdated|stale|last year's)\b",
    re.IGNORECASE,
)
_NO_SHARE = re.compile(
    r"\s?%?\s(?:is ?n.?t|is not|was ?n.?t|was not|was never) (?:our|the|a|my|any) (?:score|target|goal|accuracy)\b",
    re.IGNORECASE,
)
_JUNK = re.compile(r"\b(?:junk|garbage)\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:not|instead of|rather than|nicht|statt)\s$", re.IGNORECASE)


class Told(Frozen):
    """A number that a message tells about a fact, and the words it rests on."""

    fact: str
    value: float
    quote: str
    start: int
    hedged: bool = False


def read_numbers(text: str, asked: Iterable[str] = ()) -> list[Told]:
    """What the numbers of a cleaned text tell. For the facts just `asked` about, plainer wording suffices."""
    wanted = list(asked)
    found = meant(text, quantities(text))
    marks = read_shares(text, found, [fact for fact in wanted if fact in ("score", "target", "quality")])
    told = [told_by(text, fact, value, quantity) for fact, (value, quantity) in marks.items()]
    used = {quantity.start for _, quantity in marks.values()}
    rest = [quantity for quantity in found if quantity.start not in used]
    counted = {
        "volume": _volume(text, rest if len(wanted) != 1 else found, "volume" in wanted),
        "examples": read_examples(text, rest if len(wanted) != 1 else found, "examples" in wanted),
    }
    told += [told_by(text, fact, quantity.value, quantity) for fact, quantity in counted.items() if quantity]
    return told


def told_by(text: str, fact: str, value: float, quantity: Quantity) -> Told:
    """A number that tells a fact, with the words around it as its quote."""
    begin = max(text.rfind(mark, 0, quantity.start) for mark in ("\n", ". ")) + 1
    ends = [i for i in (text.find("\n", quantity.end), text.find(". ", quantity.end)) if i >= 0]
    start, end = max(begin, quantity.start - 60), min([*ends, quantity.end + 60])
    if start > begin:  # not within a word
        start = text.find(" ", start, quantity.start) + 1 or quantity.start
    if end < len(text) and end not in ends:
        end = max(text.rfind(" ", quantity.end, end), quantity.end)
    quote = text[start:end].strip()
    return Told(fact=fact, value=value, quote=quote, start=quantity.start, hedged=quantity.hedged)


def meant(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """The quantities without those denied, as the second of "200 not 2,000 pairs"; the first then counts the pairs."""
    meant: list[Quantity] = []
    for quantity in found:
        if _OUTDATED.match(text, quantity.end) or _NO_SHARE.match(text, quantity.end):
            continue
        if quantity.unit == "percent" and _JUNK.search(text[max(0, quantity.start - 25) : quantity.end + 12]):
            continue
        denied = _DENIED.search(text, max(0, quantity.start - 14), quantity.start)
        if not denied:
            meant.append(quantity)
        elif meant and meant[-1].unit == quantity.unit and not text[meant[-1].end : denied.start()].strip(" ,"):
            meant[-1] = meant[-1].model_copy(update={"end": quantity.end})
    return meant


def _nothing_counted(text: str, rate: Quantity) -> bool:
    """Whether a sentence begins with so many a month, of nothing by name, or says it as prices are said: "at most 5k a month"."""
    before = re.split(r"[.!?\n]", text[: rate.start])[-1].strip(" ~")
    begins = not before or _AS_PRICES.search(before) is not None
    return begins and _NOTHING_COUNTED.match(text[rate.start :]) is not None


def _volume(text: str, found: Sequence[Quantity], asked: bool) -> Quantity | None:
    rates: list[Quantity] = []
    priced = 0  # where the last price ends: its words are not about the next number
    for quantity in found:
        before = text[max(priced, quantity.start - 40) : quantity.start]
        around = (
            re.split(r"[.;,]\s|\band\b", before)[-1] + re.split(r"[,;]", text[quantity.start : quantity.end + 3])[0]
        )
        if quantity.unit == "money":
            priced = quantity.end
        elif quantity.unit == "rate" and (
            asked
            or (1 <= quantity.days <= 31 and not (_NOT_TRAFFIC.search(around) or _nothing_counted(text, quantity)))
        ):
            rates.append(quantity)
    if rates:  # of several, asked for, the one that is a day's already
        told = next((q for q in rates if q.days == 1), rates[0]) if asked else rates[0]
        usual = [
            q
            for q in found
            if q.unit == "count" and q.start > told.end and _USUAL.search(text[max(0, q.start - 30) : q.start])
        ]
        value = usual[0].value / told.days if usual else told.value
        return (usual[0] if usual else told).model_copy(update={"value": round(value)})
    if asked:
        counts = [q for q in found if q.unit == "count"]
        if counts:
            return counts[0].model_copy(update={"value": round(counts[0].value)})
        if none := _NO_TRAFFIC.search(text):
            return Quantity(value=0, unit="count", start=none.start(), end=none.end())
    return None
