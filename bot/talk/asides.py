"""Asides: what in a talk is not telling facts - why, what if, I disagree, a general question, small talk, injection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.core.decide import decide
from bot.core.decision import Decision
from bot.core.forgetting import forget_person
from bot.core.knowledge import Knowledge
from bot.core.session import Session
from bot.core.words import certainty_of, fact_words, verdict_words
from bot.ports import ReadMessage
from bot.talk import rounds, say
from bot.talk.grounds import passage
from bot.talk.replies import Reply
from bot.talk.restart import OPENING as OPENING
from bot.talk.restart import restart
from bot.talk.wording import as_passages

if TYPE_CHECKING:
    from bot.talk.turn import Talk

HELP = (
    "I tell a team whether to fine-tune a language model, and what to do instead. Describe your case in your own "
    "words; I ask the few questions that can still change the verdict, then give it with reasons and sources. You can "
    "ask “why?”, “what if we had 500 examples?”, disagree, correct me, or ask about fine-tuning in general. “Start "
    "over” and “forget this” work too."
)
SILENT = (
    "The knowledge base does not say. It covers when to fine-tune a language model, and prompting, retrieval, evals, "
    "data, cost and providers around that."
)
INJECTION = (
    "I take messages as information about your case, not as instructions to me: the verdict comes from a fixed policy "
    "over the facts, and only facts change it. Tell me about your case if you have one."
)
SMALLTALK = (
    "I leave that to the humans here. If you wonder whether to fine-tune a model, describe the case and I will help."
)
OFFTOPIC = (
    "That is outside what I do: I only help to decide whether to fine-tune a language model, and what to do instead."
)
HELLO = f"Hello! {OPENING}"
FORGOTTEN = "Forgotten: everything about this thread is deleted."
FORGOTTEN_OWN = (
    "Forgotten: all that you said here is deleted. What others said stays; who started the thread can delete it all."
)
THANKS = "You are welcome. Tell me when something changes, and I will look at the verdict again."
NO_SUPPOSITION = "I could not read what to suppose. Try “what if we had 500 examples?” or “what if retrieval worked?”."


def offer(knowledge: Knowledge) -> Reply:
    """What to say to a message in which nothing could be read."""
    return Reply(type="text", text=OPENING)


def verdict_sentence(decision: Decision) -> str:
    """The verdict in one sentence."""
    certainty = certainty_of(decision)
    sure = "still open" if certainty == "open" else certainty
    return f"Verdict: {verdict_words(decision.verdict)} ({sure}). {decision.reasons[0].text}"


def answer(talk: Talk, session: Session, by: str, text: str, read: ReadMessage) -> tuple[Session, list[Reply]] | None:
    """The answer to an aside, and the session after it; None where the message is none. Open questions stay open."""
    tells = bool(read.facts or read.dont_know or read.corrects)
    known = session.entries
    news = [fact for fact in read.facts if fact.fact not in known or known[fact.fact].level != fact.value]
    act = read.act
    if act == "forget":
        if session.started_by not in (None, by):
            return forget_person(session, by), [Reply(type="text", text=FORGOTTEN_OWN)]
        return Session(thread=session.thread), [Reply(type="text", text=FORGOTTEN)]
    if act == "restart":
        session, reply = restart(session, by)
        return session, [reply]
    if (act == "injection" and not tells) or (read.kind == "injection" and act == "other" and not tells):
        return session, [Reply(type="text", text=INJECTION), *talk.asking(session.open)]
    if act == "status":
        told = say.everything(talk.knowledge.catalogue, session)
        return session, [Reply(type="text", text=told), *talk.asking(session.open)]
    if act == "help":
        return session, [Reply(type="text", text=HELP), *talk.asking(session.open)]
    if act == "why_asked" and session.open:
        asked = [rounds.unquoted(talk.knowledge, question) for question in session.open]
        why = " ".join(f"{question.text} - {question.why}" for question in asked)
        because = f"Because the answer can still change the verdict. {why}"
        return session, [Reply(type="text", text=because), *talk.asking(session.open)]
    if act in ("explain", "why_asked") and session.decision is not None:
        return session, [_explained(talk, session.decision)]
    if act == "disagree" and session.decision is not None and not news:
        return session, [_disputed(talk, session.decision)]
    if act == "what_if":
        return session, [_what_if(talk, session, text), *talk.asking(session.open)]
    if tells and (act != "other" or session.open or read.kind == "case"):
        return None
    if act == "thanks" and not session.open:
        return session, [Reply(type="text", text=THANKS)]
    if act == "greet" and not session.open:
        return session, [Reply(type="text", text=HELLO)]
    if act in ("dont_know", "skip"):
        return None
    if read.kind == "question":
        return _general(talk, session, read.question or text)
    if read.kind == "smalltalk" and not session.open:
        return session, [Reply(type="text", text=SMALLTALK)]
    if read.kind == "offtopic" and (not session.open or not read.unclear):
        return session, [Reply(type="text", text=OFFTOPIC), *talk.asking(session.open)]
    return None


def knowledge_answer(talk: Talk, text: str) -> Reply:
    """A grounded answer with its citations, or an honest word that the knowledge base is silent."""
    found = talk.passages.search(text, k=3)
    if not found:
        return Reply(type="answer", text=SILENT)
    best = found[0][1]
    passages = tuple(passage(talk.knowledge, id, score) for id, score in found if score >= 0.6 * best)
    citations = talk.knowledge.evidence.citations([part.note for part in passages])
    return Reply(type="answer", text=as_passages(passages), passages=passages, citations=citations)


def _general(talk: Talk, session: Session, text: str) -> tuple[Session, list[Reply]]:
    reply = knowledge_answer(talk, text)
    if session.open:
        return session, [reply, Reply(type="text", text="Back to your case:"), *talk.asking(session.open)]
    state = "answered" if session.state == "idle" else session.state
    return session.model_copy(update={"state": state}), [reply]


def _explained(talk: Talk, decision: Decision) -> Reply:
    cited = _Cited(talk.knowledge)
    return cited.reply(_reasons(talk, decision, cited))


def _disputed(talk: Talk, decision: Decision) -> Reply:
    cited = _Cited(talk.knowledge)
    lines = [_reasons(talk, decision, cited)]
    lines.append("The sources disagree here:" if decision.disputed else "The sources agree on this one.")
    for point in decision.disputed:
        sides = "; ".join(f"{side.says}{cited.marks(side.notes)}" for side in point.sides)
        lines.append(f"- {point.question} {sides}. Rule followed here: {point.working_rule}")
    lines.append("If a fact is wrong, tell me the right one and I decide again.")
    return cited.reply("\n".join(lines)).model_copy(update={"objection": True})


def _reasons(talk: Talk, decision: Decision, cited: _Cited) -> str:
    rule = f"rule {decision.rule} of policy {decision.policy}"
    lines = [f"Why “{verdict_words(decision.verdict)}” ({rule}):"]
    lines += [f"- {reason.text}{cited.marks(reason.notes)}" for reason in decision.reasons]
    if decision.assumed:
        catalogue = talk.knowledge.catalogue
        parts = [catalogue.facts[key].level(level).says for key, level in decision.assumed.items()]
        lines.append(f"Assumed, because nobody said otherwise: {'; '.join(parts)}.")
    return "\n".join(lines)


class _Cited:
    """Numbers what a text cites; the numbers are those of the reply's passages. Notes of the same sources share one."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._evidence = knowledge.evidence
        self._knowledge = knowledge
        self._notes: dict[str, int] = {}
        self._passages: dict[frozenset[str], str] = {}  # sources -> the first note from them

    def marks(self, notes: Iterable[str]) -> str:
        """The numbers of these notes, to stand behind a sentence."""
        found = sorted({number for note in notes if (number := self._number(note))})
        return (" " if found else "") + "".join(f"[{number}]" for number in found)

    def _number(self, note: str) -> int | None:
        sources = frozenset(
            key for claim in self._evidence.notes[note].claims for key in self._evidence.sources_of(claim)
        )
        if note not in self._notes and self._evidence.citations([note]):
            self._passages.setdefault(sources, note)
            self._notes[note] = list(self._passages).index(sources) + 1
        return self._notes.get(note)

    def reply(self, text: str) -> Reply:
        """The answer with the notes that it cites."""
        passages = tuple(passage(self._knowledge, note, 1.0) for note in self._passages.values())
        return Reply(type="answer", text=text, passages=passages, citations=self._evidence.citations(self._notes))


def _what_if(talk: Talk, session: Session, text: str) -> Reply:
    supposed = {fact.fact: fact.value for fact in talk.language.read_supposition(text)}
    if not supposed:
        return Reply(type="text", text=NO_SUPPOSITION)
    now = session.decision or talk.decision(session)
    facts = session.facts()
    if "quality" in supposed:
        given = {key: value for key, value in facts.given.items() if key not in ("score", "target")}
        facts = facts.model_copy(update={"given": given})
    then = decide(talk.knowledge, facts.with_(supposed), talk.today())
    told = "; ".join(fact_words(talk.knowledge.catalogue, key, value) for key, value in supposed.items())
    was, would = verdict_words(now.verdict), verdict_words(then.verdict)
    if then.verdict == now.verdict:
        return Reply(type="text", text=f"Supposing {told}: the verdict would stay “{was}”.")
    new = f"the verdict would be “{would}” instead of “{was}”. {then.reasons[0].text}"
    return Reply(type="text", text=f"Supposing {told}: {new}")
