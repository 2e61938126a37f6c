"""Sweeper: makes good what crashes leave behind - mail without a token, timers that are due, an embedded server that died."""

from __future__ import annotations

import asyncio
import random
import time

import structlog

from bot.engine.metrics import Metrics
from bot.engine.pace import Pace
from bot.errors import StoreError
from bot.stores.connect import Connection
from bot.stores.mailbox import Mailboxes
from bot.stores.queue import Queue

log = structlog.get_logger("tunewise.sweeper")


class Sweeper:
    """Looks after the store at every sweep. Any number of processes may do so at once."""

    def __init__(self, connection: Connection, boxes: Mailboxes, queue: Queue, pace: Pace, metrics: Metrics) -> None:
        self._connection, self._boxes, self._queue = connection, boxes, queue
        self._pace, self._metrics = pace, metrics

    async def run(self) -> None:
        """Sweeps until cancelled. A store that is away is waited for, and an embedded one started anew."""
        while True:
            try:
                await self.sweep(time.time())
                self._metrics.store_up.set(1)
            except StoreError as error:
                self._metrics.store_up.set(0)
                log.warning("store away", error=str(error))
                await self._revive()
            await asyncio.sleep(self._pace.sweep * random.uniform(0.75, 1.25))

    async def sweep(self, now: float) -> None:
        """One look. Raises StoreError."""
        for at in await self._boxes.ring(now):
            await self._queue.add(at.workspace, at.thread)
        waiting = await self._boxes.waiting(now - 2 * self._pace.sweep)
        for at in await self._boxes.idle(waiting):
            await self._queue.add(at.workspace, at.thread)

    async def _revive(self) -> None:
        try:
            if await self._connection.revive():
                log.warning("store started anew")
        except StoreError as error:
            log.error("store does not start", error=str(error))
