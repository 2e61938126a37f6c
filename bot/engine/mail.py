"""Mail: what surfaces hand to the engine and what the engine hands back, as values and small protocols.

A surface turns whatever reached it into a `Mail` and gives it to the intake. A worker takes the mail of one thread in
order, asks the surface's `Handler` what becomes of it, commits session and posts in one step, and lets the surface's
`Courier` send the posts. Handlers are pure in that sense: they may be run again, and send nothing themselves.
"""

from __future__ import annotations

from typing import Any, Protocol

from bot.core.facts import Frozen
from bot.core.session import Session


class Mail(Frozen):
    """One thing that happened in a thread. Values are JSON throughout.

    `id` names it within its workspace, and `claims` are further names under which the same thing may arrive once more (a
    mention that comes as two events); a second arrival under any of them is dropped. `thread` is the session's key, `surface`
    says whose handler and courier it is for, `kind` and `body` are that surface's own. `received` is in seconds since 1970.
    """

    id: str
    workspace: str
    thread: str
    surface: str
    kind: str
    by: str
    body: dict[str, Any]
    received: float
    claims: tuple[str, ...] = ()


class Post(Frozen):
    """One thing to send after a turn. `kind` and `body` are the surface's own.

    `label` keeps the place where it was posted (Slack's ts) under that name, for later turns to update it. `findable`
    says whether the courier can find out afterwards if it was posted; where not, it is sent at least once, not once.
    """

    kind: str
    body: dict[str, Any]
    label: str | None = None
    findable: bool = True


class Timer(Frozen):
    """Mail to be delivered later. `key` names it within its thread: setting it again replaces it, None as mail takes it back."""

    key: str
    at: float  # seconds since 1970
    mail: Mail | None = None


class Thread(Frozen):
    """A thread as the engine keeps it: the session, what the surface keeps beside it, and where its labelled posts are."""

    session: Session
    notes: dict[str, Any] = {}  # the surface's own, such as who started it and in which channel
    places: dict[str, str] = {}  # label -> place, kept by the engine


class Outcome(Frozen):
    """What becomes of a thread after one mail. `forget` erases all that is kept about it, after the posts were sent."""

    session: Session
    notes: dict[str, Any] = {}
    posts: tuple[Post, ...] = ()
    timers: tuple[Timer, ...] = ()
    forget: bool = False


class Handler(Protocol):
    """Says what becomes of a mail. May be run more than once for the same mail; only one outcome is ever committed."""

    async def handle(self, thread: Thread, mail: Mail) -> Outcome:
        """The outcome of one mail. Raises BadInput for what can never work: the courier apologises with its sentence, once."""


class Courier(Protocol):
    """Sends posts. Raises Passing for what may work later, any other error for what never will.

    A courier that shows something before the outcome is there may have `give_up(mail)`, to take that away where none comes.
    """

    async def working(self, mail: Mail) -> None:
        """Shows that the mail is being worked on, where the surface can. Its failures are ignored."""

    async def send(self, mail: Mail, post: Post, id: str, places: dict[str, str]) -> str:
        """Sends a post with its opaque id where it can be found again (`find`), and returns its place."""

    async def find(self, mail: Mail, post: Post, id: str, places: dict[str, str]) -> str | None:
        """The place of a findable post, where it was sent before; None where it was not."""

    async def apologise(self, mail: Mail, sentence: str, ours: bool) -> None:
        """Tells whoever sent the mail, in a sentence, that it could not be worked on; `ours` is whether that is our fault."""
