"""Ordered: the parts of a reply go to the questions that lines, numbers or ordinals name; all else stays one reply."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.ordered import apart

ASKED = (("a",), ("b", "c"), ("d",))


@pytest.mark.parametrize(
    ("reply", "parts"),
    [
        ("yes\nnone\n300 cards", ("yes", "none", "300 cards")),
        ("1. yes\n2. none\n3. 300 cards", ("yes", "none", "300 cards")),
        ("1. yes\n3. 300 cards", ("yes", "", "300 cards")),
        ("1) weeks of it, scored 2) none 3) 300 cards", ("weeks of it, scored", "none", "300 cards")),
        ("1: yes, 2: no", ("yes", "no", "")),
        ("no clue on the first, second: a few tries", ("no clue", "a few tries", "")),
        ("second: a few tries. the first I don't know", ("I don't know", "a few tries", "")),
        ("as for the third, no idea. first one: weekly, by hand", ("weekly, by hand", "", "no idea")),
        ("the latter is 300, the former no", ("no", "", "is 300")),
        ("zur zweiten: nein", None),  # declined: not known
    ],
)
def test_parts(reply: str, parts: tuple[str, ...] | None) -> None:
    found = tuple(words for words, _ in apart(reply, ASKED))
    assert found == (parts or (reply,))


@pytest.mark.parametrize(
    "reply",
    [
        "74. 85",
        "2. 85",
        "first, we wrote prompts. then second, scored them",
        "a second look by an editor, each",
        "we tried a second model first",
        "the latter",
        "4: the number of queues",
    ],
)
def test_one_reply(reply: str) -> None:
    assert apart(reply, ASKED) == [(reply, ("a", "b", "c", "d"))]


@given(st.text(), st.integers(1, 3))
def test_any_text_has_a_part_a_question_or_is_one(text: str, questions: int) -> None:
    assert len(apart(text, ASKED[:questions])) in (1, questions)
