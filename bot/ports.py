"""Ports: what the talk needs from outside, as small protocols. Adapters live in language/, retrieval/ and stores/."""

from __future__ import annotations

from typing import Protocol

from bot.core.session import Session


class Sessions(Protocol):
    """Keeps sessions by thread."""

    async def load(self, thread: str) -> Session | None:
        """The session of a thread, or None where there is none. Raises StoreError where it cannot be read."""

    async def save(self, session: Session) -> None:
        """Stores a session. Raises StoreError where that fails; what was stored before is then still there."""

    async def delete(self, thread: str) -> bool:
        """Forgets a thread; whether there was one."""

    async def last(self) -> str | None:
        """The thread saved last, or None."""
