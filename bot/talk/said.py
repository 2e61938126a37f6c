"""Said: one text through - read, answered where it is an aside, noted where it tells facts, and the talk goes on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.core.ask import pick_question
from bot.core.session import Session
from bot.ports import ReadFact, ReadMessage
from bot.talk import asides, rounds, say
from bot.talk.beside import answers_to, put_in
from bot.talk.heard import closed, entries_of, starts_case
from bot.talk.learn import Learned, learn, note_unknown
from bot.talk.replies import Reply
from bot.talk.siding import denies_a_side, settled_by_siding
from bot.talk.undo import remember, undone
from bot.talk.withdraw import take_back

if TYPE_CHECKING:
    from bot.talk.turn import Talk

SHORT_NEWS = 8  # words: longer ones say more than what was read
EMPTY = "That message was empty. Tell me about the task, or answer with a number."
NOT_UNDERSTOOD = "I could not read an answer in that. Pick one, or say “don't know” or “skip”."
GIVEN_UP = "I still could not read an answer in that, so I go on without it. You can tell me at any time."
KNOWN = "I have that:"
TOUCHED = "I take that to be about this, but could not read what it is now. Pick it, or say “skip”."


def said(
    talk: Talk, session: Session, by: str, text: str, beside: Learned | None = None
) -> tuple[Session, list[Reply]]:
    """A text read; `beside` is what the picks sent with it told."""
    if not re.search(r"\w|\?", text):
        return session, [Reply(type="text", text=EMPTY)]
    if sided := settled_by_siding(session, by, text):
        learned = learn(talk.knowledge.catalogue, session, sided, settle=sided)
        return talk.go_on(learned.session.model_copy(update={"open": ()}), learned, session)
    groups = tuple(question.facts for question in session.open)
    read = talk.language.read(text, groups, frozenset(session.entries))
    if not read.asks:
        return _told(talk, session, by, text, read, beside)
    tells = bool(read.facts or read.dont_know or read.unclear or read.corrects or read.withdrawn)
    if tells or read.act not in ("other", "correct") or starts_case(session, read):
        after, replies = _told(talk, session, by, text, read, beside)
        answers = answers_to(talk, remember(session, after), by, read.asks, session.open)
        if answers and replies[0].text == NOT_UNDERSTOOD:
            replies = replies[1:]
        return after, put_in(replies, answers)
    if found := answers_to(talk, session, by, read.asks, session.open):
        return session, [*found, *talk.asking(session.open)]
    return _told(talk, session, by, text, read, beside)


def _told(
    talk: Talk, session: Session, by: str, text: str, read: ReadMessage, beside: Learned | None
) -> tuple[Session, list[Reply]]:
    catalogue = talk.knowledge.catalogue
    asked = tuple(dict.fromkeys(key for question in session.open for key in question.facts))
    if denies_a_side(session, text):
        read = read.model_copy(update={"facts": (), "unclear": asked, "dont_know": ()})
    if read.withdrawn and read.act != "injection":
        return _withdrawn(talk, session, by, text, read)
    if read.act == "undo" and (back := undone(talk.knowledge, session, by)):
        after, replies = talk.go_on(back.session, Learned(session=back.session), back.session)
        return after, [Reply(type="text", text=back.words), *replies]
    aside = asides.answer(talk, session, by, text, read)
    if aside is not None:
        return aside
    if read.act == "dont_know" and asked:
        session = note_unknown(rounds.unsettled(session, asked), asked, by).model_copy(update={"open": ()})
        return talk.go_on(session, Learned(session=session), session)
    if read.act == "skip" and asked:
        session = rounds.unsettled(session, asked)
        session = session.model_copy(update={"skipped": session.skipped | set(asked), "open": ()})
        return talk.go_on(session, Learned(session=session), session)
    entries = entries_of(catalogue, session, by, text, read)
    learned = learn(catalogue, session, entries, settle=[key for key in asked if key in session.conflicts])
    if not learned.anything and not read.dont_know and (session.open or not starts_case(session, read)):
        return _nothing_read(talk, session, text, read)
    known = [key for key in learned.confirmed if key != "task"]
    nothing_else = len(text.split()) <= SHORT_NEWS and set(learned.confirmed) == _touched(learned)
    if session.state == "decided" and session.decision and known and nothing_else and not read.dont_know:
        stays = say.had_already(catalogue, learned.session, known, session.decision)
        return learned.session, [Reply(type="text", text=stays)]
    learned = learned.after(beside) if beside else learned
    after = note_unknown(learned.session, read.dont_know, by)
    return talk.go_on(closed(after, session, read), learned, session, unclear=read.unclear)


def _withdrawn(talk: Talk, session: Session, by: str, text: str, read: ReadMessage) -> tuple[Session, list[Reply]]:
    """Takes back what this person told, learns what they say of it instead, and goes on; what others told stays."""
    back = take_back(talk.knowledge, session, by, text, read)
    if not back.gone and not back.learned.anything:
        return session, [Reply(type="text", text=back.words), *talk.asking(session.open)]
    before = session.model_copy(update={"state": "asking"}) if back.gone else session
    session, replies = talk.go_on(back.learned.session.model_copy(update={"open": ()}), back.learned, before)
    return session, [*([Reply(type="text", text=back.words)] if back.gone else []), *replies]


def _nothing_read(talk: Talk, session: Session, text: str, read: ReadMessage) -> tuple[Session, list[Reply]]:
    if read.touches and not (session.open and read.touches in session.repicked):
        pick = pick_question(talk.knowledge, read.touches)
        session = session.model_copy(update={"repicked": session.repicked | {read.touches}})
        return talk.ask(session, (pick, *(q for q in session.open if pick.id != q.id)), TOUCHED)
    known = [fact.fact for fact in read.facts if _is_known(session, fact)]
    told_so = any(line.text.startswith(KNOWN) for line in session.transcript)
    if session.open and known and not told_so:  # once: whoever insists is asked
        again = f"{KNOWN} {say.told(talk.knowledge.catalogue, session, known)}."
        return session, [Reply(type="text", text=again), *talk.asking(session.open)]
    if session.open:
        session, picks = rounds.picks_instead(talk.knowledge, session)
        if picks:
            return talk.ask(session, picks, NOT_UNDERSTOOD)
        return talk.go_on(session, Learned(session=session), session, lead=GIVEN_UP)
    if session.state == "decided":
        found = asides.knowledge_answer(talk, text) if text.rstrip().endswith("?") else None
        return session, [found if found and found.passages else Reply(type="text", text=asides.NOT_READ)]
    return session, [asides.offer(talk.knowledge)]


def _is_known(session: Session, fact: ReadFact) -> bool:
    return fact.fact in session.entries and session.entries[fact.fact].level == fact.value and fact.fact != "task"


def _touched(learned: Learned) -> set[str]:
    return {*learned.new, *learned.changed, *learned.conflicts, *learned.confirmed}
