"""Scripting: the Lua scripts of scripts/, each of which runs in the server as one step that nothing can come between."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from redis.commands.core import AsyncScript

from bot.stores.connect import Connection

FOLDER = Path(__file__).parent / "scripts"


@cache
def source(name: str) -> str:
    """The text of a script."""
    return (FOLDER / f"{name}.lua").read_text(encoding="utf-8")


class Scripts:
    """The scripts as they run on one store; the server is sent a script's text only when it does not know it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, AsyncScript] = {}

    async def run(self, name: str, keys: Sequence[str], arguments: Sequence[str | bytes | float]) -> Any:
        """What a script returns. Raises StoreError."""
        if name not in self._known:
            self._known[name] = self._connection.client.register_script(source(name))
        with self._connection.told():
            return await self._known[name](keys=list(keys), args=list(arguments))
