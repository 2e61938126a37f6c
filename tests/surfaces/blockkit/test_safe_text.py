"""Text: nothing that was written is read as markup, hides anything or turns it around; what is cut ends on a word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import HOSTILE, texts

from bot.surfaces.blockkit.build import cited, fallback
from bot.surfaces.blockkit.shapes import FALLBACK
from bot.surfaces.blockkit.text import ELLIPSIS, clean, escape, linkable, shorten, size


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain words, 5 < 7 & 8 > 2", "plain words, 5 < 7 & 8 > 2"),
        ("\u202eevil\u202c", "evil"),
        ("a\x00b\x1b[31mc\td", "a b [31mc d"),
        ("two\r\nlines", "two lines"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("half \ud83d a pair", "half a pair"),
        ("e\u0301", "é"),
        ("👩‍👩‍👧 family", "👩‍👩‍👧 family"),
        ("שלום", "שלום"),
    ],
)
def test_what_could_hide_or_turn_text_around_is_taken_away(written: str, shown: str) -> None:
    assert clean(written) == shown


def test_line_breaks_stay_where_lines_are_wanted() -> None:
    assert clean(" a  b \n\n\n\n c\r\nd ", lines=True) == "a b\n\nc\nd"


@pytest.mark.parametrize("text", ["<!channel>", "<@U123>", "<http://evil.example|docs>", "<#C1>", "a & b <script>"])
def test_the_fallback_holds_no_markup(text: str) -> None:
    assert "<" not in escape(text)
    assert ">" not in escape(text)
    assert "&" not in escape(text).replace("&lt;", "").replace("&gt;", "").replace("&amp;", "")


@pytest.mark.parametrize(
    "text", ["@here", "@channel now", "https://evil.example/x", "*bold*", "`code`", "~gone~", "_it_"]
)
def test_the_fallback_keeps_its_words_but_not_their_effect(text: str) -> None:
    assert text not in escape(text)
    assert escape(text).replace("\u2060", "") == text


@given(texts, st.integers(1, 400))
def test_shortening_keeps_within_its_length_and_begins_alike(text: str, most: int) -> None:
    short = shorten(text, most)
    assert size(short) <= most
    assert short == text or (short.endswith(ELLIPSIS) and text.startswith(short[:-1]))


def test_shortening_ends_on_a_word() -> None:
    assert shorten("Prompting is the cheapest lever of all", 20) == "Prompting is the…"
    assert shorten("Prompting is the cheapest", 25) == "Prompting is the cheapest"
    assert shorten("a" * 30, 10) == "a" * 9 + ELLIPSIS


@given(texts)
def test_a_fallback_is_never_empty_nor_too_long(text: str) -> None:
    assert 0 < size(fallback(text)) <= FALLBACK


@given(st.text(max_size=60))
def test_cleaned_text_is_clean(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    kinds = {unicodedata.category(char) for char in clean(text)} - {"Cf"}
    assert not kinds & {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://platform.openai.com/docs/guides/fine-tuning?x=1#top", True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://a b.example", False),
        ("https://a.example/<x>", False),
        ("https://a.example/|label", False),
        ("https://user:secret@a.example", False),
        ("https://a.example\n", False),
        (None, False),
    ],
)
def test_only_plain_web_addresses_are_linked(url: str | None, good: bool) -> None:
    assert linkable(url) is good


def test_a_mark_without_an_address_is_no_link() -> None:
    spans = cited("Evals come first.", (1, 2), ())
    assert [span["type"] for span in spans] == ["text"] * 5
    assert "".join(span["text"] for span in spans) == "Evals come first. [1] [2]"


def test_the_hostile_texts_are_hostile() -> None:
    assert any(clean(text) != text for text in HOSTILE)
    assert any("<!channel>" in text for text in HOSTILE)
