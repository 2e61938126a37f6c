"""Conversations: the talk as the terminal and programs use it, with its sessions kept in a store."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Any

from bot.core.card import Card, make_card
from bot.core.facts import Value
from bot.core.session import Session, State
from bot.errors import Stale
from bot.ports import Show
from bot.talk.message import Message
from bot.talk.replies import Reply

if TYPE_CHECKING:
    from bot.app import App
    from bot.stores.memory import MemorySessions
    from bot.stores.sessions import RedisSessions

SAVES = 5  # tries to save a turn while other processes write in the same thread


def new_session(thread: str | None = None) -> Session:
    """A session nothing is known about yet."""
    return Session(thread=thread or uuid.uuid4().hex[:12])


class Conversations:
    """The talk as surfaces use it: a turn loads the session, takes the message through, saves."""

    def __init__(self, app: App, sessions: RedisSessions | MemorySessions) -> None:
        from bot.stores.usage import usage_beside

        self._app = app
        self.sessions = sessions
        self.usage = usage_beside(sessions)
        self.metered = app.metered(self.usage)
        self._last: dict[str, Session] = {}
        self._turns: dict[str, asyncio.Lock] = {}  # turns of one thread run one at a time

    @property
    def streams(self) -> bool:
        """Whether answers may be shown while they come."""
        return self._app.settings.model_name is not None

    async def open(self, thread: str | None) -> Session:
        """The session of a thread, or a new one."""
        session = await self.sessions.load(thread) if thread else None
        session = session or new_session(thread)
        self._last[session.thread] = session
        return session

    async def say(
        self,
        thread: str,
        by: str,
        text: str | None,
        answers: dict[str, Value | None] | None,
        show: Show | None = None,
    ) -> tuple[State, list[Reply]]:
        """One turn. Raises BadInput for illegal answers and StoreError where nothing could be saved."""
        message = Message(by=by, text=text, answers=answers)
        async with self._turns.setdefault(thread, asyncio.Lock()):
            for attempt in range(SAVES):
                session = await self.sessions.load(thread) or new_session(thread)
                after, replies = await self.metered.turn(session, message, show=show)
                try:
                    if after == new_session(thread):
                        await self.sessions.delete(thread)
                    else:
                        await self.sessions.save(after, instead_of=session)
                    break
                except Stale:  # another process wrote in this thread: the message is taken through what it says now
                    if attempt == SAVES - 1:
                        raise
            self._last[thread] = after
        return after.state, replies

    def facts_of(self, thread: str) -> dict[str, Any]:
        """What is understood in a thread, as programs get it."""
        entries = self._last[thread].entries if thread in self._last else {}
        return {key: entry.model_dump(mode="json") for key, entry in entries.items()}

    def card_of(self, thread: str, reply: Reply) -> Card:
        """The card of a verdict in a thread."""
        assert reply.decision is not None
        entries = self._last[thread].entries if thread in self._last else {}
        return make_card(
            self._app.knowledge, entries, reply.decision, reply.passages, reply.closest_cases, reply.worded
        )

    def act_of(self, words: str) -> str:
        """What words plainly are by their wording, such as "dont_know" and "skip"; "other" where they are neither."""
        return self._app.acts.act_of(words)

    def standing(self, session: Session) -> list[Reply]:
        """Where a resumed thread stands: its questions that still wait, or its verdict; nothing in a new one."""
        talk = self._app.talk
        if session.open:
            return talk.asking(session.open)
        decided = session.decision if session.state == "decided" else None
        return [talk.verdict(session, decided)] if decided else []

    async def close(self) -> None:
        """Lets go of the store."""
        await self.sessions.close()


async def open_conversations(app: App) -> Conversations:
    """The talk with its sessions kept in the store that is configured."""
    from bot.stores.sessions import open_sessions

    return Conversations(app, await open_sessions(app.settings))
