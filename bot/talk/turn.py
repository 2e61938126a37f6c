"""Turn: one message through, for every surface: session and message in, session and replies out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol

from bot.core.ask import pick_question
from bot.core.decide import decide
from bot.core.decision import Decision, Question
from bot.core.facts import Catalogue, Frozen, Value, read_levels
from bot.core.knowledge import Knowledge
from bot.core.session import Entry, Line, Session, State
from bot.errors import FactError
from bot.ports import Language, Passages, ReadMessage, Wording
from bot.talk import asides, rounds, say
from bot.talk.grounds import case_words, ground, reason_notes
from bot.talk.learn import Learned, learn, note_unknown
from bot.talk.replies import Reply
from bot.talk.wording import AsComposed, worded

MAX_TRANSCRIPT = 400
EMPTY = "That message was empty. Tell me about the task, or answer with a number."
UNSURE = "I am not sure how to read that, so please pick."
NOT_UNDERSTOOD = "I could not read an answer in that. Pick one, or say \u201cdon't know\u201d or \u201cskip\u201d."
NOT_READ = "I read no new fact in that. You can answer a question above, ask \u201cwhy?\u201d, or ask about fine-tuning in general."


class Message(Frozen):
    """What somebody sent: text, or picked answers (None for "don't know"), or both."""

    by: str
    text: str | None = None
    answers: dict[str, Value | None] | None = None


class Clock(Protocol):
    """Says which day it is."""

    def __call__(self) -> date: ...


class Talk:
    """A conversation about a case. Holds no state: everything about a thread is in its session."""

    def __init__(
        self,
        knowledge: Knowledge,
        language: Language,
        passages: Passages,
        today: Callable[[], date],
        wording: Wording | None = None,
    ) -> None:
        self.knowledge = knowledge
        self.language = language
        self.passages = passages
        self.today = today
        self.wording = wording or AsComposed()

    def turn(self, session: Session, message: Message) -> tuple[Session, list[Reply]]:
        """One message through. Raises FactError where picked answers are illegal; the session is then as it was."""
        if message.text is not None:  # half of a surrogate pair is no character and cannot be stored
            message = message.model_copy(update={"text": message.text.encode("utf-8", "replace").decode()})
        shown = message.text if message.text is not None else _picked_words(message.answers or {})
        start = session
        if message.answers:
            learned = self._picked(session, message)
            answered = set(message.answers)
            still = tuple(q for q in session.open if not answered.intersection(q.facts)) if message.text else ()
            if message.text:
                session, replies = self._said(
                    learned.session.model_copy(update={"open": still}), message.by, message.text
                )
                if session.state == "asking" and not session.open:  # an aside beside picks that answered everything
                    session, more = self._go_on(session, learned, start)
                    replies += more
            else:
                session, replies = self._go_on(learned.session.model_copy(update={"open": ()}), learned, session)
        elif message.text is not None:
            session, replies = self._said(session, message.by, message.text)
        else:
            replies = [Reply(type="text", text=EMPTY)]
        if session == Session(thread=session.thread) or replies[0].text == asides.FORGOTTEN_OWN:
            return session, replies  # forgotten, this message with the rest
        replies = worded(self.wording, session, message.text, replies)
        lines = [Line(by=message.by, text=shown[:4000]), *(Line(by="tunewise", text=reply.text) for reply in replies)]
        transcript = (*session.transcript, *lines)
        kept = {"transcript": tuple(transcript[-MAX_TRANSCRIPT:]), "started_by": session.started_by or message.by}
        return session.model_copy(update=kept), replies

    # --- picked answers ---------------------------------------------------------------------------------------------

    def _picked(self, session: Session, message: Message) -> Learned:
        catalogue = self.knowledge.catalogue
        answers = message.answers or {}
        for key in answers:
            catalogue.spec(key)
        entries = {
            key: Entry(
                level=catalogue.check(key, value), by=message.by, quote=_label(catalogue, key, value), grade="picked"
            )
            for key, value in answers.items()
            if value is not None
        }
        unknown = [key for key, value in answers.items() if value is None]
        learned = learn(catalogue, rounds.unsettled(session, unknown), entries, settle=session.conflicts)
        return learned.model_copy(update={"session": note_unknown(learned.session, unknown, message.by)})

    # --- text -------------------------------------------------------------------------------------------------------

    def _said(self, session: Session, by: str, text: str) -> tuple[Session, list[Reply]]:
        if not re.search(r"\w|\?", text):
            return session, [Reply(type="text", text=EMPTY)]
        asked = tuple(dict.fromkeys(key for question in session.open for key in question.facts))
        groups = tuple(question.facts for question in session.open)
        read = self.language.read(text, groups, frozenset(session.entries))
        aside = asides.answer(self, session, by, text, read)
        if aside is not None:
            return aside
        if read.act == "dont_know" and asked:
            session = note_unknown(rounds.unsettled(session, asked), asked, by).model_copy(update={"open": ()})
            return self._go_on(session, Learned(session=session), session)
        if read.act == "skip" and asked:
            session = rounds.unsettled(session, asked)
            session = session.model_copy(update={"skipped": session.skipped | set(asked), "open": ()})
            return self._go_on(session, Learned(session=session), session)
        entries = self._entries(session, by, text, read)
        learned = learn(self.knowledge.catalogue, session, entries, settle=[k for k in asked if k in session.conflicts])
        if not learned.anything and not read.dont_know and (session.open or not self._starts(session, read)):
            return self._nothing_read(session, text, read)
        after = note_unknown(learned.session, read.dont_know, by)
        return self._go_on(self._close(after, session, read, learned), learned, session, unclear=read.unclear)

    def _starts(self, session: Session, read: ReadMessage) -> bool:
        return session.state in ("idle", "answered") and not session.entries and read.kind == "case"

    def _entries(self, session: Session, by: str, text: str, read: ReadMessage) -> dict[str, Entry]:
        entries = {
            p.fact: Entry(level=p.value, by=by, quote=p.quote, grade=p.grade)
            for p in read.facts
            if self._legal(p.fact, p.value) and not self._by_the_way(session, by, p.fact, read.act)
        }
        if read.corrects:
            meant, before = read.corrects
            for key, entry in session.entries.items():
                if not isinstance(entry.level, bool | str) and entry.level == before and self._legal(key, int(meant)):
                    entries[key] = Entry(level=int(meant), by=by, quote=text[:200], grade="stated")
        if "task" not in session.entries and "task" not in entries and read.kind == "case" and not session.open:
            entries["task"] = Entry(
                level=" ".join(text.split())[:400], by=by, quote=" ".join(text.split())[:200], grade="inferred"
            )
        return entries

    def _by_the_way(self, session: Session, by: str, fact: str, act: str) -> bool:
        """Whether somebody only touches, in reply to another question, on what they told before."""
        asked = {key for question in session.open for key in question.facts}
        known = session.entries.get(fact)
        return (
            bool(asked)
            and fact not in asked
            and act != "correct"
            and known is not None
            and known.by == by
            and known.grade != "inferred"
        )

    def _legal(self, fact: str, value: Value) -> bool:
        try:
            self.knowledge.catalogue.check(fact, value)
        except FactError:
            return False
        return True

    def _close(self, session: Session, before: Session, read: ReadMessage, learned: Learned) -> Session:
        """The session with the questions closed that were answered; a pick that should have named them all means no to the rest."""
        entries = dict(session.entries)
        told = {p.fact for p in read.facts}
        for question in before.open:
            answered = told.intersection(question.facts)
            if question.multiple and answered and not set(read.unclear).intersection(question.facts) and read.complete:
                quote = entries[min(answered)].quote if min(answered) in entries else ""
                by = next((entries[key].by for key in answered if key in entries), "")
                for key in {key for option in question.options for key in option.sets} - told - set(read.dont_know):
                    entries.setdefault(key, Entry(level=False, by=by, quote=quote, grade="inferred"))
        heard = told | set(read.unclear) | set(read.dont_know)
        untouched = {q.id for q in before.open if not heard.intersection(q.facts)} - session.passed_over
        return session.model_copy(
            update={
                "entries": entries,
                "open": (),
                "asked": tuple(id for id in session.asked if id not in untouched),  # to be asked once more, in words
                "passed_over": session.passed_over | untouched,
            }
        )

    def _nothing_read(self, session: Session, text: str, read: ReadMessage) -> tuple[Session, list[Reply]]:
        if session.open:
            session, picks = rounds.picks_instead(self.knowledge, session)
            if picks:
                return self._ask(session, picks, NOT_UNDERSTOOD)
            return self._go_on(session, Learned(session=session), session)
        if session.state == "decided":
            return session, [Reply(type="text", text=NOT_READ)]
        return session, [asides.offer(self.knowledge)]

    # --- what comes next --------------------------------------------------------------------------------------------

    def _go_on(
        self, session: Session, learned: Learned, before: Session, unclear: Sequence[str] = ()
    ) -> tuple[Session, list[Reply]]:
        """Asks the next round, or gives the verdict."""
        catalogue = self.knowledge.catalogue
        shown = say.understood(catalogue, session, (*learned.new, *learned.changed)) if _heard(session, learned) else ""
        if session.conflicts:
            questions: tuple[Question, ...] = tuple(
                rounds.conflict_question(self.knowledge, session, key) for key in session.conflicts
            )
            return self._ask(session, questions[:3], shown)
        again = [
            k
            for k in unclear
            if k not in session.repicked
            and k not in session.entries
            and rounds.still_matters(self.knowledge, session, k)
        ]
        if again:
            session = session.model_copy(update={"repicked": session.repicked | set(again)})
            picks = tuple(pick_question(self.knowledge, key) for key in again[:3])
            return self._ask(session, picks, shown or UNSURE)
        session, questions = rounds.next_round(self.knowledge, session)
        if questions and not (before.state == "decided" and not learned.anything):
            return self._ask(session, questions, shown)
        return self._decided(session, learned, before, shown)

    def _ask(self, session: Session, questions: tuple[Question, ...], shown: str) -> tuple[Session, list[Reply]]:
        state: State = "asking"
        session = session.model_copy(
            update={
                "state": state,
                "open": questions,
                "asked": (*session.asked, *(question.id for question in questions)),
                "rounds": session.rounds + 1,
            }
        )
        replies = [Reply(type="text", text=shown)] if shown else []
        return session, replies + self.asking(questions)

    def asking(self, questions: Sequence[Question]) -> list[Reply]:
        """The replies that ask these questions."""
        return [Reply(type="question", text=question.text, question=question) for question in questions]

    def decision(self, session: Session) -> Decision:
        """The decision on what is known in a session."""
        return decide(self.knowledge, session.facts(), self.today(), skip=session.skipped)

    def _decided(self, session: Session, learned: Learned, before: Session, shown: str) -> tuple[Session, list[Reply]]:
        decision = self.decision(session)
        replies: list[Reply] = []
        if before.decision is not None and (learned.new or learned.changed):
            keys = (*learned.new, *learned.changed)
            changed = say.what_changed(self.knowledge.catalogue, session, keys, before.decision, decision)
            replies.append(Reply(type="text", text=changed))
        elif shown:
            replies.append(Reply(type="text", text=shown))
        state: State = "decided"
        session = session.model_copy(update={"state": state, "open": (), "decision": decision})
        replies.append(self.verdict(session, decision))
        return session, replies

    def verdict(self, session: Session, decision: Decision) -> Reply:
        """The verdict with what retrieval finds for this very situation."""
        levels = read_levels(self.knowledge.catalogue, session.facts()).levels
        passages, cases = ground(self.knowledge, self.passages, session, levels, decision, case_words(session))
        return Reply(
            type="verdict",
            text=asides.verdict_sentence(decision),
            decision=decision,
            passages=passages,
            closest_cases=cases,
            citations=decision.sources,
            notes=reason_notes(self.knowledge, decision),
        )


def _heard(session: Session, learned: Learned) -> bool:
    return bool(set(learned.new + learned.changed) - {"task"})


def _label(catalogue: Catalogue, key: str, value: Value) -> str:
    """What the button of a picked value says."""
    level = catalogue.level_of(key, catalogue.check(key, value))
    return catalogue.facts[key].level(level).label if level else str(value)[:200]


def _picked_words(answers: Mapping[str, Value | None]) -> str:
    return "; ".join(f"{key}: {'do not know' if value is None else value}" for key, value in answers.items())
