"""Mailbox: a thread's mail in order of arrival, the lease of whoever works on it, and how far that work has come.

Every write of a worker checks its lease in the same script, so that one that was thought dead can change nothing.
Mail, sessions and records are JSON here; what they mean is the engine's.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from bot.stores.connect import Connection
from bot.stores.keys import BACKLOG, DEAD, FENCE, TIMERS, key, member, parts_of
from bot.stores.scripting import Scripts
from bot.stores.sessions import erasing

REMEMBERED = 26 * 3600  # seconds that names of mail are remembered; Slack repeats itself for less
PLACE = "place:"


@dataclass(frozen=True)
class Address:
    """A thread of a workspace."""

    workspace: str
    thread: str

    def key(self, kind: str) -> str:
        """The thread's key of that kind."""
        return key(self.workspace, kind, self.thread)

    @property
    def member(self) -> str:
        """What members of sets over all workspaces begin with."""
        return member(self.workspace, self.thread, "")


@dataclass(frozen=True)
class InHand:
    """The mail a worker holds the lease for, with all that is kept about its thread."""

    at: Address
    lease: str
    raw: bytes
    turn: Mapping[str, bytes]  # fields of the turn: record, attempts, starts, place:{post} ...
    session: bytes | None
    thread: Mapping[str, bytes]  # notes, place:{label} ...

    @property
    def places(self) -> dict[str, str]:
        """Label -> place of the thread's posts."""
        return {name.removeprefix(PLACE): at.decode() for name, at in self.thread.items() if name.startswith(PLACE)}


@dataclass(frozen=True)
class Nothing:
    """Why there is nothing to do in a thread now; `after` is in seconds."""

    why: Literal["empty", "held", "lost", "wait"]
    after: float = 0.0


@dataclass(frozen=True)
class Taken:
    """What became of a mail at intake; `over` is how many too many it is in this minute."""

    state: Literal["taken", "again", "limited"]
    waiting: int = 0
    limit: Literal["user", "workspace"] = "user"
    over: int = 0


@dataclass(frozen=True)
class Measures:
    """How much there is in the store, over all workspaces; `oldest` mail arrived then, in seconds since 1970."""

    backlog: int
    oldest: float | None
    timers: int
    dead: int


class Lost(Exception):
    """The lease went to another worker: whatever this one was doing is no longer its own."""


