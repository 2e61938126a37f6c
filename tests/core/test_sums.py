"""Sums: how many test items it takes to tell a score from a target."""

from __future__ import annotations

from datetime import date
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.decide import decide
from bot.core.facts import read_facts
from bot.core.knowledge import Knowledge
from bot.core.sums import Z95, items_to_tell_apart

SHARES = st.integers(1, 999).map(lambda tenths: tenths / 10)


def wilson(share: float, items: int) -> tuple[float, float]:
    """Wilson's interval, by its textbook formula."""
    middle = (share + Z95**2 / (2 * items)) / (1 + Z95**2 / items)
    half = Z95 / (1 + Z95**2 / items) * sqrt(share * (1 - share) / items + Z95**2 / (4 * items**2))
    return middle - half, middle + half


@given(score=SHARES, target=SHARES)
def test_from_that_many_items_on_the_interval_leaves_the_target_out(score: float, target: float) -> None:
    items = items_to_tell_apart(score, target)
    if score == target:
        assert items is None
        return
    assert items is not None
    low, high = wilson(score / 100, items + 1)
    assert not low <= target / 100 <= high
    if items > 1:
        low, high = wilson(score / 100, items - 1)
        assert low <= target / 100 <= high


@pytest.mark.parametrize("target", [0, 100])
def test_a_target_of_nothing_or_all_needs_no_sum(target: float) -> None:
    assert items_to_tell_apart(95, target) is None


@pytest.mark.parametrize(
    ("score", "target", "warned"), [(96.2, 95, "1,300 test items"), (58, 85, None), (90, 90, None), (90, None, None)]
)
def test_the_card_warns_of_scores_that_chance_may_have_set_apart(
    knowledge: Knowledge, today: date, score: float, target: float | None, warned: str | None
) -> None:
    given_facts = {"evals": "test_set", "score": score} | ({} if target is None else {"target": target})
    texts = [c.text for c in decide(knowledge, read_facts(knowledge.catalogue, given_facts), today).cautions]
    close = [text for text in texts if "close together" in text]
    assert [warned in text for text in close] == ([True] if warned else [])
