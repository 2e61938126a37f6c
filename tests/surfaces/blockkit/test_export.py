"""Export: the Markdown file holds the whole card, and shows what people wrote as they wrote it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from samples import cards, verdicts

from bot.core.card import Card
from bot.core.policy import VERDICTS
from bot.surfaces.blockkit.export import as_markdown, file_name
from bot.surfaces.blockkit.text import clean

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OURS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "softbreak"),
    *("bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close", "list_item_open"),
    *(
        "list_item_close",
        "strong_open",
        "strong_close",
        "em_open",
        "em_close",
        "link_open",
        "link_close",
        "text_special",
    ),
}


def read(markdown: str) -> tuple[str, set[str], set[str]]:
    """A Markdown text as its words, the kinds of things in it, and the addresses that it links."""
    words, kinds, links = [], set(), set()
    for token in MARKDOWN.parse(markdown):
        for each in (token, *(token.children or ())):
            kinds.add(each.type)
            if each.type == "link_open":
                links.add(str(each.attrs["href"]))
        words.append("".join(each.content for each in token.children or () if each.type in ("text", "text_special")))
    return "\n".join(words), kinds, links


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_file_holds_the_whole_card(verdict: str) -> None:
    _, _, decision, card = verdicts()[verdict]
    words, kinds, links = read(as_markdown(card, decision))
    told = [card.headline, card.sentence, card.certainty_words, card.evidence]
    told += [part.text for part in (*card.reasons, *card.cautions)]
    told += [part for step in card.steps for part in (step.title, step.detail, step.done_when)]
    told += [part for flip in card.flips for part in (flip.condition, flip.words)]
    told += [source.title for source in card.sources] + [clean(fact.said) for fact in card.facts]
    assert [part for part in told if part not in words] == []
    assert links == {source.url for source in card.sources if source.url}
    assert kinds <= OURS


def test_the_file_is_named_for_its_verdict_and_day() -> None:
    assert file_name(verdicts()["rag_first"].decision) == "tunewise-rag-first-2026-11-20.md"


def test_who_said_what_can_be_left_out() -> None:
    _, _, decision, card = verdicts()["stop"]
    assert "ana" in as_markdown(card, decision) and not re.search(r"\bana\b", as_markdown(card, decision, quotes=False))


@given(cards)
def test_no_text_becomes_markup(card: Card) -> None:
    words, kinds, links = read(as_markdown(card, verdicts()["stop"].decision))
    assert kinds <= OURS
    assert links <= {source.url for source in card.sources}
    if card.reasons:
        assert clean(card.reasons[0].text) in words
