"""Findings: what an operator should know of the engine: is its store fit, what waits, what could not be worked on."""

from __future__ import annotations

import time

from bot.engine.pace import Pace
from bot.stores.connect import Connection
from bot.stores.health import worries
from bot.stores.mailbox import Mailboxes


async def engine_findings(connection: Connection, retention_days: int) -> list[tuple[str, bool, str, str]]:
    """Per part: its name, whether it is well, what was found, and what to do. Raises StoreError."""
    wrong = await worries(connection)
    found = await Mailboxes(connection, retention_days, "doctor", Pace().lease).measures()
    oldest = f", the oldest for {time.time() - found.oldest:.0f} s" if found.oldest else ""
    dead = f"{found.dead} could not be worked on" if found.dead else "none"
    return [
        ("store", not wrong, " ".join(wrong) or "fit to keep turns", "Change its configuration." if wrong else ""),
        ("queue", True, f"{found.backlog} messages not done{oldest}; {found.timers} timers set", ""),
        ("dead letters", not found.dead, dead, "Run: tunewise turns list" if found.dead else ""),
    ]
