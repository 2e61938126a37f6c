"""Turning: the replies of a turn as posts - one message for a round, one card that is kept up to date, little else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bot.core.card import Card, make_card
from bot.core.decision import Question
from bot.core.knowledge import Knowledge
from bot.core.session import Session
from bot.core.words import VERDICT_WORDS
from bot.engine.mail import Post
from bot.surfaces.blockkit.answers import answer_message, text_message
from bot.surfaces.blockkit.card import card_message
from bot.surfaces.slack import posts
from bot.surfaces.slack.notes import Notes, Round
from bot.surfaces.slack.voices import named, with_names
from bot.talk.replies import Reply


class Turned(NamedTuple):
    """What a turn becomes: the notes after it and what to send."""

    notes: Notes
    posts: tuple[Post, ...]


def turned(
    knowledge: Knowledge,
    notes: Notes,
    before: Session,
    after: Session,
    replies: Sequence[Reply],
    names: Mapping[str, str],
) -> Turned:
    """The replies of a turn as posts, in the order in which they are to appear."""
    shown = named(after, names)
    sent: list[Post] = []
    questions = [reply.question for reply in replies if reply.question is not None]
    if notes.round is not None:
        sent.append(posts.update(notes.round.label, notes.round.over(knowledge, before, shown, names)))
        notes = notes.model_copy(update={"round": None})
    words: list[str] = []
    for reply in replies:
        if reply.type == "text":
            words.append(with_names(reply.text, names))
        elif reply.type == "answer":
            named_reply = reply.model_copy(update={"text": with_names(reply.text, names)})
            sent += _words(notes, words)
            sent.append(posts.answer(notes.channel, notes.root, answer_message(named_reply)))
            words = []
        elif reply.type == "verdict":
            notes, more = _verdict(knowledge, notes, shown, reply, words)
            sent += more
            words = []
    if questions:
        asked = tuple(_with_names(question, names) for question in questions)
        notes, post = _round(knowledge, notes, shown, asked, " ".join(words))
        sent.append(post)
    else:
        sent += _words(notes, words)
    return Turned(notes, tuple(sent))


def card_of(knowledge: Knowledge, session: Session, reply: Reply) -> Card:
    """The card of a verdict, in the names of those who spoke."""
    assert reply.decision is not None
    found = (reply.passages, reply.closest_cases)
    return make_card(knowledge, session.entries, reply.decision, *found, reply.worded, session.conflicts)


def _words(notes: Notes, words: Sequence[str]) -> list[Post]:
    text = "\n\n".join(words)
    return [posts.message(notes.channel, notes.root, text_message(text))] if text else []


def _verdict(
    knowledge: Knowledge, notes: Notes, session: Session, reply: Reply, words: Sequence[str]
) -> tuple[Notes, list[Post]]:
    """A new card; or, where one stands, that one changed and a sentence in the thread about what changed."""
    assert reply.decision is not None
    card, change = card_of(knowledge, session, reply), " ".join(words)
    notes = notes.model_copy(update={"taken_back": False})
    if notes.card is None:
        notes = notes.model_copy(update={"cards": notes.cards + 1, "stands": True})
        shown = card_message(card, reply.decision, session.thread, change)
        return notes, [posts.message(notes.channel, notes.root, shown, notes.card)]
    shown = card_message(card, reply.decision, session.thread, change)
    told = change or f"The verdict stays “{VERDICT_WORDS[reply.decision.verdict].short}”."
    return notes, [posts.standing(notes.card, notes.channel, notes.root, shown), *_words(notes, [told])]


def _round(
    knowledge: Knowledge, notes: Notes, session: Session, questions: tuple[Question, ...], understood: str
) -> tuple[Notes, Post]:
    number = notes.rounds + 1
    round = Round(id=str(number), questions=questions, understood=understood)
    notes = notes.model_copy(update={"rounds": number, "round": round})
    return notes, posts.message(notes.channel, notes.root, round.shown(knowledge, session), round.label)


def _with_names(question: Question, names: Mapping[str, str]) -> Question:
    return question.model_copy(update={"text": with_names(question.text, names)})
