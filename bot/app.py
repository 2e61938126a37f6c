"""App: the composition root, the only place that knows every part and puts them together."""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.content.load import Places, load_knowledge
from bot.content.prompts import Prompts, load_prompts
from bot.core.card import Card, make_card
from bot.core.facts import Value
from bot.core.knowledge import Knowledge
from bot.core.session import Session, State
from bot.core.usage import TurnUsage
from bot.errors import Stale
from bot.metered import Metered, Turned, Usage
from bot.ports import Passages, Show
from bot.settings import Settings, content_folder, read_settings
from bot.talk.replies import Reply
from bot.talk.turn import Message, Talk

if TYPE_CHECKING:
    from bot.encoder.bert import Bert
    from bot.engine.engine import Engine
    from bot.language.embedded import EmbeddedLanguage
    from bot.language.guarded import GuardedLanguage
    from bot.language.model.turn import Parts
    from bot.retrieval.vectors import Vectors
    from bot.stores.connect import Connection
    from bot.stores.ledger import RedisLedger
    from bot.stores.memory import MemorySessions
    from bot.stores.sessions import RedisSessions
    from bot.surfaces.slack.joining import Joined
    from bot.surfaces.slack.values import Feedback
    from bot.surfaces.web.access import Guard
    from bot.surfaces.web.mail import WebCourier


LOG = logging.getLogger("tunewise.model")
LOG.addHandler(logging.NullHandler())  # nothing is printed unless somebody sets up logging


