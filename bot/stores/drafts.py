"""Drafts: who shows an answer while it comes, and where it stands, so that another worker can go on from there.

tunewise:{workspace}:slack:draft:{mail}    hash: `token` of whoever has it, `place` once that is known; expires
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from redis.exceptions import WatchError

from bot.stores.connect import Connection

KEPT = 86_400  # seconds in which a mail is worked on again, at most


class RedisDrafts:
    """The drafts of one workspace's mail. A draft belongs to whoever claimed it or took it over last, known by a token."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._client = connection, connection.client

    async def claim(self, team: str, mail: str, token: str) -> bool:
        """Claims the draft of a mail; False where somebody has, or had, it."""
        name = _name(team, mail)
        with self._connection.told():
            async with self._client.pipeline() as pipe:
                pipe.hsetnx(name, "token", token)
                pipe.expire(name, KEPT)
                claimed, _ = await pipe.execute()
        return bool(claimed)

    async def take(self, team: str, mail: str, token: str) -> str | None:
        """Takes a draft over from whoever claimed it: where it stands, "" where that was not written, None without one."""
        name = _name(team, mail)
        with self._connection.told():
            if not await self._client.exists(name):
                return None
            async with self._client.pipeline() as pipe:
                pipe.hset(name, "token", token)
                pipe.hget(name, "place")
                pipe.expire(name, KEPT)
                _, place, _ = await pipe.execute()
        return str(place.decode()) if place else ""

    async def place(self, team: str, mail: str, token: str, place: str) -> bool:
        """Writes where a draft stands; False where it was taken over meanwhile."""
        return await self._if_mine(_name(team, mail), token, lambda pipe, name: pipe.hset(name, "place", place))

    async def where(self, team: str, mail: str) -> str:
        """Where a draft stands as whoever has it wrote down, "" where nobody did."""
        with self._connection.told():
            found = await self._client.hget(_name(team, mail), "place")
        return found.decode() if isinstance(found, bytes) else ""

    async def drop(self, team: str, mail: str, token: str) -> None:
        """Lets go of a draft of which nothing was begun, unless it was taken over."""
        await self._if_mine(_name(team, mail), token, lambda pipe, name: pipe.delete(name))

    async def _if_mine(self, name: str, token: str, do: Callable[[Any, str], Any]) -> bool:
        """Does something with a draft that has this token; whether it had."""
        with self._connection.told():
            async with self._client.pipeline() as pipe:
                await pipe.watch(name)
                if await pipe.hget(name, "token") not in (token, token.encode()):
                    return False
                pipe.multi()  # type: ignore[no-untyped-call]
                do(pipe, name)
                try:
                    await pipe.execute()
                except WatchError:  # taken over just now
                    return False
        return True


def _name(team: str, mail: str) -> str:
    return f"tunewise:{team}:slack:draft:{mail}"
