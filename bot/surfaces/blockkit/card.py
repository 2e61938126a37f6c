"""Card: a verdict as a message - short, with everything else one press away (`details`).

    card_message(card, decision, ref, change="", shared_by="", about="", controls=CONTROLS) -> Shown
        `ref` names the decision in what comes back (at most 200 characters without blanks); `change` is the talk's own sentence
        on what changed since the last card; `shared_by` the person who shared it to another place, and `about` what they say
        it is about: `controls=()` then.
    forgotten_card() -> Shown       what is left of a card whose thread was forgotten
    read_press(action) -> Press     which control of which card was pressed; raises BadPress for what is none of ours

Every control's id is `card/NAME` (CARD matches them all) and its value is `ref`; the feedback buttons' are `up:REF` and `down:REF`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bot.core.card import Card, CardFlip, first_sentence
from bot.core.decision import Decision
from bot.core.sources import Listed
from bot.errors import BadInput
from bot.surfaces.blockkit import shapes
from bot.surfaces.blockkit.build import (
    Shown,
    Spans,
    actions,
    bold,
    button,
    cited,
    context,
    divider,
    header,
    lines,
    plain,
    quiet,
    say,
    words,
)
from bot.surfaces.blockkit.fit import detail, keep, message
from bot.surfaces.blockkit.limits import Block
from bot.surfaces.blockkit.text import shorten

CARD = re.compile(r"card/(?P<name>details|facts|disagree|why|share|export|feedback)")
REF = re.compile(r"[!-~]{1,200}")
CONTROLS = ("details", "facts", "disagree", "why", "share", "export", "feedback")
LABELS = {
    "details": "Details",
    "facts": "New facts",
    "disagree": "I disagree",
    "why": "Why?",
    "share": "Share to channel",
    "export": "Export",
}
SPOKEN = {
    "details": "Everything behind this verdict",
    "facts": "Tell what has changed, and decide again",
    "disagree": "Say that you disagree with this verdict, and why",
    "why": "Why this verdict, with sources",
    "share": "Share this card to a channel",
    "export": "Export this card as a Markdown file",
}
SURE = {"settled": "🟢", "likely": "🟡", "open": "🔴"}
MOST = 3  # reasons, steps and flips on the card; the details have all of them
NAMED_SOURCES = 6
OUTCOME = 160  # characters of what came of the closest case
FORGOTTEN = "This case was forgotten at somebody's wish: its facts, its words and its verdict are deleted."


class BadPress(BadInput):
    """A payload that no card of ours can have sent."""


class Press(NamedTuple):
    """A control that was pressed: its name, or `up` or `down`, and the decision that the card shows."""

    name: str
    ref: str


def card_message(
    card: Card,
    decision: Decision,
    ref: str,
    change: str = "",
    shared_by: str = "",
    about: str = "",
    controls: Sequence[str] = CONTROLS,
) -> Shown:
    """The short card. Raises ValueError where `ref` cannot be carried by a button."""
    if not REF.fullmatch(ref):
        raise ValueError(f"not a reference that a button can carry: {ref[:40]!r}")
    parts = keep(header(card.headline), say(words(card.sentence, 600)))
    if card.in_dispute:
        parts += keep(context(f"❗ {card.in_dispute}"))
    if shared_by:
        parts += keep(context(*([f"About: {about}"] if about else []), f"Shared by {shared_by} as it stood then"))
    if change:
        parts += keep(context(f"🔄 {change}"))
    parts += keep(context(*_sureness(card)))
    why = [cited(reason.text, reason.marks, card.sources, 400) for reason in card.reasons[:MOST]]
    parts += keep(*lines(why, title="Why"))
    steps = [[*bold(f"{step.title}. ", 150), *words(f"Done when: {step.done_when}", 250)] for step in card.steps[:MOST]]
    parts += keep(*lines(steps, title="What to do next", style="ordered")) if steps else []
    if card.method:
        parts += detail(4, [say(bold("How to tune: "), words(first_sentence(card.method.text), 300))])
    if card.flips:
        parts += detail(3, lines([flip_spans(flip) for flip in card.flips[:MOST]], title="What would change it"))
    parts += detail(5, _beside(card, "details" in controls))
    parts += detail(2, _sources(card))
    parts += detail(6, [context(_decided(decision))])
    buttons = [_button(name, ref) for name in LABELS if name in controls]
    parts += keep(divider(), actions(f"card.{ref}"[:255], *buttons)) if buttons else []
    parts += keep(feedback(ref)) if "feedback" in controls else []
    return message(_fallback(card, change, shared_by, about), parts)


def forgotten_card() -> Shown:
    """The stub in place of a forgotten card."""
    return message(FORGOTTEN, keep(context(FORGOTTEN)))


def feedback(ref: str) -> Block:
    """Thumbs up and down."""
    sides = {
        "positive_button": {"text": plain("👍", shapes.BUTTON), "value": f"up:{ref}", "accessibility_label": "Helpful"},
        "negative_button": {
            "text": plain("👎", shapes.BUTTON),
            "value": f"down:{ref}",
            "accessibility_label": "Not helpful",
        },
    }
    element = {"type": "feedback_buttons", "action_id": "card/feedback", **sides}
    return {"type": "context_actions", "block_id": f"feedback.{ref}"[:255], "elements": [element]}


def flip_spans(flip: CardFlip) -> Spans:
    """A change and the verdict that it brings."""
    return [
        *words(f"{flip.condition} → ", 400),
        *bold(flip.words),
        *(quiet(" (in your hands)") if flip.actionable else []),
    ]


def read_press(action: Mapping[str, Any]) -> Press:
    """Which control of which card was pressed. Raises BadPress."""
    found = CARD.fullmatch(str(action.get("action_id", "")))
    value = action.get("value")
    if found is None or not isinstance(value, str):
        raise BadPress("That button is not one of mine.")
    name = found["name"]
    if name == "feedback":
        name, _, value = value.partition(":")
        if name not in ("up", "down"):
            raise BadPress("That button is not one of mine.")
    if not REF.fullmatch(value):
        raise BadPress("That button is not one of mine.")
    return Press(name, value)


def _sureness(card: Card) -> list[str]:
    """How sure and on what evidence, then what had to be assumed."""
    told = [f"{SURE[card.certainty]} {card.certainty_words} {card.evidence.partition(':')[0]}."]
    if card.assumed:
        more = f"; and {len(card.assumed) - MOST} more" if len(card.assumed) > MOST else ""
        told.append(f"Assumed, because nobody said otherwise: {'; '.join(card.assumed[:MOST])}{more}.")
    return told


def _beside(card: Card, details: bool) -> list[Block]:
    """What else one should know at once, small, each on a line of its own; `details` is whether there are any to be opened."""
    told = [f"⚠️ {first_sentence(caution.text)}" for caution in card.cautions[:2]]
    if len(card.cautions) > 2:
        told[-1] += f" ({len(card.cautions) - 2} more{' in the details' if details else ''})"
    if card.disputed:
        told.append(f"⚖️ The sources disagree on a point that this rests on: {card.disputed[0].question}")
    if card.cases:
        case = card.cases[0]
        outcome = shorten(first_sentence(case.outcome), OUTCOME)
        closest = "Closest documented case: " if case.close else ""  # else `who` says how near it is
        told.append(f"📖 {closest}{case.who}, {case.task} → {case.words}. {outcome}")
    return [context(each) for each in told]


def _sources(card: Card) -> list[Block]:
    """Whom the numbers on the card stand for."""
    shown = {mark for reason in card.reasons[:MOST] for mark in reason.marks}
    named = [f"[{source.number}] {_named(source)}" for source in card.sources if source.number in shown]
    return [context(f"Sources: {', '.join(named[:NAMED_SOURCES])}")] if named else []


def _named(source: Listed) -> str:
    """The first author and the year."""
    first, *others = re.split(r", | and ", source.author)
    year = re.search(r"\b(?:19|20)\d\d\b", source.date)
    return f"{first}{' et al.' if others else ''} {year[0] if year else 'undated'}"


def _decided(decision: Decision) -> str:
    return f"Decided {decision.as_of.isoformat()} by the rule “{decision.rule}” of policy {decision.policy}"


def _button(name: str, ref: str) -> dict[str, Any]:
    style = "primary" if name == "details" else None
    return button(LABELS[name], f"card/{name}", ref, style=style, spoken=SPOKEN[name])


def _fallback(card: Card, change: str, shared_by: str, about: str) -> str:
    """The card in words, for notifications and where blocks cannot be shown."""
    told = [
        f"{card.headline}. {card.sentence}",
        card.in_dispute,
        change,
        f"Shared by {shared_by}." if shared_by else "",
        f"About: {about}." if about else "",
    ]
    told += [f"{card.certainty_words} {card.evidence}", "Why:", *(f"- {reason.text}" for reason in card.reasons[:MOST])]
    told += ["Next:", *(f"{at}. {step.title}" for at, step in enumerate(card.steps[:MOST], 1))] if card.steps else []
    return "\n".join(each for each in told if each)
