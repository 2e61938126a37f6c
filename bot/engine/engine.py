"""Engine: turns that are never lost, never doubled and never out of order, for every surface.

A surface registers who handles its mail and who sends its posts, and hands over what reaches it:

    engine = Engine(await connect(settings), retention_days=settings.retention_days)
    engine.register("slack", SlackHandler(talk), SlackCourier(client))
    async with engine:                       # connects the queue; close the connection yourself afterwards
        running = asyncio.create_task(engine.run())   # works off mail; leave it out where other processes do
        receipt = await engine.receive(mail)          # stored when this returns: acknowledge now
        ...
        engine.stop()                                 # no new mail; what is in hand is finished or handed back
        await running

`receive` raises StoreError where the mail was not stored; whoever sent it has to try again then. Every process that runs
`engine.run()` has to register the surfaces whose mail it shall work off.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
import uuid
from contextlib import suppress
from typing import Literal, Self

import structlog

from bot.core.facts import Frozen
from bot.engine.mail import Courier, Handler, Mail
from bot.engine.metrics import Metrics
from bot.engine.pace import Pace
from bot.engine.record import Envelope
from bot.engine.sweeper import Sweeper
from bot.engine.turns import Surface, Turns
from bot.engine.waker import Waker
from bot.errors import BadInput, StoreError
from bot.stores.connect import Connection
from bot.stores.mailbox import Address, Mailboxes, Taken
from bot.stores.queue import Queue

log = structlog.get_logger("tunewise.engine")


class Limits(Frozen):
    """How much mail is taken in a minute of one person and of one workspace, and from how much waiting on people are told."""

    user: int = 30
    workspace: int = 300
    backlog: int = 100


class Receipt(Frozen):
    """What became of a mail at intake: taken, known already (`again`), or refused (`limited`).

    `sentence` is for whoever sent it, where there is something to say: why it was refused, or that it has to wait.
    """

    state: Literal["taken", "again", "limited"]
    waiting: int = 0
    sentence: str | None = None


class Engine:
    """See the module's docstring. One engine a process; it holds no mail in memory."""

    def __init__(
        self,
        connection: Connection,
        *,
        retention_days: int = 180,
        pace: Pace | None = None,
        concurrency: int = 10,
        limits: Limits | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self.connection, self.pace, self.metrics = connection, pace or Pace(), metrics or Metrics()
        self.limits = limits or Limits()
        self._concurrency = concurrency
        owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.boxes = Mailboxes(connection, retention_days, owner, self.pace.lease)
        self.queue = Queue(connection, self.pace.lease)
        self._surfaces: dict[str, Surface] = {}
        self._limits: dict[str, Limits] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self._told_at = float("-inf")
        self.turns = Turns(self.boxes, self.queue, self._surfaces, self.pace, self.metrics)
        self._waker = Waker(self.queue)
        self._sweeper = Sweeper(connection, self.boxes, self.queue, self.pace, self.metrics)

    def register(self, surface: str, handler: Handler, courier: Courier, limits: Limits | None = None) -> None:
        """Has mail of that surface handled and its posts sent by these; `limits` of its own stand instead of the engine's."""
        self._surfaces[surface] = Surface(handler, courier)
        self._limits[surface] = limits or self.limits

    async def __aenter__(self) -> Self:
        await self.queue.open(self.turns.work)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop()
        await self._waker.close()
        with suppress(StoreError):
            await self.queue.close()

    async def receive(self, mail: Mail, tell: bool = True) -> Receipt:
        """Stores mail, once however often it comes. Raises StoreError where it could not be stored.

        With `tell` the courier says the receipt's sentence, once a minute; without it that is the caller's to do.
        """
        if "\n" in f"{mail.workspace}{mail.thread}{mail.id}":
            raise BadInput("Names of workspaces, threads and messages are of one line.")
        at, raw = Address(mail.workspace, mail.thread), Envelope(mail=mail).model_dump_json()
        limits = self._limits.get(mail.surface, self.limits)
        most = (limits.user, limits.workspace)
        with self.metrics.stage.labels("intake").time():
            taken = await self.boxes.put(at, mail.id, mail.by, mail.claims, raw, mail.received, most)
        if taken.state != "limited":
            self._waker.wake(at)
        self.metrics.received.labels(taken.state).inc()
        sentence, first = self._sentence(taken)
        if sentence and tell and first and mail.surface in self._surfaces:
            told = asyncio.create_task(self._tell(mail, sentence))
            self._telling.add(told)
            told.add_done_callback(self._telling.discard)
        return Receipt(state=taken.state, waiting=taken.waiting, sentence=sentence)

    def _sentence(self, taken: Taken) -> tuple[str | None, bool]:
        """What to tell the sender, and whether they were not told in this minute."""
        if taken.state == "limited":
            who = "you sent" if taken.limit == "user" else "your workspace sent"
            said = f"That is more than I can take at once: {who} too many messages in a minute. Please try again in a minute."
            return said, taken.over == 1
        if taken.state == "taken" and taken.waiting > self.limits.backlog:
            said = f"Many are asking at the moment, {taken.waiting - 1} before you. Your message is kept, and I will answer."
            return said, time.monotonic() - self._told_at > 5
        return None, False

    async def _tell(self, mail: Mail, sentence: str) -> None:
        self._told_at = time.monotonic()
        try:
            await self._surfaces[mail.surface].courier.apologise(mail, sentence, ours=False)
        except Exception as error:
            log.warning("not told", workspace=mail.workspace, error=type(error).__name__)

    async def measure(self) -> bytes:
        """The metrics, with how much there is in the store now, in Prometheus's text format."""
        try:
            found = await self.boxes.measures()
        except StoreError:
            self.metrics.store_up.set(0)
            return self.metrics.text()
        self.metrics.store_up.set(1)
        self.metrics.depth.set(found.backlog)
        self.metrics.age.set(max(0.0, time.time() - found.oldest) if found.oldest else 0)
        self.metrics.timers.set(found.timers)
        self.metrics.dead.set(found.dead)
        return self.metrics.text()

    async def run(self) -> None:
        """Works off mail until `stop`, then finishes what is in hand, or hands it back after the grace time."""
        sweeping = asyncio.create_task(self._sweeper.run())
        working = asyncio.create_task(self.queue.run(self._concurrency))
        stopped = asyncio.create_task(self.turns.stopping.wait())
        try:
            await asyncio.wait({sweeping, working, stopped}, return_when=asyncio.FIRST_COMPLETED)
            for task in (sweeping, working):
                if task.done():
                    task.result()  # neither ends by itself: what ended it is a defect to be told
        finally:
            self.turns.stopping.set()
            stopped.cancel()
            await self._finish(working)
            await _ended(sweeping, within=1.0)

    async def _finish(self, working: asyncio.Task[None]) -> None:
        """Waits for turns in hand, then cancels them, which gives their leases back."""
        working.cancel()
        until = time.monotonic() + self.pace.grace
        while self.turns.in_hand and not working.done() and time.monotonic() < until:
            await asyncio.wait({working}, timeout=0.05)
        if self.turns.in_hand:
            log.warning("handing back", turns=len(self.turns.in_hand))
            for turn in set(self.turns.in_hand):
                turn.cancel()
            await asyncio.wait({working}, timeout=1.0)
        await _ended(working, within=1.0)

    def stop(self) -> None:
        """Ends `run`; takes no further mail to work on."""
        self.turns.stopping.set()


async def _ended(task: asyncio.Task[None], within: float) -> None:
    """Cancels a task until it ends, for so many seconds: one that is just connecting may miss it."""
    until = time.monotonic() + within
    while not task.done() and time.monotonic() < until:
        task.cancel()
        await asyncio.wait({task}, timeout=0.2)
