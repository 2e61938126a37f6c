"""Export: all that is kept about a thread, for people who ask."""

from __future__ import annotations

import json
from typing import Any

from bot.stores.connect import Connection
from bot.stores.keys import key
from bot.stores.mailbox import Address


async def export(connection: Connection, workspace: str, thread: str) -> dict[str, Any] | None:
    """Session, notes, places of posts, timers, mail not done and dead letters, as JSON; None where nothing is kept.

    Also kept, and not in here because they say nothing: for 26 hours that an event was seen, for two minutes how many
    messages somebody sent. Raises StoreError.
    """
    at, client = Address(workspace, thread), connection.client
    with connection.told():
        async with client.pipeline(transaction=True) as pipe:
            pipe.get(at.key("session"))
            pipe.ttl(at.key("session"))
            pipe.hgetall(at.key("thread"))
            pipe.hgetall(at.key("timers"))
            pipe.lrange(at.key("mail"), 0, -1)
            pipe.hgetall(at.key("turn"))
            pipe.smembers(at.key("letters"))
            pipe.hgetall(at.key("replies"))
            session, left, beside, timers, mail, turn, letters, replies = await pipe.execute()
        names = [key(workspace, "letter", id.decode()) for id in sorted(letters)]
        dead = [text for text in (await client.mget(names) if names else []) if text]
    if not any((session, beside, timers, mail, turn, dead, replies)):
        return None
    return {
        "workspace": workspace,
        "thread": thread,
        "session": _read(session) if session else None,
        "kept_for_seconds": left if session else None,
        "beside": {name.decode(): _read(value) for name, value in beside.items()},
        "timers": {name.decode(): _read(value) for name, value in timers.items()},
        "mail_not_done": [_read(one) for one in mail],
        "turn_in_hand": {name.decode(): _read(value) for name, value in turn.items()},
        "dead_letters": [_read(one) for one in dead],
        "answers_not_fetched": {name.decode(): _read(value) for name, value in replies.items()},
    }


def _read(text: bytes | str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text.decode(errors="replace") if isinstance(text, bytes) else text
