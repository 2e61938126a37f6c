"""Marks: which numbers of a message may be the measured score or the target, and what the words next to each say about that."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.facts import Frozen
from bot.language import cues
from bot.language.around import FEW, ROUNDED, Around
from bot.language.numbers import Quantity
from bot.language.scales import as_shares


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
    found = as_shares(text, found)
    scales = {quantity.of for quantity in found if quantity.unit == "scale"}
    top = min(scales) if len(scales) == 1 else 0.0  # of the scale that is spoken of
    marks: list[Mark] = []
    aimed, sentence, seen = False, 0, 0
    for i, quantity in enumerate(found):
        sentence += len(cues.SENTENCE.findall(text, seen, quantity.start))
        seen = quantity.start
        around = Around(text, found, i)
        value, kind, target = quantity.value, quantity.unit, around.aimed_at
        if kind == "count" and around.limits_time:
            continue
        if kind == "scale":
            top = quantity.of
        elif kind == "count" and top and value <= top and target:
            value, kind = 100 * value / top, "scale"
        if around.counts_points or not _may_be_share(around, value, kind, asked):
            continue
        if around.starts:
            aimed, target = bool(cues.AIMED.search(around.before)), False
            if not aimed:
                continue  # where it started, not where it is
        target = target or (around.rose and aimed)
        has = (around.rose and not aimed) or bool(cues.HAVE.search(around.tight))
        reached = kind != "count" and bool(cues.REACHES.search(around.tight))
        counts = not (around.plain or target or (has and not cues.ITEMS.match(around.said)))
        marks.append(
            Mark(
                quantity=quantity,
                value=value,
                target=target,
                has=has,
                metric=around.rose or around.names_metric or reached,
                bad=around.counts_failures,
                other=around.measures_other,
                past=around.past,
                now=around.now,
                counts=kind == "count" and counts,
                sentence=sentence,
            )
        )
    return _standing(text, marks)


def _may_be_share(around: Around, value: float, kind: str, asked: bool) -> bool:
    """Whether a number may be a share of what is right: one that says so, or a bare one where that is what is spoken of."""
    if kind in ("percent", "scale", "fraction"):
        return True
    few = value <= FEW and (around.worded or not around.plain)
    return kind == "count" and not few and 1 <= value <= 100 and (asked or around.plain)


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