class App:
    """Everything that a command may need, each part made when it is first asked for."""

    def __init__(self, settings: Settings | None = None, today: Callable[[], date] = date.today) -> None:
        self.settings = settings if settings is not None else read_settings()
        self.today = today
        self.places = Places()
        self._lock = threading.Lock()
        self._warm = False

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
    def search(self) -> Passages:
        """Search over the notes: by the embedder that is configured, else and while that is away by the shipped one."""
        from bot.retrieval.search import NoteSearch
        from bot.retrieval.wording import read_wording

        evidence, catalogue, wording = self.knowledge.evidence, self.knowledge.catalogue, read_wording(self.folder)
        shipped = NoteSearch(evidence, catalogue, self.vectors, wording)
        if self.settings.embedder is None:
            return shipped
        from bot.retrieval.fallback import FallbackSearch

        return FallbackSearch(NoteSearch(evidence, catalogue, self._remote_vectors(), wording, self.vectors), shipped)

    def _remote_vectors(self) -> Vectors:
        """Vectors of the embedder that is configured, kept in the data folder under its fingerprint."""
        from bot.retrieval.remote import EmbedderSpec, RemoteEmbedder
        from bot.retrieval.vectors import Vectors

        provider, _, name = (self.settings.embedder or "").partition(":")
        ours, key = provider == "openai", self.settings.openai_api_key
        spec = EmbedderSpec(
            provider=provider,
            name=name,
            base_url=self.settings.openai_base_url if ours else None,
            key=key.get_secret_value() if ours and key else None,
        )
        cache = self.settings.data_folder / "cache"
        return Vectors(lambda: RemoteEmbedder(spec), cache / "none.npz", cache=cache)

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
    def guarded(self) -> GuardedLanguage:
        """The embedded language behind its guard: what turns read with."""
        from bot.language.guarded import GuardedLanguage

        return GuardedLanguage(self.language)

    @cached_property
    def talk(self) -> Talk:
        """The talk."""
        return Talk(self.knowledge, self.guarded, self.search, self.today)

    @cached_property
    def prompts(self) -> Prompts:
        """The prompts. Raises ContentError."""
        return load_prompts(content_folder() / "prompts")

    @cached_property
    def model(self) -> Parts | None:
        """The language model that is configured, not yet called; None where there is none."""
        if self.settings.model_name is None:
            return None
        from bot.language.model.kit import make_parts

        return make_parts(self.settings, self.prompts, self.knowledge.catalogue)

    def turn(
        self,
        session: Session,
        message: Message,
        *,
        workspace: str = "local",
        model: bool = True,
        spent: int = 0,
        show: Show | None = None,
    ) -> Turned:
        """One message through, with the language model where one is configured and `model` allows it here.

        It waits for the model, so call it in a worker thread; several may call it at once, since what they share is only
        read, but for the vectors, which have a lock of their own around the embedder. `spent` are the tokens that the workspace
        took today, `show` takes the text of an answer while it comes. What comes back is logged; recording it is the
        caller's. Raises FactError where picked answers are illegal.
        """
        self.warm()
        parts = self.model if model else None
        if parts is None:
            return Turned(*self.talk.turn(session, message), TurnUsage(prompts=""))
        from bot.language.model.turn import ModelTurn

        turn = ModelTurn(parts, self.guarded, spent, show)
        helped = Talk(self.knowledge, turn, self.search, self.today, turn)
        after, replies = helped.turn(session, message)
        usage = turn.usage
        replies = [
            r.model_copy(update={"prompts": usage.prompts}) if r.type in ("verdict", "answer") else r for r in replies
        ]
        LOG.info("turn", extra={"workspace": workspace, "thread": session.thread, **usage.as_fields()})
        return Turned(after, replies, usage)

    def metered(self, usage: Usage, count: Callable[[int, int], None] | None = None) -> Metered:
        """Turns whose use of a language model is written down, and counted by `count` as tokens read and written."""
        return Metered(self.turn, usage, self.today, self.settings.model_name is not None, count)

    def ask(self, question: str, show: Show | None = None) -> tuple[Reply, TurnUsage]:
        """One answer from the knowledge base, worded by the language model where there is one."""
        from bot.talk.asides import knowledge_answer
        from bot.talk.wording import worded

        if self.model is None:
            return knowledge_answer(self.talk, question), TurnUsage(prompts="")
        from bot.language.model.tongue import tongue_of
        from bot.language.model.turn import ModelTurn

        turn = ModelTurn(self.model, self.guarded, show=show)
        searched = question
        if tongue_of(question) not in (None, "en"):  # the notes are English, and so is search
            searched = turn.read(question, (), frozenset()).question or question
        [reply] = worded(turn, new_session(), question, [knowledge_answer(self.talk, searched)])
        return reply.model_copy(update={"prompts": turn.usage.prompts}), turn.usage

    def warm(self) -> None:
        """Loads all that a first message needs, so that it does not wait for it. Any thread may call it."""
        with self._lock:
            if not self._warm:
                self.talk.turn(new_session("warm"), Message(by="warm", text="should we fine-tune our support bot?"))
                self.search.search("what is fine-tuning")
                if self.model is not None:
                    self.model.client.warm()
                self._warm = True

    async def service(self) -> Service:
        """The engine over the store, with every surface registered. Raises StoreError where no store can run."""
        from bot.engine.engine import Engine, Limits
        from bot.engine.pace import Pace
        from bot.stores.connect import connect
        from bot.stores.replies import Replies
        from bot.stores.usage import RedisUsage
        from bot.surfaces.web.handler import WebHandler
        from bot.surfaces.web.mail import SURFACE, WebCourier

        settings = self.settings
        connection = await connect(settings)
        engine = Engine(
            connection,
            retention_days=settings.retention_days,
            pace=Pace(lease=settings.takeover, attempts=settings.attempts),
            limits=Limits(user=settings.rate_user, workspace=settings.rate_workspace, backlog=settings.backlog),
            concurrency=settings.concurrency,
        )
        courier = WebCourier(Replies(connection))
        metered = self.metered(RedisUsage(connection.client), engine.metrics.count_tokens)
        # Programs of this machine may hurry.
        alone = None if settings.token else Limits(user=NO_LIMIT, workspace=NO_LIMIT)
        engine.register(SURFACE, WebHandler(lambda: self.talk, metered.turn), courier, alone)
        try:
            return Service(connection, engine, courier, await self._slack(connection, engine, metered))
        except BaseException:
            await connection.close()
            raise

    async def _slack(self, connection: Connection, engine: Engine, metered: Metered) -> Joined | None:
        """Slack, registered with the engine; None where it is not configured. Raises SlackRefused, or Passing."""
        settings = self.settings
        if settings.slack_bot_token is None:
            return None
        from bot.surfaces.slack.joining import join
        from bot.surfaces.slack.values import SURFACE, Rules

        rules = Rules(
            channels=frozenset(id.strip() for id in settings.slack_channels.split(",") if id.strip()),
            mention_only=settings.slack_mention_only,
            connect=settings.slack_connect,
            model=settings.slack_model,
            provider=settings.model_name.partition(":")[0] if settings.model_name else None,
            retention_days=settings.retention_days,
        )
        secret = settings.slack_signing_secret
        joined = await join(
            talk=self.talk,
            turn=metered.turn,
            intake=engine,
            ledger=self._ledger(connection),
            rules=rules,
            token=settings.slack_bot_token.get_secret_value(),
            signing_secret=secret.get_secret_value() if secret else None,
            api_url=settings.slack_api_url,
        )
        engine.register(SURFACE, joined.handler, joined.courier)
        return joined

    def _ledger(self, connection: Connection) -> RedisLedger:
        from bot.stores.ledger import RedisLedger
        from bot.surfaces.slack.values import Case, Feedback

        return RedisLedger(connection, self.settings.retention_days, Case, Feedback)

    def slack_manifest(self, url: str | None = None, mention_only: bool = False) -> dict[str, Any]:
        """The manifest of the Slack app, for HTTP where there is a URL, else for Socket Mode. Raises UsageError."""
        from bot.content.yaml_lines import parse
        from bot.surfaces.slack.manifest import manifest

        only = mention_only or self.settings.slack_mention_only
        return manifest(lambda text: parse(text, "manifest.yaml")[0], url=url, mention_only=only)

    async def examine_slack(self) -> list[dict[str, Any]]:
        """The doctor's findings about Slack."""
        from bot.surfaces.slack.doctor import examine_slack
        from bot.surfaces.slack.manifest import scopes_of

        settings = self.settings
        secrets = (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
        token, app_token, secret = (each.get_secret_value() if each else None for each in secrets)
        needed = scopes_of(self.slack_manifest())
        return await examine_slack(token, app_token, secret, settings.slack_api_url, needed)

    async def feedback(self) -> list[Feedback]:
        """What people thought of verdicts, the latest first. Raises StoreError."""
        from bot.stores.connect import connect

        connection = await connect(self.settings)
        try:
            return await self._ledger(connection).feedback()
        finally:
            await connection.close()

    def web(self, service: Service) -> Guard:
        """The pages and the HTTP API behind their guard."""
        from bot.stores.export import export
        from bot.stores.sessions import RedisSessions
        from bot.stores.threads import read_thread
        from bot.surfaces.web.access import Guard, beside
        from bot.surfaces.web.api import make_api
        from bot.surfaces.web.mail import WORKSPACE
        from bot.surfaces.web.pages import Pages
        from bot.surfaces.web.sight import View

        connection = service.connection
        api = make_api(
            service.engine,
            service.courier,
            RedisSessions(connection, retention_days=self.settings.retention_days),
            lambda workspace, thread: export(connection, workspace, thread),
            lambda session: self.talk.asking(session.open),
        )
        token = self.settings.token.get_secret_value() if self.settings.token else None
        view = View(lambda: self.talk, lambda thread: read_thread(connection, WORKSPACE, thread))
        Pages(service.engine, service.courier, view, token).add_to(api)
        slack, elsewhere = service.slack, ("/slack/events",)
        if slack is None or self.settings.slack_signing_secret is None:
            return Guard(api, token)
        return Guard(beside(api, slack.asgi, elsewhere[0]), token, elsewhere)

    async def engine_findings(self) -> list[tuple[str, bool, str, str]]:
        """What `doctor` says of store, queue and dead letters; see engine.findings. Raises StoreError."""
        from bot.engine.findings import engine_findings
        from bot.stores.connect import connect

        connection = await connect(self.settings)
        try:
            return await engine_findings(connection, self.settings.retention_days)
        finally:
            await connection.close()

    async def conversations(self) -> Conversations:
        """The talk with its sessions kept in the store."""
        from bot.stores.sessions import open_sessions

        return Conversations(self, await open_sessions(self.settings))


@dataclass(frozen=True)
class Service:
    """An engine with its surfaces and the store beneath; close the connection last."""

    connection: Connection
    engine: Engine
    courier: WebCourier
    slack: Joined | None = None


NO_LIMIT = 10**9
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
        self._metered = app.metered(self.usage)
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
                after, replies = await self._metered.turn(session, message, show=show)
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

    def open_questions(self, session: Session) -> list[Reply]:
        """The questions that a resumed thread still waits for."""
        return self._app.talk.asking(session.open) if session.open else []

    async def close(self) -> None:
        """Lets go of the store."""
        await self.sessions.close()
