"""Showing: the text of an answer while it is being made, kept for whoever looks on, in whatever process, until the answer stands.

tunewise:{workspace}:showing:{ticket}   a stream of one entry: the text so far, or nothing but the mark that it has ended

The whole text is kept each time instead of the pieces: who comes late misses nothing, and a turn that is begun again by
another worker starts with its own text. Nothing of this is needed for the answer itself.
"""

from __future__ import annotations

from typing import Any, cast

from bot.core.facts import Frozen
from bot.stores.connect import Connection
from bot.stores.keys import key

KEPT = 60  # seconds after the last change; what has ended is empty at once
FIRST = "0-0"


class Sight(Frozen):
    """What is shown: `at` names it, to ask for what comes after it; `text` is None where it has ended."""

    at: str
    text: str | None


class Showings:
    """Texts that are being made, by workspace and ticket."""

    def __init__(self, connection: Connection) -> None:
        self._client, self._told = connection.client, connection.told

    async def put(self, workspace: str, ticket: str, text: str) -> None:
        """Shows the text so far instead of what was shown before. Raises StoreError."""
        await self._add(key(workspace, "showing", ticket), {"text": text})

    async def end(self, workspace: str, ticket: str) -> None:
        """Shows no more: the answer is there, or will be soon. Raises StoreError."""
        await self._add(key(workspace, "showing", ticket), {"end": ""})

    async def after(self, workspace: str, ticket: str, at: str, within: float) -> Sight | None:
        """What is shown after `at`; None where that does not change within so many seconds. Raises StoreError.

        Keep `within` well under the client's time limit: a connection of its own waits as long.
        """
        name = key(workspace, "showing", ticket)
        with self._told():
            found: Any = await self._client.xread({name: at}, count=1, block=max(1, int(within * 1000)))
        if not found:
            return None
        entries = found[0][1] if isinstance(found, list) else next(iter(found.values()))[0]
        id, fields = entries[-1]
        text = fields.get(b"text")
        return Sight(at=id.decode(), text=None if text is None else text.decode())

    async def _add(self, name: str, fields: dict[str, str]) -> None:
        with self._told():
            async with self._client.pipeline() as pipe:
                pipe.xadd(name, cast("Any", fields), maxlen=1, approximate=False)
                pipe.expire(name, KEPT)
                await pipe.execute()
