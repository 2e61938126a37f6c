"""Marks: which numbers of a message are the measured score and the target, by the words next to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.core.facts import Frozen
from bot.language import cues
from bot.language.numbers import Quantity

FEW = 12  # a number up to this that counts something is no percentage: "on four points", "where 3 seniors agreed"
SMALL_SET = 100  # items: of more, a number up to a hundred is rather a percentage


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
    counts: bool  # what is counted is named behind it, as in "80 clips"
    sentence: int


def read_marks(text: str, found: Sequence[Quantity], asked: Sequence[str] = ()) -> dict[str, tuple[float, Quantity]]:
    """The score and the target that a text gives, in percent, higher is better."""
    every = _marks(text, found, bool(asked))
    marks = [mark for mark in every if not mark.counts] or every
    score, target = _unasked(text, marks)
    if asked and marks:
        score, target = _asked(marks, asked, score, target)
    if "target" in asked and score and not target:
        target = _said_last(text, every, score)
    flip = bool(
        any(m and m.bad for m in (score, target))
        and not any(m and cues.NAMED_QUALITY.match(text, m.quantity.end) for m in (score, target))
        and ((asked and (not score or not target)) or (score and target and target.value < score.value))
    )
    if not asked and score and score.bad and not flip:
        score = None
    chosen = {"score": score, "target": target}
    return {
        fact: (round(100 - mark.value if flip else mark.value, 4), mark.quantity)
        for fact, mark in chosen.items()
        if mark and 0 <= mark.value <= 100
    }


def _marks(text: str, found: Sequence[Quantity], asked: bool) -> list[Mark]:
    marks: list[Mark] = []
    found = _of_a_set(text, found)
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
        value, kind = quantity.value, quantity.unit
        if kind == "scale":
            top = quantity.of
        elif kind == "count" and top and value <= top and target:
            value, kind = 100 * value / top, "scale"
        plain = bool(cues.BARE_AFTER.match(after) or cues.NAMED_QUALITY.match(after))
        bare = 1 <= value <= 100 and (asked or plain)
        few = kind == "count" and value <= FEW and (text[quantity.start].isalpha() or not plain)
        if few or (kind not in ("percent", "scale", "fraction") and not (kind == "count" and bare)):
            continue
        if cues.STARTED.search(tight) and re.match(r"\s?%?\s(?:to|auf)\s$", after):
            aimed = bool(cues.AIMED.search(before))
            if not aimed:
                continue  # where it started, not where it is
            target = False
        rose = bool(cues.ROSE.search(text, max(0, quantity.start - 24), quantity.start))
        target = target or (rose and aimed)
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
                bad=bool(cues.BAD.search(clause)),
                other=bool(cues.OTHER_MEASURE.search(topic)),
                past=bool(cues.PAST.search(tight) or cues.BASELINE.match(after)),
                counts=kind == "count" and not (plain or target or (has and not cues.ITEMS.match(said))),
                sentence=sentence,
            )
        )
    return [mark for mark in marks if not mark.past] or marks


def _of_a_set(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """The quantities, with a count of right ones behind a small set as their share: "50 ads with gold tags, 40 right"."""
    result = list(found)
    for place, (items, right) in enumerate(pairwise(found), 1):
        small = items.unit == right.unit == "count" and FEW < items.value <= SMALL_SET and right.value <= items.value
        beside = cues.PLURAL.match(text, items.end) and not cues.SENTENCE.search(text[items.end : right.start])
        if small and beside and cues.RIGHT.match(text, right.end):
            share = {"value": 100 * right.value / items.value, "unit": "scale", "of": items.value}
            result[place] = right.model_copy(update=share)
    return result


def _unasked(text: str, marks: list[Mark]) -> tuple[Mark | None, Mark | None]:
    for low, high in pairwise(marks):
        joined = cues.ARROW.fullmatch(text, low.quantity.end, high.quantity.start)
        bare = high.value > low.value >= 20 and "vs" not in joined[0].lower() if joined else False
        if joined and not low.other and (high.target or bare):
            return low, high
    target = next((m for m in marks if m.target and not m.other), None)
    if target:
        score = _partner(marks, target)
        strong = target.quantity.unit != "count" or re.search(
            r"\b(?:target|goal|sla|ziel|objecti\w+|objetivo)\b",
            text[max(0, target.quantity.start - 25) : target.quantity.end + 12],
            re.IGNORECASE,
        )
        return score, target if score or strong else None
    for mark in marks:
        named = mark.metric and (
            mark.quantity.unit != "count" or mark.has or cues.NAMED_QUALITY.match(text, mark.quantity.end)
        )
        both = cues.BOTH.match(text, mark.quantity.end)
        if (named and not mark.other and not mark.bad) or (mark.has and both):
            return mark, mark if both else None
    return None, None


def _partner(marks: list[Mark], target: Mark) -> Mark | None:
    """The score that goes with a target: the nearest number before it, or after it with a word that says so."""
    free = [m for m in marks if not m.target and not m.other]
    before = [m for m in free if m.quantity.start < target.quantity.start]
    for mark in sorted(before, key=lambda m: (not m.has, -m.quantity.start)):
        reach = 90 if mark.quantity.unit == "count" and not (mark.has or mark.metric) else 200
        if target.quantity.start - mark.quantity.end <= reach:
            return mark
    return next(
        (
            m
            for m in free
            if m.quantity.start > target.quantity.start and (m.has or m.metric or m.quantity.unit != "count")
        ),
        None,
    )


def _asked(
    marks: list[Mark], asked: Sequence[str], score: Mark | None, target: Mark | None
) -> tuple[Mark | None, Mark | None]:
    if "target" not in asked:
        first = next((m for m in marks if not m.target), None)
        return (score if target else None) or first, target
    if "score" not in asked and "quality" not in asked:
        return score, target or next((m for m in marks if m.target), None) or next(iter(marks), None)
    if score and target:
        return score, target
    shares = {mark.sentence for mark in marks if mark.quantity.unit != "count"}
    plainest = [m for m in marks if m.quantity.unit != "count" or m.sentence not in shares]  # "5 of the 60, 9%"
    openers = list({mark.sentence: mark for mark in reversed(plainest)}.values())[::-1]
    pool = openers if len(openers) > 1 else marks
    target = target or next((m for m in pool if m.target), None)
    if target:
        return next((m for m in pool if m is not target and not m.target), None), target
    return pool[0], pool[1] if len(pool) > 1 else None


def _said_last(text: str, marks: list[Mark], score: Mark) -> Mark | None:
    """The number with which the last sentence begins, behind the one that tells the score: "71%. 88 and they sign"."""
    last = marks[-1]
    leading = cues.SENTENCE.split(text[: last.quantity.start])[-1].strip(" ~")
    counts = cues.ITEMS.match(text, last.quantity.end) if last.quantity.unit == "count" else None
    aims = last.sentence > score.sentence and last.value > score.value and not (leading or counts or last.other)
    return last if aims else None
