"""Showing: an answer on the page while it is being made - written beside the turn by the worker, read by the page that waits.

The page that sends a message makes up a ticket (128 random bits), sends it along, and listens under it by server-sent
events. The worker, in whatever process, puts the text so far under that ticket; the engine's answer then stands instead of
it. What is shown has passed the same guard as the answer, piece by piece. Nothing waits for it and no turn fails with it.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.errors import StoreError
from bot.ports import Show
from bot.surfaces.web.mail import WORKSPACE

TICKET = re.compile(r"[0-9a-f]{32}")
LOOK = 1.0  # seconds that one look at the store waits for news; then a sign of life goes to the page
LONGEST = 90.0  # seconds that a page listens at most
LISTENERS = 200  # of one process; each holds a connection to the store. More see the answer when it is there


class Sight(Protocol):
    """What is shown, and the name to ask for what comes after it; the text is None where it has ended."""

    @property
    def at(self) -> str: ...
    @property
    def text(self) -> str | None: ...


class Showings(Protocol):
    """Where texts are kept while they are made. All raise StoreError."""

    async def put(self, workspace: str, ticket: str, text: str) -> None: ...

    async def end(self, workspace: str, ticket: str) -> None: ...

    async def after(self, workspace: str, ticket: str, at: str, within: float) -> Sight | None: ...


class Writer:
    """The `Show` of one turn: takes pieces in the turn's thread, and keeps the text so far from the event loop."""

    def __init__(self, showings: Showings, ticket: str) -> None:
        self._showings, self._ticket = showings, ticket
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._text = ""

    def __call__(self, piece: str) -> None:
        """See ports.Show."""
        self._loop.call_soon_threadsafe(self._add, piece)

    def _add(self, piece: str) -> None:
        self._text += piece
        self._news.set()

    async def run(self) -> None:
        """Writes whenever there is more; pieces that come meanwhile are written together."""
        while True:
            await self._news.wait()
            self._news.clear()
            with suppress(StoreError):
                await self._showings.put(WORKSPACE, self._ticket, self._text)


@asynccontextmanager
async def shown_under(showings: Showings | None, ticket: str | None) -> AsyncIterator[Show | None]:
    """What a turn shows its answer with; None where nobody can see it. A turn that fails leaves the page waiting for the next try."""
    if showings is None or ticket is None or not TICKET.fullmatch(ticket):
        yield None
        return
    writer = Writer(showings, ticket)
    writing = asyncio.create_task(writer.run())
    try:
        yield writer
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    with suppress(StoreError):
        await showings.end(WORKSPACE, ticket)


class Listening:
    """Answers pages that listen under a ticket."""

    def __init__(self, showings: Showings) -> None:
        self._showings = showings
        self._listeners = 0

    def answer(self, request: Request, ticket: str, headers: dict[str, str]) -> Response:
        """The stream of events under a ticket; 204 where there is none to be had, after which browsers do not ask again."""
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return Response(status_code=403, headers=headers)
        if not TICKET.fullmatch(ticket) or self._listeners >= LISTENERS:
            return Response(status_code=204, headers=headers)
        unbuffered = headers | {"X-Accel-Buffering": "no"}
        return StreamingResponse(self._events(ticket), headers=unbuffered, media_type="text/event-stream")

    async def _events(self, ticket: str) -> AsyncIterator[str]:
        self._listeners += 1
        try:
            at, until = "0-0", time.monotonic() + LONGEST
            yield ": listening\n\n"
            while time.monotonic() < until:
                sight = await self._showings.after(WORKSPACE, ticket, at, LOOK)
                if sight is None:
                    yield ": waiting\n\n"  # fails where the page is gone
                    continue
                if sight.text is None:
                    break
                at = sight.at
                yield f"data: {json.dumps({'text': sight.text})}\n\n"
        except StoreError:
            pass
        finally:
            self._listeners -= 1
        yield "event: end\ndata:\n\n"
