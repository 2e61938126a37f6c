"""App: the composition root, the only place that knows every part and puts them together."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.content.load import Places, load_knowledge
from bot.content.prompts import Prompts, load_prompts
from bot.core.knowledge import Knowledge
from bot.core.session import Session
from bot.core.usage import TurnUsage
from bot.errors import ContentError, TunewiseError
from bot.metered import Metered, Turned, Usage
from bot.ports import Passages, Show
from bot.settings import Settings, content_folder, read_settings
from bot.talk.message import Message
from bot.talk.replies import Reply
from bot.talk.turn import Talk

if TYPE_CHECKING:
    from bot.encoder.bert import Bert
    from bot.language.acts import Acts
    from bot.language.embedded import EmbeddedLanguage
    from bot.language.guarded import GuardedLanguage
    from bot.language.model.calls import Parts
    from bot.retrieval.vectors import Vectors


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
    def acts(self) -> Acts:
        """The wordings by which a message is something else than telling facts."""
        from bot.language.acts import load_acts

        return load_acts(self.folder)

    @cached_property
    def language(self) -> EmbeddedLanguage:
        """The embedded language; its heads are solved anew where the examples differ from those they were shipped for."""
        from bot.language.embedded import EmbeddedLanguage
        from bot.language.heads import Features
        from bot.language.hearing import Hearing
        from bot.language.labelled import load_talk
        from bot.language.messages import load_messages
        from bot.language.phrases import load_patterns, load_phrases
        from bot.language.reading_model import TwoReadingModels
        from bot.language.solved import SHIPPED, digest_of, read_solved, solve

        catalogue, folder = self.knowledge.catalogue, self.folder
        solved = read_solved(folder / "reader" / SHIPPED, digest_of(folder))
        if solved is None:
            book, talks = load_phrases(folder, catalogue), load_talk(folder, catalogue)
            messages = load_messages(folder)
            solved = solve(book, talks, messages, Features(lambda texts: self.vectors.of(texts, keep=True)))
        model = TwoReadingModels(self.bert, folder / "reader", catalogue)
        patterns = load_patterns(folder, catalogue)
        hearing = Hearing(self.bert, folder / "reader", catalogue)
        return EmbeddedLanguage(catalogue, self.acts, patterns, model, solved, hearing, self.vectors.of)

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
        """Turns and answers whose use of a language model is written down, and counted by `count` as tokens read and written."""
        return Metered(self.turn, usage, self.today, self.settings.model_name is not None, count, self.ask)

    def ask(
        self, question: str, *, workspace: str = "local", model: bool = True, spent: int = 0, show: Show | None = None
    ) -> tuple[Reply, TurnUsage]:
        """One answer from the knowledge base, worded by the language model where there is one; see `turn`."""
        from bot.talk.asides import SILENCE, knowledge_answer
        from bot.talk.wording import worded

        if self.acts.act_of(question) in ("injection", "unsaid"):  # about this program, or what no note tells
            return SILENCE, TurnUsage(prompts="")
        parts = self.model if model else None
        if parts is None:
            return knowledge_answer(self.talk, question), TurnUsage(prompts="")
        from bot.language.model.tongue import tongue_of
        from bot.language.model.turn import ModelTurn

        turn = ModelTurn(parts, self.guarded, spent, show)
        searched = question
        if tongue_of(question) not in (None, "en"):  # the notes are English, and so is search
            searched = turn.read(question, (), frozenset()).question or question
        [reply] = worded(turn, Session(thread="ask"), question, [knowledge_answer(self.talk, searched)])
        LOG.info("ask", extra={"workspace": workspace, **turn.usage.as_fields()})
        return reply.model_copy(update={"prompts": turn.usage.prompts}), turn.usage

    def check_prompts(self) -> None:
        """Raises TunewiseError, in one sentence, where a language model is configured whose prompts are broken."""
        if self.settings.model_name is None:
            return
        try:
            _ = self.prompts
        except ContentError as error:
            more = f", and {len(error.problems) - 1} more" if len(error.problems) > 1 else ""
            raise TunewiseError(
                f"The prompts for the language model cannot be used ({error.problems[0]}{more}); run: tunewise prompts check"
            ) from None

    def warm(self) -> None:
        """Loads all that a first message needs, so that it does not wait for it. Any thread may call it."""
        with self._lock:
            if not self._warm:
                self.talk.turn(Session(thread="warm"), Message(by="warm", text="should we fine-tune our support bot?"))
                self.search.search("what is fine-tuning")
                if self.model is not None:
                    self.model.client.warm()
                self._warm = True
