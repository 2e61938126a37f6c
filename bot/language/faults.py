"""Faults: the share of examples said to be wrong, or to be labelled one way by one person and otherwise by another."""

from __future__ import annotations

import re

from bot.language.numbers import quantities
from bot.language.units import WORDS

MANY = 0.25  # from this share on examples of which some are good are poor: a model would learn the faults with the rest
_PARTS = {
    "half": 1 / 2, "hälfte": 1 / 2, "moitié": 1 / 2, "mitad": 1 / 2, "third": 1 / 3, "drittel": 1 / 3, "tiers": 1 / 3,
    "tercio": 1 / 3, "quarter": 1 / 4, "viertel": 1 / 4, "quart": 1 / 4, "cuarto": 1 / 4, "fifth": 1 / 5, "tenth": 1 / 10,
}  # fmt: skip
_NTH = {
    "second": 2, "other": 2, "third": 3, "fourth": 4, "fifth": 5, "tenth": 10, "zweite": 2, "dritte": 3, "vierte": 4,
    "fünfte": 5,
}  # fmt: skip
_PART = re.compile(rf"\b(?:(?P<times>two|three) )?(?P<part>{'|'.join(_PARTS)})s?\b", re.IGNORECASE)
_EVERY = re.compile(
    rf"\b(?:every|jede[rsn]?) (?:(?P<word>{'|'.join(_NTH)})|(?P<nth>[2-9]|10)(?:nd|rd|th|\.))(?!\w)", re.IGNORECASE
)
_NUMBER = r"(?:\d{1,4}|two|three|four|five|six|seven|eight|nine|ten|twenty)"
_OF = re.compile(
    rf"\b(?P<some>one|{_NUMBER})(?: \w+)?(?:\s?/\s?| (?:out of|of|in|von|sur|de) )(?:the |every |our )?(?P<all>{_NUMBER})\b(?!\s?%)",
    re.IGNORECASE,
)
_SAMPLE = re.compile(
    rf"\b(?:pulled|checked|opened|read|sampled|sample of|glanced at|looked at|went through|audited|redid|redo|tried) "
    rf"(?P<all>{_NUMBER})\b(?!\s?%).*?(?<![\w.,])(?P<some>{_NUMBER})(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"\b(?:wrong\w*|incorrect\w*|mis-?(?:labell?|cod|tagg)\w*|errors?|mistakes?|garbage|junk|rubbish|broken|useless|bad|"
    r"outdated|expired|stale|differ\w*|disagree\w*|contradict\w*|conflict\w*|inconsistent\w*|mismatch\w*|two labels|"
    r"falsch\w*|fehlerhaft\w*|widersprech\w*|veraltet\w*|faux|fausses?|malas?|equivocad\w*)\b",
    re.IGNORECASE,
)
_AT_ONE = re.compile(
    r"\b(?:agree(?:s|d|ment)?|match(?:es|ed)?|same (?:label|answer|grade|code|score))\b", re.IGNORECASE
)


def are_poor(words: str) -> bool:
    """Whether words that call examples good in part say so much wrong with them that they are poor."""
    return (faulty_share(words) or 0) >= MANY


def faulty_share(text: str) -> float | None:
    """The share of examples that a text says to be wrong or in dispute; None where it says none, or several."""
    shares = {round(share, 2) for share in _shares(text) if 0 < share < 1}
    if len(shares) != 1:
        return None
    share = shares.pop()
    if _WRONG.search(text):
        return share
    return round(1 - share, 2) if _AT_ONE.search(text) else None


def _shares(text: str) -> list[float]:
    found = [quantity.value / 100 for quantity in quantities(text) if quantity.unit == "percent"]
    found += [_PARTS[m["part"].lower()] * WORDS.get((m["times"] or "").lower(), 1) for m in _PART.finditer(text)]
    found += [1 / (_NTH[m["word"].lower()] if m["word"] else int(m["nth"])) for m in _EVERY.finditer(text)]
    counted = [(_number(m["some"]), _number(m["all"])) for p in (_OF, _SAMPLE) for m in p.finditer(text)]
    return found + [some / total for some, total in counted if total]


def _number(written: str) -> float:
    return float(written) if written.isdigit() else float(WORDS[written.lower()])
