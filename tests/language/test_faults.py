"""Faults: a share of wrong or disputed examples is found however it is put, and makes good-in-part examples poor from a quarter on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.faults import are_poor, faulty_share


@pytest.mark.parametrize(
    ("words", "share"),
    [
        ("a review found 12% wrong", 0.12),
        ("the two nurses disagree on 2 of 5", 0.4),
        ("raters agree only 70% of the time", 0.3),
        ("every third ticket has the wrong queue", 0.33),
        ("two thirds contradict the handbook", 0.67),
        ("we audited 80: 24 are mislabelled", 0.3),
        ("looked at twenty and five were wrong", 0.25),
        ("jede dritte Antwort ist falsch", 0.33),
        ("half of them were checked", None),  # nothing is said to be wrong
        ("95% right by a spot check", None),
        ("a third settles it where the two disagree, 4% of the time", None),  # which of the two?
        ("some are wrong", None),
        ("0 of 0 wrong", None),
    ],
)
def test_the_share(words: str, share: float | None) -> None:
    assert faulty_share(words) == share


def test_a_quarter_is_many() -> None:
    assert are_poor("one in four is wrong") and not are_poor("one in six is wrong") and not are_poor("half checked")


@given(st.text())
def test_any_text_has_a_share_or_none(text: str) -> None:
    share = faulty_share(text)
    assert share is None or 0 <= share <= 1
