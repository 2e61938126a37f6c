"""Marks: which numbers of a message may be the measured score or the target, and what the words next to each say about that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.core.facts import Frozen
from bot.language import cues
from bot.language.numbers import Quantity

FEW = 12  # a number up to this that counts something is no percentage: "on four points", "where 3 seniors agreed"
ROUNDED = 0.6  # by which a share and what it leaves of a hundred may miss it
SET = 500  # items: the same where the words count them: "of 120 questions 71 were ok"
SMALL_SET = 100  # items: of more, a number up to a hundred is rather a percentage


_SCALE = re.compile(r"(?<![\d.,-])[01]\s?(?:-|\u2013|to|\.\.\.?)\s?(?P<top>5|7|10)\b(?!\s?[%\d.])", re.IGNORECASE)
_RATED = re.compile(
    r"\b(?:scale|rubric|stars?|likert|points?|rat(?:e|es|ed|ings?)|scor(?:e|es|ed|ing)|grad(?:e|es|ed|ing))\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\s(?!points?\b|stars?\b)[a-z]{3,}s\b", re.IGNORECASE)


class Mark(Frozen):
    """A number that may be a score or a target, with what the words next to it say about that."""

    quantity: Quantity
    value: float  # in percent
    target: bool
    has: bool  # a word as "scores" or "stuck at" stands next to it
    metric: bool  # what is measured is named near it
    bad: bool  # what is counted is failures
    other: bool  # it measures something else
    past: bool  # it was so once, or is so without what they have
    now: bool  # it is said to be so by now
    counts: bool  # what is counted is named behind it, as in "80 clips"
    sentence: int


def find_marks(text: str, found: Sequence[Quantity], asked: bool) -> list[Mark]:
    """Every number of a text that may be either; `asked` is whether one of the two was asked for, so that plainer wording suffices."""
    marks: list[Mark] = []
    scale = _scale_told(text)
    found = _of_a_set(text, _on_scale(text, found, scale) if scale else found)
    scales = {quantity.of for quantity in found if quantity.unit == "scale"}
    top = min(scales) if len(scales) == 1 else 0.0  # of the scale that is spoken of
    aimed, sentence, seen = False, 0, 0
    for i, quantity in enumerate(found):
        sentence += len(cues.SENTENCE.findall(text, seen, quantity.start))
        seen = quantity.start
        begin = max(found[i - 1].end if i else 0, quantity.start - 60)
        stop = min(found[i + 1].start if i + 1 < len(found) else len(text), quantity.end + 45)
        before, after = text[begin : quantity.start], text[quantity.end : stop]
        tight = cues.SENTENCE.split(before)[-1]
        clause = cues.STOP.split(before)[-1] + "# " + cues.STOP.split(after)[0]
        topic = (
            cues.TOPIC.split(text[max(0, quantity.start - 60) : quantity.start])[-1] + "# " + cues.STOP.split(after)[0]
        )
        said = "" if cues.BOTH.match(text, quantity.end) else cues.SENTENCE.split(after)[0]
        target = bool(cues.TARGET_BEFORE.search(tight) or cues.TARGET_AFTER.match(said))
        within = None is not re.match(r"(?:under|below|within|<)", text[quantity.start : quantity.end], re.IGNORECASE)
        timed = i > 0 and found[i - 1].unit in ("duration", "money") and (within or not cues.SENTENCE.search(before))
        distance = cues.DISTANCE.match(text, found[i - 1].end) if i else None
        target = target or bool(distance and distance.end() >= quantity.start)
        value, kind = quantity.value, quantity.unit
        if timed and kind == "count" and value <= FEW:  # "it takes 9 seconds, 2 would be fine"
            continue
        if kind == "scale":
            top = quantity.of
        elif kind == "count" and top and value <= top and target:
            value, kind = 100 * value / top, "scale"
        rose = bool(cues.ROSE.search(text, max(0, quantity.start - 24), quantity.start))
        plain = rose or bool(cues.BARE_AFTER.match(after) or cues.NAMED_QUALITY.match(after))
        bare = 1 <= value <= 100 and (asked or plain)
        worded = not any(letter.isdigit() for letter in text[quantity.start : quantity.end])
        if cues.DISTANCE.match(text, quantity.end) or cues.PREFERRED.match(text, quantity.end):
            continue
        if cues.TOLERANCE.search(before) and re.match(r"\s?(?:points?|pts?|pp)\b", after):
            continue
        few = kind == "count" and value <= FEW and (worded or not plain)
        if few or (kind not in ("percent", "scale", "fraction") and not (kind == "count" and bare)):
            continue
        if cues.STARTED.search(tight) and re.match(r"\s?%?\s(?:to|auf)\s$", after):
            aimed = bool(cues.AIMED.search(before))
            if not aimed:
                continue  # where it started, not where it is
            target = False
        target = target or (rose and aimed)
        if rose:  # what is counted was said before the number that it rose or fell from
            clause = cues.STOP.split(text[: quantity.start])[-1] + clause
        has = (rose and not aimed) or bool(cues.HAVE.search(tight))
        leading = cues.SENTENCE.split(text[max(0, quantity.start - 40) : quantity.start])[-1]
        near = leading + "# " + cues.SENTENCE.split(after)[0]
        marks.append(
            Mark(
                quantity=quantity,
                value=value,
                target=target,
                has=has,
                metric=rose or bool(cues.METRIC.search(near)) or (kind != "count" and bool(cues.REACHES.search(tight))),
                bad=bool(cues.BAD.search(clause) or cues.COUNTS_BAD.search(tight)),
                other=bool(cues.OTHER_MEASURE.search(topic)),
                past=bool(cues.PAST.search(tight) or cues.BASELINE.match(after)),
                now=bool(cues.NOW_BEFORE.search(tight) or cues.NOW_AFTER.match(after)),
                counts=kind == "count" and not (plain or target or (has and not cues.ITEMS.match(said))),
                sentence=sentence,
            )
        )
    return _standing(text, marks)


def _standing(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """The marks that hold today: not what was so once, nor failures where their counterpart is told, too ("1 in 8 edited, 7 of 8 fine")."""
    kept: list[Mark] = []
    raised = None  # the target that was
    for mark in marks:
        if mark.past and mark.target:
            raised = mark
            continue
        if raised and not mark.has and mark.sentence == raised.sentence:
            mark, raised = mark.model_copy(update={"target": True}), None
        if not mark.past:
            kept.append(mark)
    if raised:
        kept.append(raised)  # nothing came in its place
    latest = next((mark for mark in reversed(kept) if mark.now and not mark.target and not mark.other), None)
    for place, mark in enumerate(kept[1:], 1):  # "1 in 5 fails means 80%": the second is what is left
        if kept[place - 1].bad and mark.bad and abs(kept[place - 1].value + mark.value - 100) < ROUNDED:
            kept[place] = mark.model_copy(update={"bad": False})
    right = [mark.value for mark in kept if not mark.bad]
    kept = [
        mark
        for mark in kept
        if (mark.target or latest is None or mark.quantity.start >= latest.quantity.start)
        and not (mark.bad and any(abs(mark.value + value - 100) < ROUNDED for value in right))
    ]
    return sorted(kept, key=lambda mark: mark.quantity.start) or list(marks)


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
