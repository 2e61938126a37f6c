"""An engine over a real store, with a handler that counts and a courier that remembers what it sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.core.session import Line
from bot.engine.engine import Engine
from bot.engine.mail import Mail, Outcome, Post, Thread
from bot.engine.pace import Pace
from bot.stores.connect import Connection

QUICK = Pace(lease=1.0, settle=0.1, sweep=0.1, first_wait=0.05, longest_wait=0.2, grace=1.0)


class Echo:
    """Handles mail by writing it into the session and answering with it. `before` runs first and may fail."""

    def __init__(self) -> None:
        self.before: Callable[[Thread, Mail], Awaitable[Outcome | None]] | None = None
        self.handled: list[str] = []

    async def handle(self, thread: Thread, mail: Mail) -> Outcome:
        if self.before and (outcome := await self.before(thread, mail)):
            return outcome
        self.handled.append(mail.id)
        lines = (*thread.session.transcript, Line(by=mail.by, text=mail.id))
        session = thread.session.model_copy(update={"transcript": lines})
        return Outcome(session=session, notes=thread.notes, posts=(Post(kind="echo", body={"of": mail.id}),))


class Board:
    """Remembers posts as a chat service would: nothing is sent twice by itself, and ids can be looked up."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, str, dict[str, Any]]] = []  # id, thread, body
        self.sorries: list[str] = []
        self.after: Callable[[Mail, str], Awaitable[None]] | None = None
        self.looked_up = 0

    async def working(self, mail: Mail) -> None:
        raise RuntimeError("status cannot be shown here")

    async def send(self, mail: Mail, post: Post, id: str, places: dict[str, str]) -> str:
        self.posts.append((id, mail.thread, post.body | {"places": dict(places)}))
        if self.after:
            await self.after(mail, id)
        return str(len(self.posts))

    async def find(self, mail: Mail, post: Post, id: str, places: dict[str, str]) -> str | None:
        self.looked_up += 1
        return next((str(n) for n, (known, *_) in enumerate(self.posts, 1) if known == id), None)

    async def apologise(self, mail: Mail, sentence: str, ours: bool) -> None:
        self.sorries.append(sentence)

    def said(self, thread: str) -> list[str]:
        return [body["of"] for _, where, body in self.posts if where == thread]


def mail(id: str, thread: str = "t", **more: Any) -> Mail:
    return Mail(
        id=id, workspace="W", thread=thread, surface="echo", kind="say", by="ana", body={}, received=time.time(), **more
    )


@asynccontextmanager
async def engine_on(
    connection: Connection, handler: Any, courier: Any, run: bool = True, pace: Pace = QUICK, **more: Any
) -> AsyncIterator[Engine]:
    """An engine at work."""
    engine = Engine(connection, pace=pace, **more)
    engine.register("echo", handler, courier)
    async with engine:
        running = asyncio.create_task(engine.run()) if run else None
        yield engine
        engine.stop()
        if running:
            await running


async def until(true: Callable[[], bool], within: float = 10.0) -> None:
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, "it did not come about in time"
        await asyncio.sleep(0.01)
