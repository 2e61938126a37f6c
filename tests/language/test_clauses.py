"""Clauses: pieces of a message, where they stand in it, and what is cleaned away before."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.clauses import LONGEST, clauses, clean, sentences


def texts(text: str) -> list[str]:
    return [piece.text for piece in clauses(clean(text))]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("We have no evals.", ["We have no evals."]),
        ("No evals, 200 examples", ["No evals", "200 examples"]),
        ("It is slow but cheap", ["It is slow", "cheap"]),
        ("2,000 examples; none reviewed", ["2,000 examples", "none reviewed"]),
        ("81.5% today. We need 90%!", ["81.5% today.", "We need 90%!"]),
        ("We tried RAG and it works", ["We tried RAG", "it works"]),
        ("salt and pepper", ["salt and pepper"]),
        ("e.g. tickets, mails", ["e.g. tickets", "mails"]),
        ("gut aber langsam", ["gut", "langsam"]),
        ("one\n\n- two\n", ["one", "- two"]),
        ("", []),
        ("... !!! ,,,", []),
    ],
)
def test_pieces(text: str, pieces: list[str]) -> None:
    assert texts(text) == pieces


def test_sentences_are_numbered() -> None:
    assert [(p.text, p.sentence) for p in clauses("One, two. Three")] == [("One", 0), ("two.", 0), ("Three", 1)]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("don\u2019t", "don't"),
        ("\u201cyes\u201d", '"yes"'),
        ("a\x00b\x1b[31mc", "a b [31mc"),
        ("\u202eno\u200b \ufeff", "no"),
        ("a\r\nb\tc", "a\nb c"),
        ("cafe\u0301", "café"),
        ("5\xa0000", "5 000"),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_a_document_is_cut() -> None:
    assert len(clean("word " * LONGEST)) <= LONGEST
    assert len(clauses(clean("we have no evals, it is slow; " * 10_000))) < LONGEST


@given(st.text(max_size=300))
def test_every_piece_stands_where_it_says(text: str) -> None:
    whole = clean(text)
    assert clean(whole) == whole
    for pieces in (sentences(whole), clauses(whole)):
        assert all(whole[p.start : p.end] == p.text and p.text.strip() == p.text for p in pieces)
        assert all(a.end <= b.start for a, b in pairwise(pieces))
        assert [p.sentence for p in pieces] == sorted(p.sentence for p in pieces)
