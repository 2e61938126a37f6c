"""App: the composition root, the only place that knows every part and puts them together."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.content.load import Places, load_knowledge
from bot.core.card import Card, make_card
from bot.core.facts import Value
from bot.core.knowledge import Knowledge
from bot.core.session import Session, State
from bot.settings import Settings, content_folder, read_settings
from bot.talk.replies import Reply
from bot.talk.turn import Message, Talk

if TYPE_CHECKING:
    from bot.encoder.bert import Bert
    from bot.language.embedded import EmbeddedLanguage
    from bot.retrieval.search import NoteSearch
    from bot.retrieval.vectors import Vectors
    from bot.stores.memory import MemorySessions
    from bot.stores.sessions import RedisSessions


class App:
    """Everything that a command may need, each part made when it is first asked for."""

    def __init__(self, settings: Settings | None = None, today: Callable[[], date] = date.today) -> None:
        self.settings = settings if settings is not None else read_settings()
        self.today = today
        self.places = Places()
        self._lock = threading.Lock()

    @property
    def folder(self) -> Path:
        """The folder knowledge/."""
        return content_folder() / "knowledge"

    @cached_property
    def knowledge(self) -> Knowledge:
        """Facts, policy, questions and evidence."""
        return load_knowledge(self.folder, self.places)

    @cached_property
    def bert(self) -> Bert:
        """The sentence model that both the embedder and the reader build on."""
        from bot.encoder.bert import Bert

        return Bert(self.folder / "embedder")

    @cached_property
    def vectors(self) -> Vectors:
        """Sentence vectors, shipped or made by the embedder."""
        from bot.retrieval.embedder import Embedder
        from bot.retrieval.vectors import SHIPPED, Vectors

        shipped = self.folder / "embedder" / SHIPPED
        return Vectors(lambda: Embedder(self.bert), shipped, cache=self.settings.data_folder / "cache")

    @cached_property
    def search(self) -> NoteSearch:
        """Search over the notes."""
        from bot.retrieval.search import NoteSearch
        from bot.retrieval.wording import read_wording

        return NoteSearch(self.knowledge.evidence, self.knowledge.catalogue, self.vectors, read_wording(self.folder))

    @cached_property
    def language(self) -> EmbeddedLanguage:
        """The embedded language; its heads are solved anew where the examples differ from those they were shipped for."""
        from bot.language.acts import load_acts
        from bot.language.embedded import EmbeddedLanguage
        from bot.language.heads import Features
        from bot.language.labelled import load_talk
        from bot.language.phrases import load_patterns, load_phrases
        from bot.language.reading_model import ReadingModel
        from bot.language.solved import SHIPPED, digest_of, read_solved, solve

        catalogue, folder = self.knowledge.catalogue, self.folder
        solved = read_solved(folder / "reader" / SHIPPED, digest_of(folder))
        if solved is None:
            book, talks = load_phrases(folder, catalogue), load_talk(folder, catalogue)
            solved = solve(book, talks, Features(lambda texts: self.vectors.of(texts, keep=True)))
        model = ReadingModel(self.bert, folder / "reader", catalogue)
        patterns = load_patterns(folder, catalogue)
        return EmbeddedLanguage(catalogue, load_acts(folder), patterns, model, solved, self.vectors.of)

    @cached_property
    def talk(self) -> Talk:
        """The talk."""
        return Talk(self.knowledge, self.language, self.search, self.today)

    def warm(self) -> None:
        """Loads all that a first message needs, so that it does not wait for it. Any thread may call it."""
        with self._lock:
            self.talk.turn(new_session("warm"), Message(by="warm", text="should we fine-tune our support bot?"))
            self.search.search("what is fine-tuning")

    async def conversations(self) -> Conversations:
        """The talk with its sessions kept in the store."""
        from bot.stores.sessions import open_sessions

        return Conversations(self, await open_sessions(self.settings))


def new_session(thread: str | None = None) -> Session:
    """A session nothing is known about yet."""
    return Session(thread=thread or uuid.uuid4().hex[:12])


class Conversations:
    """The talk as surfaces use it: a turn loads the session, takes the message through, saves."""

    def __init__(self, app: App, sessions: RedisSessions | MemorySessions) -> None:
        self._app = app
        self.sessions = sessions
        self._last: dict[str, Session] = {}
        self._turns: dict[str, asyncio.Lock] = {}  # turns of one thread run one at a time

    async def open(self, thread: str | None) -> Session:
        """The session of a thread, or a new one."""
        session = await self.sessions.load(thread) if thread else None
        session = session or new_session(thread)
        self._last[session.thread] = session
        return session

    async def say(
        self, thread: str, by: str, text: str | None, answers: dict[str, Value | None] | None
    ) -> tuple[State, list[Reply]]:
        """One turn. Raises BadInput for illegal answers and StoreError where nothing could be saved."""
        async with self._turns.setdefault(thread, asyncio.Lock()):
            session = await self.sessions.load(thread) or self._last.get(thread) or new_session(thread)
            message = Message(by=by, text=text, answers=answers)
            after, replies = await asyncio.to_thread(self._turn, session, message)
            if after == new_session(thread):
                await self.sessions.delete(thread)
            else:
                await self.sessions.save(after)
            self._last[thread] = after
        return after.state, replies

    def _turn(self, session: Session, message: Message) -> tuple[Session, list[Reply]]:
        with self._app._lock:
            return self._app.talk.turn(session, message)

    def facts_of(self, thread: str) -> dict[str, Any]:
        """What is understood in a thread, as programs get it."""
        entries = self._last[thread].entries if thread in self._last else {}
        return {key: entry.model_dump(mode="json") for key, entry in entries.items()}

    def card_of(self, thread: str, reply: Reply) -> Card:
        """The card of a verdict in a thread."""
        assert reply.decision is not None
        entries = self._last[thread].entries if thread in self._last else {}
        return make_card(self._app.knowledge, entries, reply.decision, reply.passages, reply.closest_cases)

    def open_questions(self, session: Session) -> list[Reply]:
        """The questions that a resumed thread still waits for."""
        return self._app.talk.asking(session.open) if session.open else []

    async def close(self) -> None:
        """Lets go of the store."""
        await self.sessions.close()
