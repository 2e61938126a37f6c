"""Sessions in Redis: the embedded server of a data folder, or the one REDIS_URL names, through the same code.

tunewise:{workspace}:session:{thread}   the session as JSON; expires when not saved for the retention time
tunewise:{workspace}:threads            sorted set of threads by the time they were saved
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from redis import exceptions as redis_errors
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.core.session import SCHEMA, Session
from bot.errors import SettingsError, StoreError
from bot.settings import Settings
from bot.stores import server
from bot.stores.memory import MemorySessions

# Seconds. No retries: a dead server is said to be dead at once; an idle connection that was dropped is renewed anyway.
LIMITS: dict[str, Any] = {"socket_connect_timeout": 3.0, "socket_timeout": 5.0, "retry": Retry(NoBackoff(), 0)}
# Schema version -> what turns a stored session of that version into one of the next.
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


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


def _damaged(thread: str) -> StoreError:
    return StoreError(
        f"The stored session of thread {thread!r} is damaged and left as it is; forget that thread, or start another."
    )


class RedisSessions:
    """The port Sessions over one Redis or Valkey. `where` names it in a phrase; `close` when done."""

    notice: str | None = None

    def __init__(
        self,
        client: Redis,
        *,
        where: str,
        retention_days: int,
        workspace: str = "local",
        embedded: server.Server | None = None,
    ) -> None:
        self.where = where
        self._client, self._embedded, self._seconds = client, embedded, retention_days * 86_400
        self._prefix = f"tunewise:{workspace}:session:"
        self._threads = f"tunewise:{workspace}:threads"

    async def load(self, thread: str) -> Session | None:
        with self._told(thread):
            stored = await self._client.get(self._prefix + thread)
        return None if stored is None else read_session(thread, stored)

    async def save(self, session: Session) -> None:
        """Stores a session, unless what is stored there cannot be read: that is never overwritten."""
        key, now = self._prefix + session.thread, time.time()
        with self._told(session.thread):
            while True:
                async with self._client.pipeline() as pipe:
                    await pipe.watch(key)
                    if (stored := await pipe.get(key)) is not None:
                        read_session(session.thread, stored)
                    pipe.multi()  # type: ignore[no-untyped-call]
                    pipe.set(key, session.model_dump_json(), ex=self._seconds)
                    pipe.zadd(self._threads, {session.thread: now})
                    pipe.zremrangebyscore(self._threads, "-inf", now - self._seconds)
                    pipe.expire(self._threads, self._seconds)
                    try:
                        await pipe.execute()
                    except redis_errors.WatchError:
                        continue  # somebody else saved this thread meanwhile: look again at what is there
                    return

    async def delete(self, thread: str) -> bool:
        """Forgets a thread, readable or not; whether there was one."""
        with self._told():
            async with self._client.pipeline() as pipe:
                pipe.delete(self._prefix + thread)
                pipe.zrem(self._threads, thread)
                gone, _ = await pipe.execute()
        return bool(gone)

    async def last(self) -> str | None:
        with self._told():
            while newest := await self._client.zrevrange(self._threads, 0, 0):
                thread = cast(bytes, newest[0]).decode()
                if await self._client.exists(self._prefix + thread):
                    return thread
                await self._client.zrem(self._threads, thread)  # its session has expired
        return None

    async def close(self) -> None:
        """Leaves the store; the last client of an embedded server stops it."""
        try:
            await self._client.aclose()
        finally:
            if self._embedded is not None:
                await asyncio.to_thread(self._embedded.detach)

    @contextmanager
    def _told(self, thread: str | None = None) -> Iterator[None]:
        """Turns what redis raises into a StoreError of one sentence, with nothing of the URL's password or the data."""
        try:
            yield
        except (redis_errors.RedisError, OSError) as error:
            code = str(error).rpartition("caused error: ")[2].partition(" ")[0]
            if thread is not None and code == "WRONGTYPE":
                raise _damaged(thread) from None
            raise StoreError(f"The store ({self.where}) {_what(error, code)}.") from None


def _what(error: Exception, code: str) -> str:
    """What befell the store, and what to do. Of a server's own text only the code is shown: the rest may quote data."""
    match error:
        case redis_errors.BusyLoadingError():
            return "is still loading its data; try again in a moment"
        case redis_errors.AuthenticationError() | redis_errors.AuthorizationError() | redis_errors.NoPermissionError():
            return "refuses the user or the password; correct REDIS_URL"
        case redis_errors.TimeoutError():
            return "does not answer in time; check that it runs and can be reached, then try again"
        case redis_errors.ReadOnlyError():
            return "is a read-only replica; point REDIS_URL to its primary"
        case redis_errors.OutOfMemoryError():
            return "has no memory left for new data; raise its maxmemory, then try again"
        case redis_errors.ConnectionError() | OSError():
            return "cannot be reached; check that it runs, then try again"
    if code == "MISCONF":
        return "cannot write to its disk; free some space there, then try again"
    return f"answered with an error ({code if code.isupper() else type(error).__name__}); see its log"


async def open_sessions(settings: Settings) -> RedisSessions | MemorySessions:
    """The sessions that the settings ask for, ready to use. Raises StoreError, or SettingsError for a malformed URL."""
    embedded = None
    if settings.redis_url:
        client, where = _at_url(settings.redis_url)
    else:
        try:
            embedded = await asyncio.to_thread(server.attach, settings.data_folder)
        except server.NoServerError as no:
            return MemorySessions(f"Sessions live in memory only, because {no}; set REDIS_URL to keep them.")
        client, where = Redis(unix_socket_path=str(embedded.address), **LIMITS), f"embedded, in {embedded.folder}"
    sessions = RedisSessions(client, where=where, retention_days=settings.retention_days, embedded=embedded)
    try:
        with sessions._told():
            if embedded is None:
                await client.ping()
            else:
                sessions.where = f"embedded {_version(await client.info('server'))} in {embedded.folder}"
    except BaseException:
        await sessions.close()
        raise
    return sessions


def _at_url(url: str) -> tuple[Redis, str]:
    try:
        client = Redis.from_url(url, **LIMITS)
        # Complains here, not at first use, about a part that it does not know.
        client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
    except (ValueError, TypeError):  # their text may hold the password
        raise SettingsError("REDIS_URL cannot be used; write it like redis://user:password@host:6379/0.") from None
    at = client.connection_pool.connection_kwargs
    return client, f"Redis at {at.get('path') or '{host}:{port}'.format(**{'host': 'localhost', 'port': 6379} | at)}"


def _version(info: dict[str, Any]) -> str:
    name = "Valkey" if "valkey_version" in info else "Redis"
    return name + " " + ".".join(str(info[f"{name.lower()}_version"]).split(".")[:2])
