"""Sums: what follows from the numbers of a case by arithmetic alone. Pure."""

from __future__ import annotations

import math

from bot.core.facts import Facts

Z95 = 1.959964  # standard normal quantile of a two-sided 95 % interval
USUAL_SET = 200  # test items that a team may be expected to have; what they suffice for needs no word


def items_to_tell_apart(score: float, target: float) -> int | None:
    """How many test items it takes until a measured score, in percent, is told from a target by more than chance.

    That is the smallest n for which Wilson's 95 % interval around `score` no longer holds `target` (E. B. Wilson, 1927). The
    interval holds every share that a score test on n items does not refuse, so n has a closed form. None where both are the
    same, and where the target is 0 or 100, which leaves no room for chance.
    """
    gap, wanted = abs(score - target) / 100, target / 100
    if gap == 0 or not 0 < wanted < 1:
        return None
    return math.ceil(Z95**2 * wanted * (1 - wanted) / gap**2)


def chance_warning(facts: Facts) -> str | None:
    """A sentence on how large a test set these scores need, where a usual one is too small to tell them apart."""
    score, target = facts.given.get("score"), facts.given.get("target")
    if score is None or target is None:
        return None
    score, target = float(score), float(target)
    items = items_to_tell_apart(score, target)
    if items is None or items <= USUAL_SET:
        return None
    return (
        f"{score:g} and {target:g} lie close together: on fewer than about {_rounded(items):,} test items that gap may be "
        "chance (95 % interval)."
    )


def _rounded(number: int) -> int:
    """Up to two significant digits, never down."""
    step = int(10 ** max(0, len(str(number)) - 2))
    return math.ceil(number / step) * step
