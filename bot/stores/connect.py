"""Connect: the one Redis or Valkey behind everything kept, the embedded server of a data folder or the one REDIS_URL names."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from redis import exceptions as redis_errors
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.errors import SettingsError, StoreError
from bot.settings import Settings
from bot.stores import server

# Seconds. No retries: a dead server is said to be dead at once; an idle connection that was dropped is renewed anyway.
LIMITS: dict[str, Any] = {"socket_connect_timeout": 3.0, "socket_timeout": 5.0, "retry": Retry(NoBackoff(), 0)}
CONNECTIONS = 1000  # of one process at most; the default of the client is too few for many turns at once


class Connection:
    """A reachable store. `where` names it in a phrase, `url` is for libraries that connect by themselves; `close` when done."""

    def __init__(self, client: Redis, where: str, url: str, embedded: server.Server | None = None) -> None:
        self.client, self.where, self.url, self.embedded = client, where, url, embedded

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turns what redis raises into a StoreError of one sentence, with nothing of the URL's password or the data."""
        try:
            yield
        except (redis_errors.RedisError, OSError) as error:
            raise StoreError(f"The store ({self.where}) {what_befell(error)}.") from None

    async def ping(self) -> None:
        """Raises StoreError where the store does not answer."""
        with self.told():
            await self.client.ping()

    async def revive(self) -> bool:
        """Starts an embedded server anew where it has ended; whether there is one that can be. Raises StoreError."""
        if self.embedded is None:
            return False
        await asyncio.to_thread(self.embedded.revive)
        return True

    async def close(self) -> None:
        """Leaves the store; the last client of an embedded server stops it."""
        try:
            await self.client.aclose()
        finally:
            if self.embedded is not None:
                await asyncio.to_thread(self.embedded.detach)


async def connect(settings: Settings) -> Connection:
    """The store that the settings ask for, reachable. Raises StoreError, SettingsError, or NoServerError where none can run."""
    if settings.redis_url:
        connection = _at_url(settings.redis_url)
    else:
        embedded = await asyncio.to_thread(server.attach, settings.data_folder)
        client = Redis(unix_socket_path=str(embedded.address), max_connections=CONNECTIONS, **LIMITS)
        url = f"unix://{quote(str(embedded.address))}"
        connection = Connection(client, f"embedded, in {embedded.folder}", url, embedded)
    try:
        with connection.told():
            if connection.embedded is None:
                await connection.client.ping()
            else:
                version = _version(await connection.client.info("server"))
                connection.where = f"embedded {version} in {connection.embedded.folder}"
    except BaseException:
        await connection.close()
        raise
    return connection


def _at_url(url: str) -> Connection:
    try:
        client = Redis.from_url(url, max_connections=CONNECTIONS, **LIMITS)
        # Complains here, not at first use, about a part that it does not know.
        client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
    except (ValueError, TypeError):  # their text may hold the password
        raise SettingsError("REDIS_URL cannot be used; write it like redis://user:password@host:6379/0.") from None
    at = client.connection_pool.connection_kwargs
    where = f"Redis at {at.get('path') or '{host}:{port}'.format(**{'host': 'localhost', 'port': 6379} | at)}"
    return Connection(client, where, url)


def blocking_url(url: str) -> str:
    """A URL for a client that waits in long reads: many connections, and no time limit on them that would end a wait."""
    bare = re.sub(r"(?<=[?&])(socket_timeout|max_connections)=[^&]*&?", "", url).rstrip("?&")
    return f"{bare}{'&' if '?' in bare else '?'}max_connections={CONNECTIONS}"


def code_of(error: Exception) -> str:
    """The code at the front of a server's error, such as WRONGTYPE."""
    return str(error).rpartition("caused error: ")[2].partition(" ")[0]


def what_befell(error: Exception) -> str:
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
    code = code_of(error)
    if code == "MISCONF":
        return "cannot write to its disk; free some space there, then try again"
    return f"answered with an error ({code if code.isupper() else type(error).__name__}); see its log"


def _version(info: dict[str, Any]) -> str:
    name = "Valkey" if "valkey_version" in info else "Redis"
    return name + " " + ".".join(str(info[f"{name.lower()}_version"]).split(".")[:2])
