"""Questions: a round as one message, before, while and after it is answered.

    ask_round(round_id, questions, understood="", picks={}, clashes={}) -> Shown
        `understood` is the talk's own sentence that goes before; `picks` what was answered so far (question id -> Answered):
        those questions are shown with their answer and without controls. Update the message in place with each pick, and
        hand the answers to the talk once `complete(questions, picks)`, or when GoOn was pressed.
    closed_round(questions, picks, understood="", note="") -> Shown    the same without any control: all answered, passed
        over, or stale; `note` says which, such as STALE
    stale_answer() -> Shown     what to say privately to a press in a round that is over
    clashes_in(knowledge, session) -> {question id: Clash}     who said what, for questions that settle a contradiction

Controls are read back by `picks.read_pick`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bot.core.ask import pick_question
from bot.core.decision import Question
from bot.core.knowledge import Knowledge
from bot.core.session import Session
from bot.surfaces.blockkit.build import (
    Element,
    Shown,
    Spans,
    actions,
    bold,
    button,
    context,
    divider,
    lines,
    many,
    quiet,
    say,
    select,
    words,
)
from bot.surfaces.blockkit.fit import Part, detail, keep, message
from bot.surfaces.blockkit.limits import Block
from bot.surfaces.blockkit.picks import DONT_KNOW, NONE_OF_THESE, action_id
from bot.talk.say import value_words

BUTTONS = 4  # options that are shown as buttons; more become a menu
BUTTON_LABEL = 50  # characters; a longer label reads better in a menu
HINT = "Pick, or just write it here in your own words."
NUMBER_HINT = "Pick, or just write it here: an exact number is even better."
WRITE = "Just write it here."
GO_ON = "Go on without the rest"
ALL_THAT = "That is all"
STALE = "This round is over: the talk has gone on below."
PASSED = "not answered"
STALE_ANSWER = "That question is no longer open, so nothing was changed. If it is something I should know, just write it in the thread."


class Answered(NamedTuple):
    """An answer in a round: who gave it, and what it says."""

    by: str
    label: str


class Clash(NamedTuple):
    """A contradiction: what it is about, the plain question, and each person's word with what it rests on."""

    about: str
    question: str
    sides: tuple[tuple[str, str, str], ...]  # who, what, quote


def ask_round(
    round_id: str,
    questions: Sequence[Question],
    understood: str = "",
    picks: Mapping[str, Answered] | None = None,
    clashes: Mapping[str, Clash] | None = None,
) -> Shown:
    """The questions of a round with their controls."""
    picks, clashes = picks or {}, clashes or {}
    parts = keep(context(understood)) if understood.strip() else []
    waiting = [question for question in questions if question.id not in picks]
    for at, question in enumerate(questions, 1):
        number = f"{at}. " if len(questions) > 1 else ""
        if at > 1 or understood.strip():
            parts += detail(3, [divider()])
        if question.id in picks:
            parts += keep(_answered(number, question, clashes.get(question.id), picks[question.id]))
        else:
            parts += _asked(round_id, number, question, clashes.get(question.id))
    parts += detail(2, [context(_hint(waiting))]) if waiting else []
    if waiting and len(waiting) < len(questions):
        parts += keep(actions(f"rest.{round_id}", button(GO_ON, action_id(round_id, "-", "rest"))))
    return message(_fallback(questions, understood), parts)


def closed_round(
    questions: Sequence[Question],
    picks: Mapping[str, Answered],
    understood: str = "",
    note: str = "",
    clashes: Mapping[str, Clash] | None = None,
) -> Shown:
    """The round after it: each question with who answered what, and no controls."""
    clashes = clashes or {}
    parts = keep(context(understood)) if understood.strip() else []
    for at, question in enumerate(questions, 1):
        number = f"{at}. " if len(questions) > 1 else ""
        parts += keep(_answered(number, question, clashes.get(question.id), picks.get(question.id)))
    if note:
        parts += keep(context(note))
    told = [f"{question.text} - {pick.by}: {pick.label}" for question in questions if (pick := picks.get(question.id))]
    return message("\n".join(told) or note or _fallback(questions, ""), parts)


