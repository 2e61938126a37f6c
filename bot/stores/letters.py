"""Letters: the dead letters of all workspaces, for operators."""

from __future__ import annotations

import time
from typing import cast

from bot.stores.connect import Connection
from bot.stores.keys import BACKLOG, DEAD, key, member, parts_of
from bot.stores.mailbox import Address
from bot.stores.scripting import Scripts


class Letters:
    """Dead letters as JSON, by workspace and id."""

    def __init__(self, connection: Connection) -> None:
        self._client, self._told, self._scripts = connection.client, connection.told, Scripts(connection)

    async def all(self) -> list[tuple[str, bytes]]:
        """Workspace and JSON of every letter, oldest first. Raises StoreError."""
        with self._told():
            members = cast("list[bytes]", await self._client.zrange(DEAD, 0, -1))
            places = [parts_of(one) for one in members]
            names = [key(where, "letter", id) for where, id in places]
            found = cast("list[bytes | None]", await self._client.mget(names) if names else [])
            gone = [one for one, text in zip(members, found, strict=True) if text is None]
            if gone:  # expired
                await self._client.zrem(DEAD, *gone)
        return [(where, text) for (where, _), text in zip(places, found, strict=True) if text is not None]

    async def retry(self, at: Address, id: str, mail: str, raw: str) -> bool:
        """Puts the mail of a letter back at the end of its thread's, as `raw`; False where the letter is gone. Raises StoreError."""
        keys = [DEAD, key(at.workspace, "letter", id), at.key("letters"), at.key("mail"), BACKLOG]
        arguments: list[str | bytes | float] = [member(at.workspace, id), id, raw, at.member + mail, time.time()]
        return bool(await self._scripts.run("revive", keys, arguments))
