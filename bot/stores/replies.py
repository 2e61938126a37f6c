"""Replies: answers to messages of the HTTP API, kept until the request that waits for them, in whatever process, has them."""

from __future__ import annotations

from typing import cast

from bot.stores.connect import Connection
from bot.stores.keys import key

KEPT = 600  # seconds that answers are kept that nobody fetches


class Replies:
    """Answers as JSON, by workspace, thread and message."""

    def __init__(self, connection: Connection) -> None:
        self._client, self._told = connection.client, connection.told

    async def put(self, workspace: str, thread: str, id: str, text: str, outlasting: bool = False) -> None:
        """Keeps an answer. An `outlasting` one stays when the thread is forgotten. Raises StoreError."""
        with self._told():
            if outlasting:
                await self._client.set(key(workspace, "reply", thread, id), text, ex=KEPT)
                return
            async with self._client.pipeline() as pipe:
                pipe.hset(key(workspace, "replies", thread), id, text)
                pipe.expire(key(workspace, "replies", thread), KEPT)
                await pipe.execute()

    async def take(self, workspace: str, thread: str, id: str) -> bytes | None:
        """The answer, which is then no longer kept; None where it is not there yet. Raises StoreError."""
        with self._told():
            async with self._client.pipeline() as pipe:
                pipe.hget(key(workspace, "replies", thread), id)
                pipe.hdel(key(workspace, "replies", thread), id)
                pipe.getdel(key(workspace, "reply", thread, id))
                kept, _, outlasting = await pipe.execute()
        return cast("bytes | None", kept if kept is not None else outlasting)