def complete(questions: Sequence[Question], picks: Mapping[str, object]) -> bool:
    """Whether every question of a round was answered."""
    return all(question.id in picks for question in questions)


def stale_answer() -> Shown:
    """A kind word to a press that came too late."""
    return message(STALE_ANSWER, keep(say(words(STALE_ANSWER))))


def clashes_in(knowledge: Knowledge, session: Session) -> dict[str, Clash]:
    """The contradictions among a session's open questions."""
    found = {}
    for question in session.open:
        key = question.facts[0] if question.facts else ""
        if len(question.facts) == 1 and key in session.conflicts:
            sides = tuple(
                (entry.by, value_words(knowledge.catalogue, key, entry.level), entry.quote)
                for entry in session.conflicts[key].entries
            )
            name = knowledge.catalogue.facts[key].name
            found[question.id] = Clash(about=name, question=pick_question(knowledge, key).text, sides=sides)
    return found


def _asked(round_id: str, number: str, question: Question, clash: Clash | None) -> list[Part]:
    parts = []
    if clash:
        title = f"{number}You differ on this: {clash.about}"
        parts += keep(*lines([_side(*side) for side in clash.sides[:4]], title=title))
        parts += keep(say(bold(clash.question, 1500)))
    else:
        parts += keep(say(bold(f"{number}{question.text}", 1500)))
    parts += detail(1, [context(f"Why I ask: {question.why}")]) if question.why.strip() else []
    return parts + keep(*_controls(round_id, question))


def _side(who: str, what: str, quote: str) -> Spans:
    said = f" “{' '.join(quote.split())}”" if quote.strip() and quote.strip() != what else ""
    return [*bold(f"{who}: ", 80), *words(what, 200), *quiet(said, 200)]


def _controls(round_id: str, question: Question) -> list[Block]:
    """Buttons for few and short options, a menu for others; check-boxes, on a row of their own, where several may be picked."""
    labels = [(option.label, str(at)) for at, option in enumerate(question.options)]
    rows: list[Block] = []
    controls: list[Element] = []

    def named(part: str) -> str:
        return action_id(round_id, question.id, part)

    if question.multiple and labels:
        rows.append(actions(f"tick.{round_id}.{question.id}", many(named("boxes"), labels)))
        controls.append(button(ALL_THAT, named("done"), style="primary"))
        controls.append(button(question.none_of_these or NONE_OF_THESE, named("none")))
    elif len(labels) <= BUTTONS and all(len(label) <= BUTTON_LABEL for label, _ in labels):
        controls += [button(label, named(value), value) for label, value in labels]
    else:
        controls.append(select(named("menu"), labels, "Pick one"))
    controls.append(button(DONT_KNOW, named("unknown")))
    return [*rows, actions(f"ask.{round_id}.{question.id}", *controls)]


def _answered(number: str, question: Question, clash: Clash | None, pick: Answered | None) -> Block:
    asked = clash.question if clash else question.text
    told = [*bold(pick.label, 300), *words(f" – {pick.by}", 80)] if pick else quiet(PASSED)
    return say(words(f"{number}{asked} ", 600), told)


def _hint(questions: Sequence[Question]) -> str:
    """How else to answer; where a number is asked for, that it may be written."""
    values = [value for question in questions for option in question.options for value in option.sets.values()]
    if any(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return NUMBER_HINT
    return HINT if any(question.options for question in questions) else WRITE


def _fallback(questions: Sequence[Question], understood: str) -> str:
    """All of it in words, for notifications and where blocks cannot be shown."""
    told = [understood] if understood.strip() else []
    for question in questions:
        labels = " / ".join(option.label for option in question.options)
        told.append(f"{question.text}{f' ({labels})' if labels else ''}")
    return "\n".join(told) or WRITE
