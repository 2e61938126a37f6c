"""Retract: takes back what one message told, when it was edited or deleted, and asks again where that matters. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bot.core.decision import Question
from bot.core.facts import Catalogue, Frozen, Value
from bot.core.session import Entry, Session
from bot.talk import rounds, say
from bot.talk.learn import learn, note_unknown
from bot.talk.replies import Reply
from bot.talk.reread import differing, reread, reworded
from bot.talk.scrub import scrubbed
from bot.talk.turn import Talk


class Retracted(Frozen):
    """The session without what the message told, the facts that are gone, and what to say; nothing gone: nothing to say."""

    session: Session
    gone: tuple[str, ...] = ()
    replies: tuple[Reply, ...] = ()


class Taken(NamedTuple):
    """An answer that was picked: who picked it, what it sets (None: nobody knows), and what the button said."""

    by: str
    answers: Mapping[str, Value | None]
    label: str


def stamp(before: Session, after: Session, by: str, message: str) -> Session:
    """`after` with the name of the message on every entry, contradiction, "don't know" and line of `by` that it brought."""

    def named(entry: Entry, old: Sequence[Entry | None]) -> Entry:
        return entry if entry.message is not None or entry in old else entry.model_copy(update={"message": message})

    entries = {key: named(entry, [before.entries.get(key)]) for key, entry in after.entries.items()}
    conflicts = {
        key: conflict.model_copy(
            update={
                "entries": tuple(
                    named(e, before.conflicts[key].entries if key in before.conflicts else [before.entries.get(key)])
                    for e in conflict.entries
                )
            }
        )
        for key, conflict in after.conflicts.items()
    }
    news = (
        after.transcript[len(before.transcript) :]
        if len(after.transcript) > len(before.transcript)
        else after.transcript[-8:]
    )
    lines = [
        line.model_copy(update={"message": message}) if line.by == by and line.message is None else line
        for line in news
    ]
    transcript = (*after.transcript[: len(after.transcript) - len(news)], *lines)
    unknown = {
        key: message
        for key, who in after.dont_know.items()
        if who == by and key not in after.dont_know_in and (key not in before.dont_know or key in before.dont_know_in)
    }
    return after.model_copy(
        update={
            "entries": entries,
            "conflicts": conflicts,
            "dont_know_in": {**after.dont_know_in, **unknown},
            "transcript": transcript,
        }
    )


def take(talk: Talk, session: Session, taken: Sequence[Taken]) -> Session:
    """The session with answers that several people picked, before the talk goes on. Raises FactError for illegal ones."""
    catalogue = talk.knowledge.catalogue
    for by, answers, label in taken:
        entries = {
            key: Entry(level=catalogue.check(key, value), by=by, quote=label, grade="picked")
            for key, value in answers.items()
            if value is not None
        }
        unknown = [key for key, value in answers.items() if value is None]
        learned = learn(catalogue, rounds.unsettled(session, unknown), entries, settle=session.conflicts)
        session = note_unknown(learned.session, unknown, by)
    answered = {key for each in taken for key in each.answers}
    open = tuple(question for question in session.open if not answered.intersection(question.facts))
    return session.model_copy(update={"open": open})


def retract(talk: Talk, session: Session, message: str, by: str, text: str | None = None) -> Retracted:
    """The session after a message was deleted, or edited to `text`. A verdict that rested on it is given anew.

    Nothing is said where the new words tell what the old ones told.
    """
    gone = tuple(key for key, entry in session.entries.items() if entry.message == message)
    disputed = {
        key: [entry for entry in conflict.entries if entry.message != message]
        for key, conflict in session.conflicts.items()
    }
    settled = {key: left for key, left in disputed.items() if len(left) < len(session.conflicts[key].entries)}
    unknown = tuple(key for key, told_in in session.dont_know_in.items() if told_in == message)
    lines = scrubbed(session, message, text)
    if not gone and not settled and not unknown:
        return Retracted(session=session.model_copy(update={"transcript": lines, "last": _others(session, message)}))
    entries = {key: entry for key, entry in session.entries.items() if key not in gone}
    entries |= {key: left[0] for key, left in settled.items() if len(left) == 1}
    conflicts = {key: conflict for key, conflict in session.conflicts.items() if key not in settled}
    changed = tuple(dict.fromkeys((*gone, *settled, *unknown)))
    before = session
    decision = session.decision
    if decision is not None:  # kept for telling what changed, without what was taken back
        left = {key: value for key, value in decision.facts.items() if key not in changed}
        decision = decision.model_copy(update={"facts": left}) if entries else None
    session = session.model_copy(
        update={
            "decision": decision,
            "state": session.state if entries else "idle",
            "entries": entries,
            "last": {},
            "conflicts": conflicts,
            "dont_know": {key: who for key, who in session.dont_know.items() if key not in unknown},
            "dont_know_in": {key: told_in for key, told_in in session.dont_know_in.items() if key not in unknown},
            "transcript": lines,
            "asked": tuple(id for id in session.asked if not _fills(talk, id).intersection(changed)),
            "repicked": session.repicked - set(changed),
            "skipped": session.skipped - set(changed),
            "open": tuple(question for question in session.open if not settled.keys() & set(question.facts)),
        }
    )
    if text:
        session = reread(talk, before, session, message, by, text)
    lost, new = differing(talk.knowledge.catalogue, before, session)
    if not lost and not new:
        return Retracted(session=reworded(talk, before, session))
    return _go_on(talk, before, session, lost, new)


def _others(session: Session, message: str) -> dict[str, Entry | None]:
    """What is kept for taking the last change back, if it was not told by this message."""
    told = any(entry is not None and entry.message == message for entry in session.last.values())
    return {} if told else session.last


def _go_on(talk: Talk, before: Session, session: Session, lost: Sequence[str], new: Sequence[str]) -> Retracted:
    """Asks again what is missing and matters, or gives the verdict on what is left."""
    catalogue = talk.knowledge.catalogue
    changed = (*lost, *new)
    said = _said(catalogue, session, lost, new)
    if session.conflicts:
        questions: tuple[Question, ...] = tuple(
            rounds.conflict_question(talk.knowledge, session, key) for key in session.conflicts
        )[:3]
    else:
        session, questions = rounds.next_round(talk.knowledge, rounds.passed_over(session, session.open))
    if not session.entries:  # nothing is left of the case
        session = session.model_copy(update={"open": ()})
        return Retracted(session=session, gone=changed, replies=(Reply(type="text", text=said),))
    if questions:
        session = session.model_copy(
            update={
                "state": "asking",
                "open": questions,
                "asked": (*session.asked, *(question.id for question in questions)),
                "rounds": session.rounds + 1,
            }
        )
        asked = (Reply(type="text", text=said), *talk.asking(questions))
        return Retracted(session=session, gone=changed, replies=asked)
    decision = talk.decision(session)
    if before.decision is not None:
        said = f"{said} {say.verdict_change(before.decision, decision)}"
    session = session.model_copy(update={"state": "decided", "open": (), "decision": decision})
    verdict = talk.verdict(session, decision)
    return Retracted(session=session, gone=changed, replies=(Reply(type="text", text=said), verdict))


def _said(catalogue: Catalogue, session: Session, lost: Sequence[str], new: Sequence[str]) -> str:
    """What is no longer known, and what is known now instead."""
    names = ", ".join(catalogue.facts[key].name for key in lost)
    now = say.told(catalogue, session, [key for key in new if key not in session.conflicts])
    said = f"That message changed, so I took back what it told me about: {names}." if lost else "That message changed."
    return f"{said} Now: {now}." if now else said


def _fills(talk: Talk, question: str) -> set[str]:
    known = talk.knowledge.questions.get(question)
    return set(known.fills) if known is not None else {question.removeprefix("pick-")}
