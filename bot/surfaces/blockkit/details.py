"""Details: all that stands behind a card, as a modal or as a second layer of blocks.

details_view(card, decision, quotes=True) -> View      for views.open; `quotes=False` leaves out who said what, for a
                                                       place where that was not said
details_blocks(card, quotes=True) -> list of blocks    the same for a page
"""

from __future__ import annotations

from bot.core.card import Card
from bot.core.decision import Decision
from bot.core.sources import Listed
from bot.surfaces.blockkit.build import (
    BREAK,
    Spans,
    bold,
    cited,
    context,
    header,
    lines,
    link,
    plain,
    quiet,
    say,
    words,
)
from bot.surfaces.blockkit.card import flip_spans
from bot.surfaces.blockkit.fit import Part, detail, keep, view_blocks
from bot.surfaces.blockkit.limits import Block, View
from bot.surfaces.blockkit.shapes import TITLE

NAME = "The verdict in full"


def details_view(card: Card, decision: Decision, quotes: bool = True) -> View:
    """The modal with everything."""
    parts = _parts(card, quotes)
    parts += keep(
        context(f"Decided {decision.as_of.isoformat()} by the rule “{decision.rule}” of policy {decision.policy}")
    )
    return {
        "type": "modal",
        "callback_id": "details",
        "title": plain(NAME, TITLE),
        "close": plain("Close", TITLE),
        "blocks": view_blocks(parts),
    }


def details_blocks(card: Card, quotes: bool = True) -> list[Block]:
    """Everything as blocks, without the modal around it."""
    return view_blocks(_parts(card, quotes))


def _parts(card: Card, quotes: bool) -> list[Part]:
    """What matters most has the lowest rank."""
    sources = card.sources
    parts = keep(header(card.headline), say(words(card.sentence)), context(card.certainty_words, card.evidence))
    parts += keep(context(f"❗ {card.in_dispute}")) if card.in_dispute else []
    if card.assumed:
        parts += keep(
            *lines([words(each, 300) for each in card.assumed], title="Assumed, because nobody said otherwise")
        )
    parts += keep(*lines([cited(r.text, r.marks, sources) for r in card.reasons], title="Why"))
    if card.flips:
        parts += detail(2, lines([flip_spans(flip) for flip in card.flips], title="What would change it"))
    for at, step in enumerate(card.steps, 1):
        title = [say(bold("What to do next"))] if at == 1 else []
        done = [*bold("Done when: "), *words(step.done_when, 600)]
        body = cited(step.detail, step.marks, sources)
        parts += detail(1, [*title, say(bold(f"{at}. {step.title}"), BREAK, body, BREAK, done)])
    if card.method:
        parts += detail(1, [say(bold("How to tune: "), cited(card.method.text, card.method.marks, sources))])
    if card.route:
        parts += detail(4, [context(f"Then, if the target is still missed: {' → '.join(card.route)}.")])
    if card.cautions:
        parts += detail(1, lines([cited(c.text, c.marks, sources) for c in card.cautions], title="Cautions"))
    for point in card.disputed:
        sides = [cited(side.text, side.marks, sources) for side in point.sides]
        parts += detail(3, lines(sides, title=f"Where the sources disagree: {point.question}"))
        parts += detail(3, [context(f"Rule followed here: {point.working_rule}")])
    parts += _found(card)
    if card.facts:
        facts = [_fact(f.label, f.value, f.said if quotes else "", f.grade == "picked") for f in card.facts]
        parts += detail(2, lines(facts, title="The facts this rests on"))
    if sources:
        parts += detail(2, lines([_source(source) for source in sources], title="Sources", style="rows"))
    return parts


def _found(card: Card) -> list[Part]:
    """Documented cases and notes for this very situation."""
    parts: list[Part] = []
    for at, case in enumerate(card.cases):
        title = [say(bold("Cases like yours"))] if at == 0 else []
        told = [*bold(f"{case.who}: "), *words(f"{case.task} → {case.words}. ", 500)]
        alike = [context(f"Alike in: {', '.join(case.shared)}")] if case.shared else []
        parts += detail(4, [*title, say(told, cited(case.outcome, case.marks, card.sources)), *alike])
    if card.passages:
        read = [[*bold(f"{p.title}. "), *cited(p.sentence, p.marks, card.sources)] for p in card.passages]
        parts += detail(5, lines(read, title="Worth reading for your case"))
    return parts


def _fact(label: str, value: str, said: str, picked: bool) -> Spans:
    """A fact with who said it; what was picked has its value in the saying already."""
    if picked and said:
        return [*bold(f"{label}: ", 100), *words(said, 400)]
    return [*bold(f"{label}: ", 100), *words(value, 400), *(quiet(f" – {said}", 400) if said else [])]


def _source(source: Listed) -> Spans:
    """Number, author, title (linked), publication and date."""
    rest = ", ".join(part for part in (source.publication, source.date) if part)
    return [
        *words(f"[{source.number}] {source.author}, ", 200),
        *link(source.url, source.title),
        *words(f", {rest}" if rest else "", 300),
    ]
