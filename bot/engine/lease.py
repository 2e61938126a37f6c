"""Lease: kept alive while a turn takes its time, and known to be over when this process slept through it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.errors import StoreError
from bot.stores.mailbox import InHand, Lost, Mailboxes


class Lease:
    """The lease of a thread. Its end is reckoned from before each renewal, so that it is never thought longer than it is."""

    def __init__(self, boxes: Mailboxes, hand: InHand, taken: float) -> None:
        self._boxes, self._hand = boxes, hand
        self._length = boxes.lease_ms / 1000
        self._until = taken + self._length

    def check(self) -> None:
        """Raises Lost where the lease may have run out; called right before something is sent that cannot be taken back."""
        if time.monotonic() > self._until - self._length / 4:
            raise Lost

    async def keep(self) -> None:
        """Renews the lease until cancelled, or until it is another's."""
        while True:
            await asyncio.sleep(self._length / 4)
            began = time.monotonic()
            with suppress(StoreError):  # tried again; what is written meanwhile is checked by the store itself
                if not await self._boxes.renew(self._hand):
                    self._until = 0.0
                    return
                self._until = began + self._length


@asynccontextmanager
async def kept(boxes: Mailboxes, hand: InHand, taken: float) -> AsyncIterator[Lease]:
    """The lease of what is in hand, taken at that time (`time.monotonic()`), kept alive meanwhile."""
    lease = Lease(boxes, hand, taken)
    keeping = asyncio.create_task(lease.keep())
    try:
        yield lease
    finally:
        keeping.cancel()
