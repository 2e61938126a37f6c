"""Record: what the engine keeps about a turn between its steps, as JSON in the store."""

from __future__ import annotations

import hashlib

from bot.core.facts import Frozen
from bot.engine.mail import Mail, Outcome, Post


class Outgoing(Frozen):
    """A post of a turn with the id under which it can be found where it was sent."""

    id: str
    post: Post


class Record(Frozen):
    """What is left to do for a mail after its commit: posts to send, or words to say to whoever sent it, then the end."""

    posts: tuple[Outgoing, ...] = ()
    forget: bool = False
    sorry: str | None = None
    letter: str | None = None  # id of the dead letter to write
    reason: str = ""  # why it died, for operators
    attempts: int = 0  # how often it was tried before it died


class Envelope(Frozen):
    """A mail as it lies in a mailbox. `undelivered` is what a turn that died after its commit had left to do."""

    mail: Mail
    undelivered: Record | None = None


class Letter(Frozen):
    """A dead letter: mail that could not be worked on, since when (seconds since 1970), and why."""

    id: str
    at: float
    reason: str
    attempts: int
    envelope: Envelope


def record_of(mail: Mail, outcome: Outcome) -> Record:
    """The record of an outcome. Ids of posts are the same however often a mail is handled."""
    posts = (Outgoing(id=id_of(mail, str(number)), post=post) for number, post in enumerate(outcome.posts))
    return Record(posts=tuple(posts), forget=outcome.forget)


def id_of(mail: Mail, what: str) -> str:
    """An opaque id for something that belongs to a mail."""
    return hashlib.sha256("\n".join((mail.workspace, mail.thread, mail.id, what)).encode()).hexdigest()[:20]