class Mailboxes:
    """All mailboxes of a store. Every method raises StoreError; those that write for a lease raise Lost."""

    def __init__(self, connection: Connection, retention_days: int, owner: str, lease: float) -> None:
        self._scripts, self._client, self._told = Scripts(connection), connection.client, connection.told
        self._keep, self._owner, self.lease_ms = retention_days * 86_400, owner, int(lease * 1000)

    async def put(
        self, at: Address, id: str, by: str, claims: Sequence[str], raw: str, received: float, most: tuple[int, int]
    ) -> Taken:
        """Takes mail in, unless it came before under any of its names. `most` mail a minute of a sender and of a workspace."""
        minute = str(int(time.time()) // 60)
        names = [key(at.workspace, "claim", name) for name in dict.fromkeys((id, *claims))]
        counts = [key(at.workspace, "rate", f"user:{by}", minute), key(at.workspace, "rate", "all", minute)]
        keys = [at.key("mail"), BACKLOG, *counts, *names]
        state, *rest = await self._scripts.run("intake", keys, [raw, at.member + id, received, REMEMBERED, *most])
        if state == b"taken":
            return Taken("taken", waiting=int(rest[0]))
        if state == b"again":
            return Taken("again")
        return Taken("limited", limit="user" if rest[0] == b"user" else "workspace", over=int(rest[1]))

    async def next(self, at: Address, lease: str = "") -> InHand | Nothing:
        """The first mail of a thread, with a lease that is taken, or kept where it is ours already."""
        keys = [*(at.key(kind) for kind in ("mail", "lease", "turn", "session", "thread")), FENCE]
        why, *rest = await self._scripts.run("next", keys, [lease, self._owner, self.lease_ms])
        match why:
            case b"mail":
                held, raw, turn, session, thread = rest
                return InHand(at, held.decode(), raw, _fields(turn), session, _fields(thread))
            case b"wait":
                return Nothing("wait", int(rest[0]) / 1000)
            case b"held":
                return Nothing("held")
            case b"lost":
                return Nothing("lost")
        return Nothing("empty")

    async def renew(self, hand: InHand) -> bool:
        """Keeps the lease; whether it was still ours."""
        return bool(await self._scripts.run("renew", [hand.at.key("lease")], [hand.lease, self.lease_ms]))

    async def give_back(self, hand: InHand) -> None:
        """Gives the lease back with the mail undone, so that another worker can go on at once."""
        await self._scripts.run("renew", [hand.at.key("lease")], [hand.lease, 0])

    async def commit(
        self,
        hand: InHand,
        session: str | None,
        notes: str,
        record: str,
        timers: Sequence[tuple[str, float, str | None]] = (),
    ) -> bool:
        """Saves session (None forgets it), notes, timers and record in one step; False where the session was changed meanwhile."""
        at = hand.at
        kinds = ("mail", "lease", "turn", "session", "thread", "timers")
        keys = [*(at.key(kind) for kind in kinds), key(at.workspace, "threads"), TIMERS]
        digest = hashlib.sha1(hand.session, usedforsecurity=False).hexdigest() if hand.session is not None else ""
        arguments: list[str | bytes | float] = [
            hand.lease,
            hand.raw,
            digest,
            session or "",
            notes,
            record,
            self._keep,
            time.time(),
        ]
        arguments += [at.thread, at.member]
        for name, when, mail in timers:
            arguments += [name, when, mail or ""]
        done = await self._scripts.run("commit", keys, arguments)
        if done == b"lost":
            raise Lost
        return bool(done == b"done")

    async def note(self, hand: InHand, field: str, value: str, label: str | None = None) -> None:
        """Notes a field of the turn; with a label the value is kept as the place of that post too."""
        keys = [hand.at.key(kind) for kind in ("lease", "turn", "thread")]
        if not await self._scripts.run("note", keys, [hand.lease, self._keep, label or "", field, value]):
            raise Lost

    async def postpone(self, hand: InHand, after: float) -> None:
        """Counts an attempt, gives the lease back and has the mail wait for so many seconds."""
        keys = [hand.at.key("lease"), hand.at.key("turn")]
        if not await self._scripts.run("postpone", keys, [hand.lease, int(after * 1000)]):
            raise Lost

    async def finish(self, hand: InHand, id: str, letter: tuple[str, str] | None = None) -> None:
        """Takes the mail off, done, or as a dead letter (its id and JSON)."""
        at, (name, text) = hand.at, letter or ("", "")
        keys = [at.key("mail"), at.key("lease"), at.key("turn"), BACKLOG, DEAD]
        keys += [key(at.workspace, "letter", name), at.key("letters")]
        arguments: list[str | bytes | float] = [
            hand.lease,
            hand.raw,
            at.member + id,
            text,
            member(at.workspace, name),
            name,
        ]
        if not await self._scripts.run("finish", keys, [*arguments, time.time(), self._keep]):
            raise Lost

    async def erase(self, hand: InHand) -> None:
        """Erases the thread, except mail still to be worked on."""
        if not await self.renew(hand):
            raise Lost
        await self._scripts.run("erase", *erasing(hand.at.workspace, hand.at.thread))

    async def ring(self, now: float, at_most: int = 100) -> list[Address]:
        """Delivers the timers that are due; the threads that got mail by it."""
        with self._told():
            due = cast(list[bytes], await self._client.zrangebyscore(TIMERS, "-inf", now, start=0, num=at_most))
        rung = []
        for one in due:
            workspace, thread, name = parts_of(one)
            at = Address(workspace, thread)
            keys = [TIMERS, at.key("timers"), at.key("mail"), BACKLOG]
            if await self._scripts.run("ring", keys, [one, name, at.member, now]):
                rung.append(at)
        return rung

    async def waiting(self, before: float, at_most: int = 1000) -> list[Address]:
        """The threads with mail that arrived before then, oldest first."""
        with self._told():
            found = cast(list[bytes], await self._client.zrangebyscore(BACKLOG, "-inf", before, start=0, num=at_most))
        return list(dict.fromkeys(Address(*parts_of(one)[:2]) for one in found))

    async def idle(self, threads: Sequence[Address]) -> list[Address]:
        """Those of the threads that nobody works on."""
        with self._told():
            async with self._client.pipeline(transaction=False) as pipe:
                for at in threads:
                    pipe.exists(at.key("lease"))
                held = await pipe.execute()
        return [at for at, taken in zip(threads, held, strict=True) if not taken]

    async def measures(self) -> Measures:
        """How much there is now. Dead letters older than the retention time are no longer counted."""
        with self._told():
            async with self._client.pipeline(transaction=False) as pipe:
                pipe.zremrangebyscore(DEAD, "-inf", time.time() - self._keep)
                pipe.zcard(BACKLOG)
                pipe.zrange(BACKLOG, 0, 0, withscores=True)
                pipe.zcard(TIMERS)
                pipe.zcard(DEAD)
                _, backlog, oldest, timers, dead = await pipe.execute()
        return Measures(backlog, float(oldest[0][1]) if oldest else None, timers, dead)


def _fields(flat: Sequence[bytes]) -> dict[str, bytes]:
    return {name.decode(): value for name, value in zip(flat[::2], flat[1::2], strict=True)}
