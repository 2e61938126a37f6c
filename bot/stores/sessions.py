"""Sessions in Redis, through the same code for every server. Where each key lies: keys.py."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from redis import exceptions as redis_errors

from bot.core.session import SCHEMA, Session
from bot.errors import Damaged, Stale, StoreError
from bot.settings import Settings
from bot.stores.connect import Connection, code_of, connect, what_befell
from bot.stores.keys import DEAD, TIMERS, key, member
from bot.stores.memory import MemorySessions
from bot.stores.scripting import Scripts
from bot.stores.server import NoServerError


def _who_started(record: dict[str, Any]) -> dict[str, Any]:
    people = (line["by"] for line in record.get("transcript", ()) if line["by"] != "tunewise")
    return record | {"started_by": next(people, None)}


# Schema version -> what turns a stored session of that version into one of the next. None is ever taken away.
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: _who_started,
    2: lambda record: record,
    3: lambda record: record,
}


def read_session(thread: str, stored: bytes | str) -> Session:
    """A stored session, brought up to today's schema. Raises StoreError, naming the thread, where that fails."""
    try:
        record = json.loads(stored)
        version = int(record["schema_version"])
        if version > SCHEMA:
            raise StoreError(
                f"The session of thread {thread!r} was saved by a newer Tunewise (schema {version}, this one reads "
                f"{SCHEMA}) and is left as it is; update Tunewise to go on there."
            )
        for step in range(version, SCHEMA):
            record = MIGRATIONS[step](record) | {"schema_version": step + 1}
        session = Session.model_validate_json(json.dumps(record))
        if session.thread != thread:
            raise ValueError("another thread's session")
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _damaged(thread) from None
    return session


def _damaged(thread: str) -> Damaged:
    return Damaged(
        f"The stored session of thread {thread!r} is damaged and left as it is; forget that thread, or start another."
    )


class RedisSessions:
    """The port Sessions over one Redis or Valkey. `where` names it in a phrase; `close` when done."""

    notice: str | None = None

    def __init__(self, connection: Connection, *, retention_days: int, workspace: str = "local") -> None:
        self._connection, self._client = connection, connection.client
        self._seconds, self.workspace = retention_days * 86_400, workspace
        self._threads = key(workspace, "threads")
        self._scripts = Scripts(connection)

    @property
    def where(self) -> str:
        """Names the store in a phrase."""
        return self._connection.where

    def _key(self, thread: str) -> str:
        return key(self.workspace, "session", thread)

    async def load(self, thread: str) -> Session | None:
        with self._told(thread):
            stored = await self._client.get(self._key(thread))
        return None if stored is None else read_session(thread, stored)

    async def save(self, session: Session, instead_of: Session | None = None) -> None:
        """Stores a session, unless what is stored there cannot be read: that is never overwritten.

        With `instead_of`, only where what is stored is still that session; else it raises Stale. An empty `instead_of`
        stands for nothing stored.
        """
        place, now = self._key(session.thread), time.time()
        with self._told(session.thread):
            while True:
                async with self._client.pipeline() as pipe:
                    await pipe.watch(place)
                    stored = await pipe.get(place)
                    before = Session(thread=session.thread) if stored is None else read_session(session.thread, stored)
                    if instead_of is not None and before != instead_of:
                        raise Stale("Somebody else wrote in this thread at the same time; say it again.")
                    pipe.multi()  # type: ignore[no-untyped-call]
                    pipe.set(place, session.model_dump_json(), ex=self._seconds)
                    pipe.zadd(self._threads, {session.thread: now})
                    pipe.zremrangebyscore(self._threads, "-inf", now - self._seconds)
                    pipe.expire(self._threads, self._seconds)
                    try:
                        await pipe.execute()
                    except redis_errors.WatchError:
                        continue  # somebody else saved this thread meanwhile: look again at what is there
                    return

    async def delete(self, thread: str) -> bool:
        """Forgets a thread, readable or not, with everything derived from it; whether there was one."""
        return bool(await self._scripts.run("erase", *erasing(self.workspace, thread)))

    async def last(self) -> str | None:
        with self._told():
            while newest := await self._client.zrevrange(self._threads, 0, 0):
                thread = cast(bytes, newest[0]).decode()
                if await self._client.exists(self._key(thread)):
                    return thread
                await self._client.zrem(self._threads, thread)  # its session has expired
        return None

    async def close(self) -> None:
        """Leaves the store; the last client of an embedded server stops it."""
        await self._connection.close()

    @contextmanager
    def _told(self, thread: str | None = None) -> Iterator[None]:
        try:
            yield
        except (redis_errors.RedisError, OSError) as error:
            if thread is not None and code_of(error) == "WRONGTYPE":
                raise _damaged(thread) from None
            raise StoreError(f"The store ({self.where}) {what_befell(error)}.") from None


def erasing(workspace: str, thread: str) -> tuple[list[str], list[str]]:
    """Keys and arguments of the script that erases a thread: all but the mail still to be worked on."""
    kinds = ("session", "thread", "timers", "letters", "replies")
    keys = [*(key(workspace, kind, thread) for kind in kinds), key(workspace, "threads"), TIMERS, DEAD]
    return keys, [thread, member(workspace, thread, ""), member(workspace, ""), key(workspace, "letter", "")]


async def open_sessions(settings: Settings) -> RedisSessions | MemorySessions:
    """The sessions that the settings ask for, ready to use. Raises StoreError, or SettingsError for a malformed URL."""
    try:
        connection = await connect(settings)
    except NoServerError as no:
        return MemorySessions(f"Sessions live in memory only, because {no}; set REDIS_URL to keep them.")
    return RedisSessions(connection, retention_days=settings.retention_days)
