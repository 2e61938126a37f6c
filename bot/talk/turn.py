"""Turn: one message through, for every surface: session and message in, session and replies out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from bot.core.decide import decide
from bot.core.decision import Decision, Question
from bot.core.facts import read_levels
from bot.core.knowledge import Knowledge
from bot.core.session import Line, Session, State
from bot.ports import LONGEST_MESSAGE, Language, Passages, Wording
from bot.talk import asides, rounds, say
from bot.talk.grounds import case_words, ground, reason_notes
from bot.talk.learn import Learned
from bot.talk.message import Message
from bot.talk.numbered import picked_by_place
from bot.talk.picked import picked, picked_words
from bot.talk.replies import Reply
from bot.talk.said import EMPTY, said
from bot.talk.undo import remember
from bot.talk.wording import AsComposed, worded

MAX_TRANSCRIPT = 400
TOO_LONG = "That message has {:,} characters, and I read {:,} at most. Send me the part that tells about your case."
UNSURE = "I am not sure how to read that, so please pick."


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
        shown = message.text if message.text is not None else picked_words(message.answers or {})
        refused: list[Reply] = []
        if message.text is not None and len(message.text) > LONGEST_MESSAGE:
            refused = [Reply(type="text", text=TOO_LONG.format(len(message.text), LONGEST_MESSAGE))]
            message = message.model_copy(update={"text": None})
        start = session
        if message.answers is None and (placed := picked_by_place(session.open, message.text or "")):
            message = message.model_copy(update={"text": placed[1] or None, "answers": placed[0]})
        if message.answers:
            learned = picked(self.knowledge.catalogue, session, message)
            answered = set(message.answers)
            still = tuple(q for q in session.open if not answered.intersection(q.facts)) if message.text else ()
            if message.text:
                session, replies = said(
                    self, learned.session.model_copy(update={"open": still}), message.by, message.text, learned
                )
                if _is_aside_beside(session, learned, replies):
                    session, more = self.go_on(session, learned, start)
                    replies += more
            else:
                untouched = (question for question in session.open if not answered.intersection(question.facts))
                after = rounds.passed_over(learned.session, untouched).model_copy(update={"open": ()})
                session, replies = self.go_on(after, learned, session)
        elif message.text is not None:
            session, replies = said(self, session, message.by, message.text)
        else:
            replies = [] if refused else [Reply(type="text", text=EMPTY)]
        replies = [*refused, *replies]
        if session.blank or replies[-1].text == asides.FORGOTTEN_OWN:
            return session, replies  # forgotten, this message with the rest
        session = remember(start, session)
        replies = worded(self.wording, session, message.text, replies)
        lines = [Line(by=message.by, text=shown[:4000]), *(self._kept(reply) for reply in replies)]
        transcript = (*session.transcript, *lines)
        kept = {"transcript": tuple(transcript[-MAX_TRANSCRIPT:]), "started_by": session.started_by or message.by}
        return session.model_copy(update=kept), replies

    def _kept(self, reply: Reply) -> Line:
        told = rounds.unquoted(self.knowledge, reply.question).text if reply.question else reply.text
        return Line(by="tunewise", text=told)

    # --- what comes next --------------------------------------------------------------------------------------------

    def go_on(
        self,
        session: Session,
        learned: Learned,
        before: Session,
        unclear: Sequence[str] = (),
        lead: str = "",
    ) -> tuple[Session, list[Reply]]:
        """Asks the next round, or gives the verdict; `lead` is said first where nothing new was heard. See rounds.next_round."""
        keys = (*learned.new, *learned.changed)
        shown = say.understood(self.knowledge.catalogue, session, keys) if _heard(session, learned) else lead
        if session.conflicts:
            questions: tuple[Question, ...] = tuple(
                rounds.conflict_question(self.knowledge, session, key) for key in session.conflicts
            )
            return self.ask(session, questions[:3], shown)
        known = session.repicked
        session, questions = rounds.next_round(self.knowledge, session, unclear)
        if questions and not (before.state == "decided" and not learned.anything and not unclear):
            return self.ask(
                session, questions, shown or (UNSURE if (session.repicked - known).intersection(unclear) else "")
            )
        return self._decided(session, learned, before, shown)

    def ask(self, session: Session, questions: tuple[Question, ...], shown: str) -> tuple[Session, list[Reply]]:
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


def _is_aside_beside(session: Session, picks: Learned, replies: Sequence[Reply]) -> bool:
    """Whether what was written beside picks that answered everything was an aside, so that the case has yet to go on."""
    if session.open or replies[-1].type == "verdict" or replies[-1].text == asides.FORGOTTEN_OWN:
        return False
    return session.state == "asking" or (session.state == "decided" and picks.anything)
