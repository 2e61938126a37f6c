"""Sessions kept in this process's memory, for where no store can run, and for tests."""

from __future__ import annotations

from bot.core.session import Session


class MemorySessions:
    """The port Sessions over a dict, whose order is the order of saving."""

    where = "the memory of this process"

    def __init__(self, notice: str | None = None) -> None:
        self.notice = notice
        self._kept: dict[str, Session] = {}

    async def load(self, thread: str) -> Session | None:
        return self._kept.get(thread)

    async def save(self, session: Session, instead_of: Session | None = None) -> None:  # nobody else is here
        self._kept.pop(session.thread, None)
        self._kept[session.thread] = session

    async def delete(self, thread: str) -> bool:
        return self._kept.pop(thread, None) is not None

    async def last(self) -> str | None:
        return next(reversed(self._kept), None)

    async def close(self) -> None:
        """Nothing to close; the sessions stay until this object goes."""
