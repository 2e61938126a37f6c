"""Queue: tokens that say "there is mail in this thread", through pydocket: at least once, kept, and with delays.

A token carries nothing but the names of workspace and thread, as strings, because pydocket pickles its arguments. One too
many does no harm, and one too few is made good by the engine's sweeper.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.stores.connect import Connection, blocking_url
from bot.stores.keys import ROOT

if TYPE_CHECKING:
    from docket import Docket

Work = Callable[[str, str], Awaitable[None]]
TASK = "turns"
LEAVE = 1.0  # seconds that leaving may take


class Queue:
    """Tokens for all workers of a store."""

    def __init__(self, connection: Connection, lease: float) -> None:
        self._connection, self._lease = connection, lease
        self._stack = AsyncExitStack()
        self._docket: Docket | None = None

    async def open(self, work: Work) -> None:
        """Connects; `work` is what a token of a workspace and thread calls where `run` runs. Raises StoreError."""
        from docket import Docket

        logging.getLogger("docket").setLevel(logging.ERROR)  # its lines name arguments; ours name turns

        async def turns(workspace: str, thread: str) -> None:
            await work(workspace, thread)

        url = blocking_url(self._connection.url)
        docket = Docket(f"{ROOT}:queue", url, execution_ttl=timedelta(0))
        with self._connection.told():
            self._docket = await self._stack.enter_async_context(docket)
        self._docket.register(turns, [TASK])

    async def add(self, workspace: str, thread: str, after: float = 0.0) -> None:
        """Adds a token, to be taken after so many seconds. Raises StoreError."""
        assert self._docket is not None, "open first"
        when = datetime.now(UTC) + timedelta(seconds=after) if after else None
        with self._connection.told():
            await self._docket.add(TASK, when)(workspace, thread)

    async def run(self, concurrency: int) -> None:
        """Works off tokens until cancelled; turns in hand are finished first. Trouble with the store is waited out."""
        from docket import Worker

        assert self._docket is not None, "open first"
        worker = Worker(
            self._docket,
            concurrency=concurrency,
            redelivery_timeout=timedelta(seconds=self._lease),
            reconnection_delay=timedelta(seconds=1),
            minimum_check_interval=timedelta(milliseconds=100),
        )
        async with worker:
            await worker.run_forever()

    async def close(self) -> None:
        """Leaves the queue, whatever state the connection is in."""
        self._docket = None
        leaving = asyncio.create_task(self._stack.aclose())
        await asyncio.wait({leaving}, timeout=LEAVE)
        leaving.cancel()
        if leaving.done() and not leaving.cancelled():
            leaving.exception()  # seen; a connection that fails while it closes is closed
