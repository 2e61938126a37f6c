"""Turns: the mail of one thread worked off in order - handled, committed, delivered - whatever dies in between."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError

from bot.core.session import Session
from bot.engine.delivery import deliver
from bot.engine.lease import Lease, kept
from bot.engine.mail import Courier, Handler, Mail, Thread
from bot.engine.metrics import Metrics
from bot.engine.pace import Pace
from bot.engine.record import Envelope, Letter, Record, id_of, record_of
from bot.errors import BadInput, Passing, StoreError
from bot.stores.mailbox import Address, InHand, Lost, Mailboxes
from bot.stores.queue import Queue
from bot.stores.sessions import read_session

log = structlog.get_logger("tunewise.turns")
PASSING = (Passing, TimeoutError, OSError)
STATUS_TIME = 2.0  # seconds that showing "working on it" may hold up a turn


@dataclass(frozen=True)
class Surface:
    """Who handles a surface's mail and sends its posts."""

    handler: Handler
    courier: Courier


class Turns:
    """Works off mail. `stopping` set, it takes no further mail after the one in hand."""

    def __init__(
        self, boxes: Mailboxes, queue: Queue, surfaces: Mapping[str, Surface], pace: Pace, metrics: Metrics
    ) -> None:
        self._boxes, self._queue, self._surfaces, self._pace, self._metrics = boxes, queue, surfaces, pace, metrics
        self.stopping = asyncio.Event()
        self.in_hand: set[asyncio.Task[Any]] = set()

    async def work(self, workspace: str, thread: str) -> None:
        """Works off a thread's mail, unless another worker does. Raises StoreError where the store fails; nothing is lost then."""
        if self.stopping.is_set():
            return
        at, taken = Address(workspace, thread), time.monotonic()
        hand = await self._boxes.next(at)
        if not isinstance(hand, InHand):
            return
        if task := asyncio.current_task():
            self.in_hand.add(task)
        self._metrics.working.inc()
        try:
            async with kept(self._boxes, hand, taken) as lease:
                await self._loop(hand, lease)
        except Lost:
            self._metrics.turns.labels("lost").inc()
            log.warning("lost", workspace=workspace, thread=thread)
        except asyncio.CancelledError:
            await asyncio.shield(self._hand_back(hand))
            raise
        finally:
            self._metrics.working.dec()
            if task:
                self.in_hand.discard(task)

    async def _loop(self, hand: InHand, lease: Lease) -> None:
        following: Any = hand
        while isinstance(following, InHand):
            if not await self._turn(following, lease):
                return
            if self.stopping.is_set():
                await self._hand_back(following)
                return
            following = await self._boxes.next(hand.at, hand.lease)
        if following.why == "lost":
            raise Lost

    async def _hand_back(self, hand: InHand) -> None:
        with suppress(StoreError):
            await self._boxes.give_back(hand)
            await self._queue.add(hand.at.workspace, hand.at.thread)
            self._metrics.turns.labels("handed_back").inc()

    async def _turn(self, hand: InHand, lease: Lease) -> bool:
        """One mail through, or one step of it; whether to go on with the next."""
        try:
            envelope = Envelope.model_validate_json(hand.raw)
        except ValidationError:  # written by a newer version, one of whose workers can read it
            await self._boxes.postpone(hand, self._pace.longest_wait)
            log.error("unreadable mail", workspace=hand.at.workspace, thread=hand.at.thread)
            return False
        mail, record = envelope.mail, envelope.undelivered
        if "record" in hand.turn:
            record = Record.model_validate_json(hand.turn["record"])
        turn = id_of(mail, "turn")
        told = log.bind(turn=turn, workspace=mail.workspace, thread=mail.thread, kind=mail.kind)
        began, waited = time.monotonic(), time.time() - mail.received
        if int(hand.turn.get("starts", 1)) > 1 and "attempts" not in hand.turn:
            self._metrics.taken_over.inc()
        try:
            if int(hand.turn.get("starts", 1)) > self._pace.crashes and (record is None or not record.sorry):
                raise RuntimeError(f"{self._pace.crashes} workers ended while they worked on it")
            surface = self._surfaces.get(mail.surface)
            if surface is None:
                raise Passing(f"no worker here serves {mail.surface}")
            fresh = record is None
            if record is None:
                record = await self._handled(hand, surface, mail)
                if record is None:
                    return True  # the session was changed by somebody else: once more with what it is now
            if record.sorry is not None:
                await self._apologise(hand, surface.courier, envelope, record)
                return True
            with self._metrics.stage.labels("deliver").time():
                settle = float(getattr(surface.courier, "settle", self._pace.settle))
                await deliver(
                    self._boxes, hand, lease, surface.courier, mail, record, settle, self._metrics, fresh
                )  # fmt: skip
            await self._boxes.finish(hand, mail.id)
        except (Lost, StoreError):
            raise
        except Exception as error:
            return await self._failed(hand, envelope, record, error, told)
        self._metrics.stage.labels("queued").observe(max(0.0, waited))
        self._metrics.turns.labels("done").inc()
        told.info("done", seconds=round(time.monotonic() - began, 3), queued=round(waited, 3), posts=len(record.posts))
        return True

    async def _handled(self, hand: InHand, surface: Surface, mail: Mail) -> Record | None:
        """The committed record of a mail, or None where the session was changed meanwhile."""
        status = asyncio.create_task(surface.courier.working(mail))
        try:
            with self._metrics.stage.labels("handle").time():
                session = read_session(mail.thread, hand.session) if hand.session else Session(thread=mail.thread)
                notes = _json(hand.thread.get("notes", b"{}"))
                outcome = await surface.handler.handle(Thread(session=session, notes=notes, places=hand.places), mail)
            if outcome.session.thread != mail.thread:
                raise ValueError("the outcome is another thread's")
        except StoreError as error:  # of the handler: the engine's own store answers
            raise Passing(str(error)) from error
        finally:
            await asyncio.wait({status}, timeout=STATUS_TIME)
            status.cancel()
            if status.done() and not status.cancelled():
                status.exception()  # seen; showing that something is worked on may fail
        record = record_of(mail, outcome)
        timers = [
            (t.key, t.at, Envelope(mail=t.mail).model_dump_json() if t.mail else None)
            for t in ([] if outcome.forget else outcome.timers)
        ]
        with self._metrics.stage.labels("commit").time():
            done = await self._boxes.commit(
                hand,
                None if outcome.forget else outcome.session.model_dump_json(),
                json.dumps(outcome.notes),
                record.model_dump_json(),
                timers,
            )
        return record if done else None

    async def _failed(
        self, hand: InHand, envelope: Envelope, record: Record | None, error: Exception, told: Any
    ) -> bool:
        """Has the mail wait and be tried again, or ends it with a word to whoever sent it."""
        mail, attempts = envelope.mail, int(hand.turn.get("attempts", 0)) + 1
        if isinstance(error, PASSING) and attempts < self._pace.attempts:
            after = self._pace.wait(attempts - 1, getattr(error, "after", None))
            await self._boxes.postpone(hand, after)
            await self._queue.add(mail.workspace, mail.thread, after)
            self._metrics.turns.labels("retried").inc()
            told.warning("retry", attempt=attempts, after=round(after, 2), error=type(error).__name__)
            return False
        if record is not None and record.sorry is not None:  # not even the apology works
            told.error("apology failed", error=type(error).__name__)
            await self._end(hand, envelope, record)
            return True
        if isinstance(error, BadInput):
            sorry = Record(sorry=str(error))
            self._metrics.turns.labels("refused").inc()
            told.info("refused", error=type(error).__name__)
        else:
            letter = id_of(mail, f"letter {time.time()}")[:10]
            sorry = Record(
                posts=record.posts if record else (),
                forget=record.forget if record else False,
                sorry=f"Something went wrong here and your message could not be worked on. Please quote reference {letter}.",
                letter=letter,
                reason=str(error) if isinstance(error, Passing) else place_of(error),
                attempts=attempts,
            )
            self._metrics.turns.labels("dead").inc()
            told.error("dead", letter=letter, attempts=attempts, error=place_of(error))
        await self._boxes.note(hand, "attempts", "0")
        await self._boxes.note(hand, "record", sorry.model_dump_json())
        return True  # the next step apologises, and does so too where this worker dies now

    async def _apologise(self, hand: InHand, courier: Courier, envelope: Envelope, record: Record) -> None:
        if (give_up := getattr(courier, "give_up", None)) is not None:
            await give_up(envelope.mail)
        await courier.apologise(envelope.mail, record.sorry or "", ours=record.letter is not None)
        await self._end(hand, envelope, record)

    async def _end(self, hand: InHand, envelope: Envelope, record: Record) -> None:
        letter = None
        if record.letter:
            left = None
            if record.posts or record.forget:
                unsent = tuple(out for out in record.posts if f"place:{out.id}" not in hand.turn)
                left = Record(posts=unsent, forget=record.forget)
            dead = Envelope(mail=envelope.mail, undelivered=left or envelope.undelivered)
            written = Letter(
                id=record.letter, at=time.time(), reason=record.reason, attempts=record.attempts, envelope=dead
            )  # fmt: skip
            letter = (record.letter, written.model_dump_json())
        await self._boxes.finish(hand, envelope.mail.id, letter)


def _json(raw: bytes) -> dict[str, Any]:
    found = json.loads(raw)
    return found if isinstance(found, dict) else {}


def place_of(error: Exception) -> str:
    """What kind of error it was and where it was raised: its own text may quote what somebody wrote."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else ""
    return type(error).__name__ + at
