"""Shown: what stands on a thread's page, entry by entry, kept as notes beside the session.

notes_of(talk, session, stored) -> Notes      as they were kept, or made from the session where that has gone on without them
went_on(knowledge, notes, before, after, replies, by, text) -> Notes      after a turn
picked(notes, session, knowledge, pick, by) -> Notes      after an answer to one of several open questions
blocks_of(knowledge, session, reply) -> list of blocks      one reply by itself, for programs
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError

from bot.core.card import Card, make_card
from bot.core.decision import Question
from bot.core.facts import Frozen
from bot.core.knowledge import Knowledge
from bot.core.session import Session
from bot.surfaces.blockkit import rounds
from bot.surfaces.blockkit.answers import answer_message, text_message
from bot.surfaces.blockkit.build import Shown, context, header
from bot.surfaces.blockkit.card import card_message
from bot.surfaces.blockkit.details import details_blocks
from bot.surfaces.blockkit.limits import Block
from bot.surfaces.blockkit.picks import Picked
from bot.surfaces.blockkit.questions import ask_round, clashes_in
from bot.surfaces.blockkit.rounds import Pick
from bot.surfaces.blockkit.text import clean
from bot.talk.replies import Reply
from bot.talk.turn import Talk

SELF = "tunewise"  # who speaks in a transcript where we do
CONTROLS = ("why", "export", "feedback")  # on a card; the page has its own for details and objections
TOLD = 2  # blocks at the head of the details that stand on the card right above: the headline and its sentence
MOST = 200  # entries
ABOVE = 400  # characters that may stand above the questions in small print; more is said on its own
TYPED = 4000  # characters of a message that are shown
SUPERSEDED = "Newer facts came after this: the verdict that holds stands below."


class Entry(Frozen):
    """One thing on the page: words of a person (`by`, `text`), or blocks of ours; `details` open below them."""

    by: str = ""
    text: str = ""
    blocks: tuple[Block, ...] = ()
    details: tuple[Block, ...] = ()
    headline: str = ""  # of the verdict, where it is one


class Round(rounds.Round):
    """The open questions, and which entry shows them."""

    entry: int


class Notes(Frozen):
    """What stands on the page. `lines` is the length of the transcript that it tells, `dropped` the entries left out before it."""

    entries: tuple[Entry, ...] = ()
    dropped: int = 0
    rounds: int = 0
    round: Round | None = None
    lines: int = 0


def notes_of(talk: Talk, session: Session, stored: dict[str, Any]) -> Notes:
    """The notes of a thread. A thread that was talked in elsewhere shows what the session tells."""
    try:
        notes = Notes.model_validate(stored)
    except ValidationError:
        notes = Notes()
    return notes if notes.lines == len(session.transcript) else rebuilt(talk, session, notes.rounds)


def rebuilt(talk: Talk, session: Session, rounds: int = 0) -> Notes:
    """The page of a session by itself: its transcript in words, then what is open or decided."""
    asked = {question.text for question in session.open}
    entries = [
        Entry(blocks=tuple(text_message(line.text).blocks)) if line.by == SELF else person(line.by, line.text)
        for line in session.transcript
        if line.by != SELF or line.text not in asked
    ]
    notes = Notes(entries=tuple(entries), rounds=rounds, lines=len(session.transcript))
    if session.open:
        return _ask(talk.knowledge, notes, session, session.open, "")
    if session.state == "decided" and session.decision is not None:
        return _add(notes, [_card(talk.knowledge, session, talk.verdict(session, session.decision), "")])
    return notes


def went_on(
    knowledge: Knowledge, notes: Notes, before: Session, after: Session, replies: Sequence[Reply], by: str, text: str
) -> Notes:
    """The page after a turn: what was said and what was answered, and the round that was open closed, unless it still waits."""
    questions = tuple(reply.question for reply in replies if reply.question is not None)
    if notes.round is not None and (questions or not _waits(notes.round, after)):
        notes = _replace(notes, notes.round.entry, notes.round.over(knowledge, before, after))
        notes = notes.model_copy(update={"round": None})
    if text:
        notes = _add(notes, [person(by, text)])
    words: list[str] = []
    for reply in replies:
        if reply.type == "text":
            words.append(reply.text)
        elif reply.type == "answer":
            notes = _add(notes, [*_words(words), Entry(blocks=tuple(answer_message(reply).blocks))])
            words = []
        elif reply.type == "verdict":
            notes = _add(_superseded(notes), [_card(knowledge, after, reply, " ".join(words))])
            words = []
    if questions:
        short = " ".join(words)
        if len(short) > ABOVE or "\n" in short:
            notes, short = _add(notes, _words(words)), ""
        notes = _ask(knowledge, notes, after, questions, short)
    else:
        notes = _add(notes, _words(words))
    return notes.model_copy(update={"lines": len(after.transcript)})


def picked(notes: Notes, session: Session, knowledge: Knowledge, pick: Picked, by: str) -> Notes:
    """The page with an answer to one of the open questions."""
    assert notes.round is not None
    mine = Pick(by=by, label=pick.label, answers=pick.answers)
    round = notes.round.model_copy(update={"picks": {**notes.round.picks, pick.question: mine}})
    return _replace(notes.model_copy(update={"round": round}), round.entry, round.shown(knowledge, session))


def blocks_of(knowledge: Knowledge, session: Session, reply: Reply) -> list[Block]:
    """The blocks of a reply by itself."""
    if reply.question is not None:
        clashes = clashes_in(knowledge, session)
        return ask_round(str(session.rounds), [reply.question], clashes=clashes).blocks
    if reply.decision is not None:
        return card_message(card_of(knowledge, session, reply), reply.decision, session.thread, controls=()).blocks
    return (answer_message(reply) if reply.type == "answer" else text_message(reply.text)).blocks


def card_of(knowledge: Knowledge, session: Session, reply: Reply) -> Card:
    """The card of a verdict."""
    assert reply.decision is not None
    found = (reply.passages, reply.closest_cases)
    return make_card(knowledge, session.entries, reply.decision, *found, reply.worded, session.conflicts)


def person(by: str, text: str) -> Entry:
    """What somebody wrote."""
    return Entry(by=clean(by) or "–", text=clean(text[:TYPED], lines=True))


def _words(words: Iterable[str]) -> list[Entry]:
    text = "\n\n".join(words)
    return [Entry(blocks=tuple(text_message(text).blocks))] if text else []


def _card(knowledge: Knowledge, session: Session, reply: Reply, change: str) -> Entry:
    assert reply.decision is not None
    card = card_of(knowledge, session, reply)
    shown = card_message(card, reply.decision, session.thread, change, controls=CONTROLS)
    details = details_blocks(card)[TOLD:]
    return Entry(blocks=tuple(shown.blocks), details=tuple(details), headline=card.headline)


def _superseded(notes: Notes) -> Notes:
    """The page with only the headline left of a verdict that no longer holds."""
    entries = [
        Entry(blocks=(header(entry.headline), context(SUPERSEDED))) if entry.headline else entry
        for entry in notes.entries
    ]
    return notes.model_copy(update={"entries": tuple(entries)})


def _ask(
    knowledge: Knowledge, notes: Notes, session: Session, questions: tuple[Question, ...], understood: str
) -> Notes:
    number = notes.rounds + 1
    at = notes.dropped + len(notes.entries)
    round = Round(id=str(number), entry=at, questions=questions, understood=understood)
    notes = _add(notes, [Entry(blocks=tuple(round.shown(knowledge, session).blocks))])
    return notes.model_copy(update={"rounds": number, "round": round})


def _waits(round: Round, after: Session) -> bool:
    """Whether questions of a round are still open, after a turn that asked none."""
    return bool(after.open) and {question.id for question in after.open} <= {q.id for q in round.questions}


def _add(notes: Notes, entries: Sequence[Entry]) -> Notes:
    """The page with these at its end; where there are too many, the first go."""
    kept = (*notes.entries, *entries)
    over = max(0, len(kept) - MOST)
    return notes.model_copy(update={"entries": kept[over:], "dropped": notes.dropped + over})


def _replace(notes: Notes, at: int, shown: Shown) -> Notes:
    at -= notes.dropped
    if not 0 <= at < len(notes.entries):
        return notes
    entries = (*notes.entries[:at], Entry(blocks=tuple(shown.blocks)), *notes.entries[at + 1 :])
    return notes.model_copy(update={"entries": entries})
