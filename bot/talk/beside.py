"""Beside: the answers to what a message asks beside what it tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.core.decision import Question
from bot.core.session import Session
from bot.talk import asides
from bot.talk.defining import definition
from bot.talk.replies import Reply

if TYPE_CHECKING:
    from bot.talk.turn import Talk

IN_PASSING = frozenset(
    {"thanks", "greet", "dont_know", "skip", "help", "forget", "restart", "undo"}
)  # asked, not answered
TURNED_AWAY = frozenset({asides.SMALLTALK, asides.OFFTOPIC, asides.INJECTION, asides.NOT_READ})


def answers_to(talk: Talk, session: Session, by: str, asks: Sequence[str], open: Sequence[Question]) -> list[Reply]:
    """The answers to these questions, `open` being what was asked when they were put; none to what is no question of ours."""
    asking = session.model_copy(update={"open": tuple(open)})
    groups = tuple(question.facts for question in open)
    found: list[Reply] = []
    if len(asks) > 1 and definition(talk.knowledge, " ".join(asks)):
        asks = [" ".join(asks)]  # "I don't know what an eval set is. Can you give an example?"
    for text in asks:
        read = talk.language.read(text, groups, frozenset(session.entries))
        if read.act in IN_PASSING or read.withdrawn:
            continue
        answered = asides.answer(talk, asking, by, text, read)
        replies = [reply for reply in answered[1] if reply.question is None] if answered else []
        if replies and replies[0].text not in TURNED_AWAY:
            found.append(replies[0])
    return found


def put_in(replies: Sequence[Reply], answers: Sequence[Reply]) -> list[Reply]:
    """The replies with these answers behind what was understood, and before what is asked next."""
    place = next((n for n, reply in enumerate(replies) if reply.question is not None), len(replies))
    return [*replies[:place], *answers, *replies[place:]]
