"""Render: cards, questions, answers and plain replies on the terminal."""

from __future__ import annotations

import re

from rich.console import Console

from bot.core.card import Card
from bot.core.decision import Question
from bot.core.policy import TUNING
from bot.core.sources import Listed, list_sources
from bot.surfaces.terminal.brief import CERTAINTY_STYLES, flip_line, link_style, render_brief
from bot.surfaces.terminal.page import Page
from bot.talk.replies import Reply

MARK = re.compile(r"\[\d+\]")


def render_reply(
    console: Console, reply: Reply, card: Card | None = None, brief: bool = False, shown: str = ""
) -> None:
    """One reply. A verdict is shown as its `card`; of an answer, `shown` is the beginning that was printed already."""
    page = Page(console)
    if shown and reply.text.startswith(shown):
        rest = reply.text.removeprefix(shown).strip()
        _answer(page, reply.model_copy(update={"text": rest}))
        return
    page.blank()
    if reply.type == "verdict" and card is not None:
        render_card(console, card, brief)
    elif reply.type == "question" and reply.question is not None:
        _question(page, reply.question)
    elif reply.type == "answer":
        _answer(page, reply)
    else:
        page.prose(reply.text)


def render_question(
    console: Console, question: Question, place: tuple[int, int] = (1, 1), again: bool = False, reminds: bool = False
) -> None:
    """A question. `place` is which of how many it is; with `again` it was asked before in other words.

    Where it only `reminds` of what was shown just before, the words of the question are enough.
    """
    page = Page(console)
    page.blank()
    if reminds:
        page.line(page.text("Still open: ", "dim").append_text(page.text(question.text, "bold")))
        page.line("Answer as above; Enter shows the choices again.", "dim")
    else:
        _question(page, question, place, again)


def render_card(console: Console, card: Card, brief: bool = False) -> None:
    """A card on its own: all of it, or the `brief` one that fits a screen."""
    page = Page(console)
    go = card.verdict in TUNING or card.verdict == "stop"
    page.headline(card.headline, card.sentence, "green" if go else "yellow")
    if brief:
        render_brief(page, card)
    else:
        _card(page, card)


def _card(page: Page, card: Card) -> None:
    page.blank()
    page.line(card.certainty_words, CERTAINTY_STYLES[card.certainty])
    if card.assumed:
        page.line(f"Assumed: {'; '.join(card.assumed)}.", "dim")
    page.line(card.evidence, "dim")
    page.title("Why")
    for reason in card.reasons:
        page.item(page.cited(reason.text, reason.marks))
    _flips(page, card)
    _steps(page, card)
    if card.cautions:
        page.title("Cautions")
        for caution in card.cautions:
            page.item(page.cited(caution.text, caution.marks), mark="!")
    _disputed(page, card)
    _found(page, card)
    if card.facts:
        page.title("What this rests on")
        for fact in card.facts:
            said = page.text(fact.said if fact.grade == "picked" else f" - {fact.said}", "dim")
            page.item(page.text(f"{fact.label}: {'' if fact.grade == 'picked' else fact.value}").append_text(said))
    _sources(page, card.sources)


def _flips(page: Page, card: Card) -> None:
    if not card.flips:
        return
    page.title("What would change it")
    for flip in card.flips:
        page.item(flip_line(page, flip))


def _steps(page: Page, card: Card) -> None:
    if card.steps:
        page.title("What to do next")
    for number, step in enumerate(card.steps, 1):
        lead = f"{number}. "
        page.line(page.text(step.title, "bold"), lead=lead, indent=1)
        page.line(page.cited(step.detail, step.marks), indent=1 + len(lead))
        page.line(page.text("Done when: ", "green").append_text(page.text(step.done_when)), indent=1 + len(lead))
    if card.method:
        page.title("How to tune")
        page.line(page.cited(card.method.text, card.method.marks), indent=1)
    if card.route:
        page.blank()
        page.line(f"Then, if the target is still missed: {f' {page.arrow} '.join(card.route)}.")


def _disputed(page: Page, card: Card) -> None:
    if not card.disputed:
        return
    page.title("Where the sources disagree")
    for point in card.disputed:
        page.item(page.text(point.question, "bold"))
        for side in point.sides:
            page.line(page.cited(side.text, side.marks), lead="- ", indent=3)
        page.line(f"Rule followed here: {point.working_rule}", "dim", indent=3)


def _found(page: Page, card: Card) -> None:
    if card.cases:
        page.title("Cases like yours")
        for case in card.cases:
            task = page.text(f"{case.task} {page.arrow} {case.words}")
            page.item(page.text(f"{case.who}: ", "bold").append_text(task))
            page.line(page.cited(case.outcome, case.marks), indent=3)
            if case.shared:
                page.line(f"Alike in: {', '.join(case.shared)}", "dim", indent=3)
    if card.passages:
        page.title("Worth reading for your case")
        for passage in card.passages:
            page.item(page.text(passage.title, "bold"))
            page.line(page.cited(passage.sentence, passage.marks), indent=3)


def _sources(page: Page, sources: tuple[Listed, ...]) -> None:
    if not sources:
        return
    page.title("Sources")
    widest = len(f"[{sources[-1].number}] ")
    for source in sources:
        parts = [f'{source.author}, "{source.title}"', source.publication, source.date]
        page.line(", ".join(part for part in parts if part), "dim", lead=f"[{source.number}] ".rjust(widest), indent=1)
        if source.url:
            page.unbroken(page.text(source.url, link_style(source.url)), indent=1 + widest)


def _question(page: Page, question: Question, place: tuple[int, int] = (1, 1), again: bool = False) -> None:
    number, of = place
    if again:
        page.line("Your answer left this open; which of these fits best?", "dim")
    page.line(page.text(f"({number} of {of}) " if of > 1 else "").append_text(page.text(question.text, "bold")))
    if not again:
        page.line(question.why, "dim")
    for at, option in enumerate(question.options, 1):
        page.line(option.label, lead=f"{at}  ".rjust(5))
    if question.multiple and question.options:
        page.line(question.none_of_these or "None of these", lead="  0  ")
    ways = ["d  don't know", "s  skip", "or in your own words"]
    if question.multiple and question.options:
        ways.insert(0, f"several as 1,{min(len(question.options), 3)}")
    page.line(page.between.join(ways), "dim", indent=2)


def _answer(page: Page, reply: Reply) -> None:
    """An answer with its sources. Numbers in the text itself are those of the passages, and so are the list's then."""
    if reply.passages and (MARK.search(reply.text) or not reply.text):
        numbered = reply.numbered()
        sources = tuple(Listed.of(number, citation) for number, passage in numbered for citation in passage.citations)
        if reply.text:
            page.prose(reply.text)
    else:
        sources = list_sources(reply.citations)
        page.prose(reply.text, tuple(source.number for source in sources))
    _sources(page, sources)
