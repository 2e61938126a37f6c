"""Numbers: what is read as a quantity, with its unit, and what is none."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.clauses import LONGEST
from bot.language.numbers import quantities


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1,200 of them", 1200, "count"),
        ("1.200 davon", 1200, "count"),
        ("2 000 paires", 2000, "count"),
        ("~9k tickets", 9000, "count"),
        ("1.2M rows", 1_200_000, "count"),
        ("4 M de lignes", 4_000_000, "count"),
        ("300 m de câble", 300, "count"),
        ("22 thousand chats", 22_000, "count"),
        ("a couple thousand rows", 2000, "count"),
        ("hundreds of letters", 200, "count"),
        ("billions of logs", 1e9, "count"),
        ("forty-five of them", 45, "count"),
        ("two hundred thousand tickets", 200_000, "count"),
        ("two hundred and fifty pairs", 250, "count"),
        ("10-20 examples", 15, "count"),
        ("10-20k", 15_000, "count"),
        ("between 200 and 400 a day", 300, "rate"),
        ("45/60 tests", 75, "scale"),
        ("72%", 72, "percent"),
        ("76 Prozent", 76, "percent"),
        ("87.125%", 87.125, "percent"),
        ("94 correct per hundred", 94, "percent"),
        ("0.79", 79, "fraction"),
        ("f1 .79", 79, "fraction"),
        ("two thirds right", 67, "fraction"),
        ("half of them are fine", 50, "fraction"),
        ("4.1/5", 82, "scale"),
        ("7 times out of ten", 70, "scale"),
        ("88 von 100", 88, "scale"),
        ("40 emails a week", 40 / 7, "rate"),
        ("3 million requests a month", 100_000, "rate"),
        ("1300 questions on a normal day", 1300, "rate"),
        ("80-90 a day", 85, "rate"),
        ("half a dozen a day", 6, "rate"),
        ("1.2M queries daily", 1_200_000, "rate"),
        ("so 900 pro Tag", 900, "rate"),
        ("150 par jour", 150, "rate"),
        ("unas 45 al día", 45, "rate"),
        ("pro Tag sind es 300", 300, "rate"),
        ("1.4s", 1.4, "duration"),
        ("3 months", 3, "duration"),
        ("$0.11 each", 0.11, "money"),
        ("9 cents", 9, "money"),
    ],
)
def test_a_quantity_is_read_with_its_unit(text: str, value: float, unit: str) -> None:
    [quantity] = quantities(text)
    assert (quantity.value, quantity.unit) == (pytest.approx(value), unit)


@pytest.mark.parametrize(
    "text",
    [
        "an 8B model",
        "gpt-4",
        "llama 3",
        "in 2024",
        "a 1987 engine",
        "closes 30 nov",
        "the 2nd one",
        "top 10",
        "2TB",
        "in the second half of the year",
        "a quarter of the budget",
        "a third party",
        "3x",
    ],
)
def test_names_dates_sizes_and_ordinals_are_no_quantities(text: str) -> None:
    assert quantities(text) == []


def test_quantities_come_in_order_without_overlap() -> None:
    found = quantities("1M a month so ~30k/day, 7 out of ten right, one or two a week")
    assert [q.value for q in found] == pytest.approx([1e6 / 30, 30_000, 70, 1.5 / 7])
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.text(max_size=300) | st.text(alphabet="0123456789.,/%k -–adyor", max_size=120))
def test_any_text_is_read_and_places_lie_within_it(text: str) -> None:
    for quantity in quantities(text):
        assert quantity.value >= 0
        assert 0 <= quantity.start < quantity.end <= len(text)


@pytest.mark.parametrize(
    "piece", ["1", "1 111 ", "1,", "no ", "a few ", "7 of 10 ", "from 1 to ", "12 a b c d e ", "- "]
)
def test_a_long_text_is_read_in_time_that_grows_with_it(piece: str) -> None:
    started = time.process_time()
    quantities((piece * 100_000)[:LONGEST])
    assert time.process_time() - started < 2
