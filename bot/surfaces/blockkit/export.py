"""Export: a card as a Markdown file, for a wiki or a ticket.

as_markdown(card, decision, quotes=True) -> str    `quotes=False` leaves out who said what
file_name(decision) -> str
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.core.card import Card
from bot.core.decision import Decision
from bot.core.sources import Listed
from bot.surfaces.blockkit.text import clean, linkable

# Markdown, and the HTML that it lets through; each made a character of its own.
MEANT = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")
LEADING = re.compile(r"^([-+=]|\d+(?=[.)]))")  # a list, a rule or an underline


def as_markdown(card: Card, decision: Decision, quotes: bool = True) -> str:
    """All of a card, with numbered footnotes as sources."""
    return "\n".join(_lines(card, decision, quotes)).rstrip() + "\n"


def file_name(decision: Decision) -> str:
    """A name such as `tunewise-evals-first-2026-11-20.md`."""
    return f"tunewise-{decision.verdict.replace('_', '-')}-{decision.as_of.isoformat()}.md"


def _lines(card: Card, decision: Decision, quotes: bool) -> Iterator[str]:
    yield from (f"# {_md(card.headline)}", "", _md(card.sentence), "")
    yield from (f"**{_md(card.in_dispute)}**", "") if card.in_dispute else ()
    yield from (f"{_md(card.certainty_words)} {_md(card.evidence)}", "")
    yield from _listed("Assumed, because nobody said otherwise", (_md(each) for each in card.assumed))
    yield from _listed("Why", (_cited(reason.text, reason.marks) for reason in card.reasons))
    flips = (f"{_md(f.condition)} → **{_md(f.words)}**{' (in your hands)' if f.actionable else ''}" for f in card.flips)
    yield from _listed("What would change it", flips)
    if card.steps:
        yield from ("## What to do next", "")
        for at, step in enumerate(card.steps, 1):
            done = f"   *Done when:* {_md(step.done_when)}"
            yield from (f"{at}. **{_md(step.title)}** {_cited(step.detail, step.marks)}", "", done, "")
    if card.method:
        yield from ("## How to tune", "", _cited(card.method.text, card.method.marks), "")
    if card.route:
        yield from (f"Then, if the target is still missed: {' → '.join(_md(each) for each in card.route)}.", "")
    yield from _listed("Cautions", (_cited(caution.text, caution.marks) for caution in card.cautions))
    if card.disputed:
        yield from ("## Where the sources disagree", "")
        for point in card.disputed:
            yield from (f"**{_md(point.question)}**", "")
            yield from (f"- {_cited(side.text, side.marks)}" for side in point.sides)
            yield from ("", f"Rule followed here: {_md(point.working_rule)}", "")
    cases = (f"**{_md(c.who)}**: {_md(c.task)} → {_md(c.words)}. {_cited(c.outcome, c.marks)}" for c in card.cases)
    yield from _listed("Cases like this one", cases)
    reading = (f"**{_md(p.title)}.** {_cited(p.sentence, p.marks)}" for p in card.passages)
    yield from _listed("Worth reading", reading)
    facts = (f"{_md(f.label)}: {_md(f.value)}{f' ({_md(f.said)})' if quotes else ''}" for f in card.facts)
    yield from _listed("The facts this rests on", facts)
    yield from _sources(card.sources)
    yield f"Decided {decision.as_of.isoformat()} by the rule {_md(decision.rule)} of policy {_md(decision.policy)}, by Tunewise."


def _listed(title: str, items: Iterable[str]) -> Iterator[str]:
    told = list(items)
    if told:
        yield from (f"## {title}", "", *(f"- {item}" for item in told), "")


def _sources(sources: Sequence[Listed]) -> Iterator[str]:
    if not sources:
        return
    yield from ("## Sources", "")
    for source in sources:
        title = f"[{_md(source.title)}](<{source.url}>)" if linkable(source.url) else _md(source.title)
        rest = ", ".join(_md(part) for part in (source.publication, source.date) if part)
        yield f"{source.number}. {_md(source.author)}, {title}{f', {rest}' if rest else ''}"
    yield ""


def _cited(text: str, marks: Sequence[int]) -> str:
    return _md(text) + "".join(f" \\[{mark}\\]" for mark in marks)


def _md(text: str) -> str:
    """Text on one line that Markdown shows as it is."""
    return LEADING.sub(_kept, MEANT.sub(r"\\\1", clean(text))) or "–"


def _kept(found: re.Match[str]) -> str:
    """What would begin a list, as plain characters: a number by its full stop or bracket, all else by itself."""
    return f"{found[0]}\\" if found[0][0].isdigit() else f"\\{found[0]}"
