"""Ledger: what the Slack surface keeps across threads, in the store of the sessions, through the same client.

tunewise:{workspace}:slack:thread:{channel}:{ts}    the session's key of a thread that is ours
tunewise:{workspace}:slack:case:{key}               a case as Home lists it, JSON
tunewise:{workspace}:slack:by:{user}                sorted set of case keys by the time of their last change
tunewise:{workspace}:slack:in:{channel}             the same for a channel, cases shared to it included
tunewise:{workspace}:slack:settings                 what the admins of the workspace set, JSON; kept until it is set anew
tunewise:{workspace}:slack:changes                  hash: channel -> how often it changed; `*` for all channels
tunewise:slack:feedback                             hash: id -> feedback, JSON
tunewise:slack:feedback:ids                         sorted set of those ids by time
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from bot.core.facts import Frozen
from bot.stores.connect import Connection

ALL = "*"  # stands for every channel of a workspace
CHANGES_KEPT = 86_400  # seconds after the last change; whoever remembers a channel does so for less


class RedisLedger:
    """The ledger over one Redis or Valkey. `case_type` and `feedback_type` are the values that it gives back."""

    def __init__(
        self, connection: Connection, retention_days: int, case_type: type[Frozen], feedback_type: type[Frozen]
    ) -> None:
        self._connection, self._client = connection, connection.client
        self._seconds = retention_days * 86_400
        self._case_type, self._feedback_type = case_type, feedback_type

    async def own(self, team: str, channel: str, root: str, key: str) -> None:
        """Makes the thread under a message ours."""
        await self._told(self._client.set(_thread(team, channel, root), key, ex=self._seconds))

    async def owner(self, team: str, channel: str, root: str) -> str | None:
        """The session's key of a thread of ours, else None. Asked of the store each time: another process may have forgotten it."""
        found = await self._told(self._client.get(_thread(team, channel, root)))
        return None if found is None else str(found.decode())

    async def put(self, case: Any) -> None:
        """Lists a case, or lists it anew; its thread stays ours for as long."""
        base = f"tunewise:{case.team}:slack"
        lists = [f"{base}:by:{case.by}", *(f"{base}:in:{channel}" for channel in (case.channel, *case.shared))]
        async with self._client.pipeline() as pipe:
            pipe.set(f"{base}:case:{case.key}", case.model_dump_json(), ex=self._seconds)
            pipe.expire(_thread(case.team, case.channel, case.root), self._seconds)
            for name in lists:
                pipe.zadd(name, {case.key: case.updated})
                pipe.zremrangebyscore(name, "-inf", case.updated - self._seconds)
                pipe.expire(name, self._seconds)
            await self._told(pipe.execute())

    async def case(self, team: str, key: str) -> Any:
        """A listed case, None where there is none."""
        stored = await self._told(self._client.get(f"tunewise:{team}:slack:case:{key}"))
        return None if stored is None else self._read(self._case_type, stored)

    async def drop(self, team: str, key: str, channel: str, root: str) -> None:
        """Takes a case off every list; the thread under a message, in which it was told, is no longer ours."""
        await self.unlist(team, key)
        await self._told(self._client.delete(_thread(team, channel, root)))

    async def unlist(self, team: str, key: str) -> None:
        """Takes a case off every list; its thread stays ours."""
        base = f"tunewise:{team}:slack"
        case = await self.case(team, key)
        async with self._client.pipeline() as pipe:
            pipe.delete(f"{base}:case:{key}")
            if case is not None:
                for name in (f"{base}:by:{case.by}", *(f"{base}:in:{c}" for c in (case.channel, *case.shared))):
                    pipe.zrem(name, key)
            await self._told(pipe.execute())

    async def cases(self, team: str, user: str, channels: Iterable[str], most: int = 100) -> list[Any]:
        """The cases that a person started, and those of these channels or shown there, the latest first."""
        base = f"tunewise:{team}:slack"
        async with self._client.pipeline(transaction=False) as pipe:
            for name in (f"{base}:by:{user}", *(f"{base}:in:{channel}" for channel in channels)):
                pipe.zrevrange(name, 0, most - 1)
            keys = list(dict.fromkeys(key.decode() for found in await self._told(pipe.execute()) for key in found))
        if not keys:
            return []
        stored = await self._told(self._client.mget([f"{base}:case:{key}" for key in keys]))
        found = [self._read(self._case_type, each) for each in stored if each is not None]
        return sorted((case for case in found if case is not None), key=lambda case: -case.updated)[:most]

    async def settings(self, team: str) -> str | None:
        """What the admins of a workspace set, as JSON; None where they set nothing."""
        stored = await self._told(self._client.get(f"tunewise:{team}:slack:settings"))
        return None if stored is None else str(stored.decode())

    async def set_settings(self, team: str, settings: str) -> None:
        """Keeps what an admin set, until it is set anew."""
        await self._told(self._client.set(f"tunewise:{team}:slack:settings", settings))

    async def changed(self, team: str, channel: str) -> None:
        """Notes that something about a channel has changed."""
        name = f"tunewise:{team}:slack:changes"
        async with self._client.pipeline() as pipe:
            for field in (channel, ALL):
                pipe.hincrby(name, field, 1)
            pipe.expire(name, CHANGES_KEPT)
            await self._told(pipe.execute())

    async def changes(self, team: str, channel: str) -> tuple[int, int]:
        """How many changes were noted of this channel, and of all channels of the workspace."""
        found = await self._told(self._client.hmget(f"tunewise:{team}:slack:changes", [channel, ALL]))
        one, every = (int(each or 0) for each in found)
        return one, every

    async def add_feedback(self, team: str, id: str, feedback: Any) -> None:
        """Keeps feedback; the same id again replaces it."""
        now = time.time()
        async with self._client.pipeline() as pipe:
            pipe.hset("tunewise:slack:feedback", id, feedback.model_dump_json())
            pipe.zadd("tunewise:slack:feedback:ids", {id: feedback.at})
            old = await self._told(
                self._client.zrangebyscore("tunewise:slack:feedback:ids", "-inf", now - self._seconds)
            )
            if old:
                pipe.hdel("tunewise:slack:feedback", *old)
                pipe.zrem("tunewise:slack:feedback:ids", *old)
            await self._told(pipe.execute())

    async def forget_feedback(self, key: str, by: str | None = None) -> None:
        """Takes the case and the names and words of people, or of one of them, out of the feedback given in a thread.

        What no longer has a name gets an id that tells neither the person nor the thread.
        """
        every = await self._told(self._client.zrange("tunewise:slack:feedback:ids", 0, -1))
        ids = [id for id in every if id.decode().startswith(f"{key}:")]
        if not ids:
            return
        async with self._client.pipeline() as pipe:
            for id, stored in zip(
                ids, await self._told(self._client.hmget("tunewise:slack:feedback", ids)), strict=True
            ):
                left = None if stored is None else self._read(self._feedback_type, stored)
                left = None if left is None else left.forgotten(by)
                kept = id if left is not None and left.by else f"forgotten:{uuid.uuid4().hex}".encode()
                if kept != id:
                    pipe.hdel("tunewise:slack:feedback", id)
                    pipe.zrem("tunewise:slack:feedback:ids", id)
                if left is not None:
                    pipe.hset("tunewise:slack:feedback", kept, left.model_dump_json())
                    pipe.zadd("tunewise:slack:feedback:ids", {kept: left.at})
            await self._told(pipe.execute())

    async def feedback(self) -> list[Any]:
        """All feedback, the latest first."""
        ids = await self._told(self._client.zrevrange("tunewise:slack:feedback:ids", 0, -1))
        if not ids:
            return []
        stored = await self._told(self._client.hmget("tunewise:slack:feedback", ids))
        found = [self._read(self._feedback_type, each) for each in stored if each is not None]
        return [each for each in found if each is not None]

    def _read(self, kind: type[Frozen], stored: bytes) -> Any:
        """A stored value, None where an older or newer Tunewise wrote it in a way that cannot be read."""
        try:
            return kind.model_validate_json(stored)
        except ValidationError:
            return None

    async def _told(self, work: Any) -> Any:
        with self._connection.told():
            return await work


def _thread(team: str, channel: str, root: str) -> str:
    return f"tunewise:{team}:slack:thread:{channel}:{root}"
