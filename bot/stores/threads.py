"""Threads: a thread as it is stored - session, what its surface keeps beside it, mail still waiting - read in one step."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from bot.core.session import Session
from bot.stores.connect import Connection
from bot.stores.mailbox import Address
from bot.stores.sessions import read_session


class Stored(NamedTuple):
    """A thread: its session, if there is one, the notes beside it, and how much mail waits to be worked on."""

    session: Session | None
    notes: dict[str, Any]
    waiting: int


async def read_thread(connection: Connection, workspace: str, thread: str) -> Stored:
    """What is kept of a thread. Raises StoreError."""
    at = Address(workspace, thread)
    with connection.told():
        async with connection.client.pipeline(transaction=True) as pipe:
            pipe.get(at.key("session"))
            pipe.hget(at.key("thread"), "notes")
            pipe.llen(at.key("mail"))
            session, notes, waiting = await pipe.execute()
    kept = json.loads(notes) if notes else {}
    return Stored(read_session(thread, session) if session else None, kept, int(waiting))
