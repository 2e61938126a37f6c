"""Talking in tests: one app for all of them, and messages in short."""

from __future__ import annotations

import tempfile
from datetime import date
from functools import lru_cache

from bot.app import App
from bot.core.facts import Value
from bot.core.session import Session
from bot.settings import Settings
from bot.talk.message import Message
from bot.talk.replies import Reply
from bot.talk.turn import Talk

START = Session(thread="t")


@lru_cache(maxsize=1)
def app() -> App:
    """The app on a fixed day, with a data folder of its own."""
    return App(Settings(TUNEWISE_DATA=tempfile.mkdtemp(prefix="tunewise-")), today=lambda: date(2026, 11, 20))


def say(text: str, by: str = "ana", **answers: Value | None) -> Message:
    """A text, and what was picked beside it."""
    return Message(by=by, text=text, answers=answers or None)


def pick(by: str = "ana", **answers: Value | None) -> Message:
    """Picked answers."""
    return Message(by=by, answers=answers)


def through(talk: Talk, *messages: Message, start: Session = START) -> tuple[Session, list[Reply]]:
    """The session after these messages, and the replies to the last."""
    session, replies = start, list[Reply]()
    for message in messages:
        session, replies = talk.turn(session, message)
    return session, replies


def ended(talk: Talk, session: Session) -> tuple[Session, int]:
    """The session once everything that is open has been skipped, and in how many messages."""
    for times in range(12):
        if session.state != "asking":
            return session, times
        session = talk.turn(session, say("skip"))[0]
    raise AssertionError("the talk does not end")
