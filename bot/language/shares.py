"""Shares: which of the numbers of a message are the measured score and the target, in percent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.language import cues
from bot.language.marks import Mark, find_marks
from bot.language.numbers import Quantity

SHARES = ("score", "target")
MOST_FAILURES = 50  # percent: no team wants to reach so few right ones
_OF_NEEDED = re.compile(  # "70 of 90 needed": hardly anybody has a test set of 90, and needs a share of that
    r"(?<![\d.,])(?P<score>[4-9]\d(?:\.\d)?)\s?%? (?:out )?of (?:the )?(?P<target>(?:7[5-9]|8[1-9]|9[0-9])(?:\.\d)?)\s?%? "
    r"(?:(?:that )?we )?(?:needed|required|need|want|wanted)\b",
    re.IGNORECASE,
)
LEAST_COMPARED = 20  # percent: "3 vs 5" compares something else


def read_shares(text: str, found: Sequence[Quantity], asked: Sequence[str] = ()) -> dict[str, tuple[float, Quantity]]:
    """The score and the target that a text gives, in percent, higher is better."""
    if both := _OF_NEEDED.search(text):
        return {
            fact: (
                float(both[fact]),
                Quantity(value=float(both[fact]), unit="percent", start=both.start(fact), end=both.end(fact)),
            )
            for fact in SHARES
        }
    every = find_marks(text, found, bool(asked))
    marks = [mark for mark in every if not mark.counts] or [
        mark for mark in every if not cues.ITEMS.match(text, mark.quantity.end)
    ]
    score, target = _unasked(text, marks)
    if asked and marks:
        score, target = _asked(text, marks, asked, score, target)
    if "target" in asked and score and not target:
        target = _said_last(text, every, score)
    failures = _counting_failures(text, score, target, bool(asked))
    if not asked and score and score.bad and not failures:
        score = None
    chosen = {"score": score, "target": target}
    told = {
        fact: (round(100 - mark.value if fact in failures else mark.value, 4), mark.quantity)
        for fact, mark in chosen.items()
        if mark and 0 <= mark.value <= 100
    }
    return _by_its_distance(text, found, told)


def _counting_failures(text: str, score: Mark | None, target: Mark | None, asked: bool) -> tuple[str, ...]:
    """Which of the two is a share of what goes wrong: both in "4% errors, up to 5% is fine", one in "fails 20%, need 90"."""
    given = [mark for mark in (score, target) if mark]
    praised = [mark for mark in given if cues.NAMED_QUALITY.match(text, mark.quantity.end)]
    if not any(mark.bad for mark in given) or score in praised:
        return ()
    if not (score and target):
        return SHARES if asked and not praised else ()
    if not praised and (target.value < score.value or (score.bad and target.value < MOST_FAILURES)):
        return SHARES
    return ("score",) if score.bad and not (score.has or score.metric or target.bad) else ()


def _by_its_distance(
    text: str, found: Sequence[Quantity], told: dict[str, tuple[float, Quantity]]
) -> dict[str, tuple[float, Quantity]]:
    """The score where it is told by how far it is from the target: "5 points short of 90"."""
    if "target" not in told:
        return told
    for quantity in found:
        distance = cues.DISTANCE.match(text, quantity.end)
        if distance and quantity.unit in ("count", "percent"):
            score = told["target"][0] + quantity.value * (1 if distance["above"] else -1)
            if 0 <= score <= 100:
                return told | {"score": (round(score, 4), quantity)}
    return told


def _unasked(text: str, marks: list[Mark]) -> tuple[Mark | None, Mark | None]:
    for low, high in pairwise(marks):
        joined = cues.ARROW.fullmatch(text, low.quantity.end, high.quantity.start)
        bare = high.value > low.value >= 20 and "vs" not in joined[0].lower() if joined else False
        if bare and not (high.target or low.other):
            aim = next((mark for mark in marks if mark.target and mark not in (low, high) and not mark.other), None)
            if aim:
                return high, aim  # "71 -> 83 with prompts, need 95": how it came to be what it is
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
    text: str, marks: list[Mark], asked: Sequence[str], score: Mark | None, target: Mark | None
) -> tuple[Mark | None, Mark | None]:
    if any(not (mark.other or mark.target) for mark in marks):
        marks = [mark for mark in marks if not mark.other]
    if "target" not in asked:
        first = next((m for m in marks if not m.target), None)
        return (score if target else None) or first, target
    if "score" not in asked and "quality" not in asked:
        return score, target or next((m for m in marks if m.target), None) or next(iter(marks), None)
    if score and target:
        return score, target
    for first, second in pairwise(marks):
        versus = cues.ARROW.fullmatch(text, first.quantity.end, second.quantity.start)
        if versus and min(first.value, second.value) >= LEAST_COMPARED and not (first.bad or first.target):
            return first, second
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
