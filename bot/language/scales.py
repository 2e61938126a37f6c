"""Scales: counts of a message that are shares - of a small set that was scored, or of a scale by which answers are rated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.language import cues
from bot.language.around import FEW
from bot.language.numbers import Quantity

SET = 500  # items: the same where the words count them: "of 120 questions 71 were ok"
SMALL_SET = 100  # items: of more, a number up to a hundred is rather a percentage
_SCALE = re.compile(r"(?<![\d.,-])[01]\s?(?:-|\u2013|to|\.\.\.?)\s?(?P<top>5|7|10)\b(?!\s?[%\d.])", re.IGNORECASE)
_RATED = re.compile(
    r"\b(?:scale|rubric|stars?|likert|points?|rat(?:e|es|ed|ings?)|scor(?:e|es|ed|ing)|grad(?:e|es|ed|ing))\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\s(?!points?\b|stars?\b)[a-z]{3,}s\b", re.IGNORECASE)


def as_shares(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """The quantities of a text, with those of a rated scale and those of a small set as shares."""
    scale = _scale_told(text)
    return _of_a_set(text, _on_scale(text, found, scale) if scale else found)


def _scale_told(text: str) -> re.Match[str] | None:
    """Where a text says on which scale something is rated: "1-5 with a rubric"."""
    for match in _SCALE.finditer(text):
        around = cues.SENTENCE.split(text[: match.start()])[-1] + cues.SENTENCE.split(text[match.end() :])[0]
        if _RATED.search(around):
            return match
    return None


def _on_scale(text: str, found: Sequence[Quantity], scale: re.Match[str]) -> list[Quantity]:
    """The quantities with the bare steps of a scale as shares of its top, and without the scale itself."""
    top = float(scale["top"])
    result = []
    for quantity in found:
        if quantity.start < scale.end() and quantity.end > scale.start():
            continue
        step = quantity.unit == "count" and 0 < quantity.value <= top and not _COUNTED.match(text, quantity.end)
        share = {"value": 100 * quantity.value / top, "unit": "scale", "of": top}
        result.append(quantity.model_copy(update=share) if step else quantity)
    return result


def _of_a_set(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """The quantities, with a count of right ones behind a small set as their share: "50 ads with gold tags, 40 right"."""
    result = list(found)
    for place, (items, right) in enumerate(pairwise(found), 1):
        most = SET if cues.WERE_RIGHT.match(text, right.end) else SMALL_SET
        small = items.unit == right.unit == "count" and FEW < items.value <= most and right.value <= items.value
        beside = cues.SEVERAL.match(text, items.end) and not cues.SENTENCE.search(text[items.end : right.start])
        if small and beside and cues.RIGHT.match(text, right.end):
            share = {"value": 100 * right.value / items.value, "unit": "scale", "of": items.value}
            result[place] = right.model_copy(update=share)
    return result
