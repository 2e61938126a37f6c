"""Waker: tells the workers that a thread has mail, after its sender has the acknowledgement and not before.

Slack waits for the acknowledgement, and nobody waits for the token: the mail is stored when a thread is handed over here.
A token that is lost with the process, or with the store, is made good by the sweeper.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from bot.errors import StoreError
from bot.stores.mailbox import Address
from bot.stores.queue import Queue

SOON = 0.005  # seconds in which an acknowledgement is written; a turn takes many times as long
LEAVE = 1.0  # seconds that the last tokens may take at the end


class Waker:
    """Adds tokens a moment later, one for a thread however much of its mail came meanwhile."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._threads: dict[Address, None] = {}
        self._waking: asyncio.Task[None] | None = None

    def wake(self, thread: Address) -> None:
        """Has a worker look into a thread soon. Returns at once."""
        self._threads[thread] = None
        if self._waking is None or self._waking.done():
            self._waking = asyncio.create_task(self._wake(SOON))

    async def _wake(self, after: float) -> None:
        await asyncio.sleep(after)
        while self._threads:
            thread = next(iter(self._threads))
            del self._threads[thread]
            with suppress(StoreError):
                await self._queue.add(thread.workspace, thread.thread)

    async def close(self) -> None:
        """Adds what tokens are left, while the queue is open."""
        if self._waking is not None:
            await asyncio.wait({self._waking}, timeout=LEAVE)
            self._waking.cancel()
