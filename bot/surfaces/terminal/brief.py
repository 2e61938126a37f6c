"""Brief: a card on one screen, the verdict and what to do about it; the rest is a command away."""

from __future__ import annotations

import re

from rich.text import Text

from bot.core.card import Card, CardCase, CardFlip, first_sentence
from bot.core.sources import Listed
from bot.surfaces.terminal.page import Page

MOST = 3  # flips and cautions; the full card has the others
SLACK = 8  # columns that breaking lines between words may leave unused
CERTAINTY_STYLES = {"settled": "green", "likely": "yellow", "open": "red"}
MORE = "/more shows detailed steps, disagreements, reading, who said what, and links"


def render_brief(page: Page, card: Card) -> None:
    """What follows the headline. Its numbers are those of the full card."""
    page.line(_certainty(page, card))
    page.title("Why")
    for reason in card.reasons:
        page.item(page.cited(reason.text, reason.marks))
    if card.disputed:
        page.single(_dispute(card), style="yellow", lead="! ", indent=1)
    if card.flips:
        page.title("What would change it")
        for flip in card.flips[:MOST]:
            page.item(flip_line(page, flip))
    _steps(page, card)
    if card.cautions:
        page.title("Cautions")
        for caution in card.cautions[:MOST]:
            page.single(first_sentence(caution.text), lead="! ", indent=1)
        if len(card.cautions) > MOST:
            page.line(f"and {len(card.cautions) - MOST} more", "dim", indent=3)
    if card.cases:
        _case(page, card.cases[0])
    _sources(page, card)
    page.blank()
    page.line(MORE, "dim")


def flip_line(page: Page, flip: CardFlip) -> Text:
    """A change and the verdict that it brings."""
    body = page.text(f"{flip.condition} {page.arrow} ").append_text(page.text(flip.words, "bold"))
    return body.append_text(page.text(" (in your hands)", "green")) if flip.actionable else body


def _certainty(page: Page, card: Card) -> Text:
    """How sure the verdict is, how good the evidence, and as many of the assumptions as fit on two lines."""
    sure = page.text(card.certainty_words, CERTAINTY_STYLES[card.certainty])
    evidence = f" {card.evidence.partition(':')[0]}."
    room = 2 * page.width - SLACK - len(card.certainty_words) - len(evidence)
    assumed = ""
    for shown in range(len(card.assumed), 0, -1):
        more = len(card.assumed) - shown
        assumed = f" Assumed: {'; '.join(card.assumed[:shown])}{f'; and {more} more' if more else ''}."
        if len(assumed) <= room:
            break
    return sure.append_text(page.text(evidence + assumed, "dim"))


def _dispute(card: Card) -> str:
    """That the verdict rests on a point on which the sources disagree."""
    if len(card.disputed) == 1:
        return f"Rests on a disputed point: {card.disputed[0].question}"
    return f"Rests on {len(card.disputed)} disputed points: {' '.join(point.question for point in card.disputed)}"


def _steps(page: Page, card: Card) -> None:
    if card.steps:
        page.title("What to do next")
    for number, step in enumerate(card.steps, 1):
        done = page.text("Done when: ", "green").append_text(page.text(step.done_when))
        page.line(page.text(f"{step.title}. ", "bold").append_text(done), lead=f"{number}. ", indent=1)
    if card.method:
        page.single(f"How to tune: {first_sentence(card.method.text)}", indent=1)


def _case(page: Page, case: CardCase) -> None:
    """The closest case; one that is only the nearest gets a line."""
    ending = f" {page.arrow} {case.words}"
    told = page.fit(f"{case.who}: {case.task}", max(page.width - 1 - len(ending), 10)) + ending
    if not case.close:
        page.blank()
        page.line(told, "dim")
        return
    page.title("Closest case")
    page.line(told, indent=1)
    page.single(first_sentence(case.outcome), case.marks, indent=1)


def _sources(page: Page, card: Card) -> None:
    """The sources that were cited up to here, one line each."""
    cited = {mark for reason in card.reasons for mark in reason.marks}
    cited |= {mark for case in card.cases[:1] if case.close for mark in case.marks}
    listed = [source for source in card.sources if source.number in cited]
    if not listed:
        return
    page.title("Sources")
    widest = len(f"[{listed[-1].number}] ")
    for source in listed:
        lead, ending = f"[{source.number}] ".rjust(widest), f", {_year(source)}"
        room = page.width - 1 - len(lead) - len(ending)
        named = page.fit(f"{_author(source)}, {source.title}", max(room, 10))
        page.line(page.text(named + ending, link_style(source.url)), lead=lead, indent=1)


def link_style(url: str | None) -> str:
    """The style of what names a source: a link where the terminal follows one."""
    return f"dim link {url}" if url and re.fullmatch(r"https?://[!-~]+", url) else "dim"


def _author(source: Listed) -> str:
    """The author, of many only the first."""
    first, *others = re.split(r", | and ", source.author)
    return f"{first} et al." if len(others) > 1 else source.author


def _year(source: Listed) -> str:
    """The year of a date such as "July 2025, revised February 2026" or "undated; probably mid-2024"."""
    found = re.search(r"\b(?:19|20)\d\d\b", source.date)
    if not found:
        return "undated"
    return f"about {found[0]}" if "undated" in source.date else found[0]
