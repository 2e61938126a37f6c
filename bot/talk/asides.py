"""Asides: what in a talk is not telling facts - why, what if, I disagree, a general question, small talk, injection."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from bot.core.decide import decide
from bot.core.decision import Decision, Question
from bot.core.forgetting import forget_person
from bot.core.knowledge import Knowledge
from bot.core.policy import Verdict
from bot.core.session import Session
from bot.core.weigh import supposing
from bot.core.words import fact_words, sure_words, verdict_words
from bot.ports import ReadMessage
from bot.talk import rounds, say
from bot.talk.defining import definition, meant
from bot.talk.grounds import passage
from bot.talk.replies import Reply
from bot.talk.restart import OPENING as OPENING
from bot.talk.restart import restart
from bot.talk.standing import STANDING, Standing
from bot.talk.weighing import own_case
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
    "The knowledge base does not say. It covers when tuning a language model pays, and prompting, retrieval, evals, "
    "data, cost and providers around that."
)
SILENCE = Reply(type="answer", text=SILENT)
INJECTION = (
    "I take messages as information about your case, not as instructions to me: the verdict comes from a fixed policy "
    "over the facts, and only facts change it. Tell me about your case if you have one."
)
SMALLTALK = (
    "All I can talk about is whether to fine-tune a language model. If you wonder about that, describe your case."
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
THANKS_ASKING = "You are welcome. The questions above stay open for whenever you like."
NOT_READ = (
    "I read no new fact in that. Tell me what is otherwise, ask “why?”, “what next?” or “what would change it?”, or ask "
    "about fine-tuning in general."
)
UNDO = "Nothing is taken back by itself: tell me the right fact, such as “sorry, 200 examples, not 2,000”, or say “start over”."
NO_VERDICT = "There is no verdict yet."
ABOUT_VERDICT = frozenset({"steps", "change", "sure", "verdict", "cases", "explain"})
MAY_OPEN = frozenset({"verdict", "cases", "explain"})  # "should we fine-tune?" may be how a case begins
DOING: dict[Verdict, str] = {  # what “that” is in “how long would that take”
    "evals_first": "building evals",
    "data_first": "collecting training examples",
    "rag_first": "retrieval (RAG)",
    "prompt_first": "prompt engineering",
}
LEFT_OUT = " I could not read what “{}” comes to, so it is left out."
NO_SUPPOSITION = "I could not read what to suppose. Try “what if we had 500 examples?” or “what if retrieval worked?”."


def offer(knowledge: Knowledge) -> Reply:
    """What to say to a message in which nothing could be read."""
    return Reply(type="text", text=OPENING)


def verdict_sentence(decision: Decision) -> str:
    """The verdict in one sentence."""
    return f"Verdict: {verdict_words(decision.verdict)} ({sure_words(decision)}). {decision.reasons[0].text}"


def answer(talk: Talk, session: Session, by: str, text: str, read: ReadMessage) -> tuple[Session, list[Reply]] | None:
    """The answer to an aside, and the session after it; None where the message is none. Open questions stay open."""
    tells = bool(read.facts or read.dont_know or read.corrects)
    known = session.entries
    news = [fact for fact in read.facts if fact.fact not in known or known[fact.fact].level != fact.value]
    act, again = read.act, _turned_away(session)
    if act == "forget":
        if session.started_by not in (None, by):
            return forget_person(session, by), [Reply(type="text", text=FORGOTTEN_OWN)]
        return Session(thread=session.thread), [Reply(type="text", text=FORGOTTEN)]
    if act == "restart":
        session, reply = restart(session, by)
        return session, [reply]
    if not tells and (act == "injection" or (read.kind == "injection" and act == "other" and not again)):
        return session, [Reply(type="text", text=INJECTION), *talk.asking(session.open)]
    if act == "status":
        told = say.everything(talk.knowledge.catalogue, session)
        return session, [Reply(type="text", text=told), *talk.asking(session.open)]
    if act == "help":
        return session, [Reply(type="text", text=HELP), *talk.asking(session.open)]
    if act == "undo":
        return session, [Reply(type="text", text=UNDO), *talk.asking(session.open)]
    if session.entries and (weighed := own_case(talk, session, text, act)):
        return session, [weighed, *talk.asking(session.open)]
    if act in ("question", "unsaid"):
        asked = _spelt_out(session, read.question or text)
        return _general(session, knowledge_answer(talk, asked) if act == "question" else SILENCE, talk)
    if not tells and read.kind != "case" and (defined := definition(talk.knowledge, read.question or text)):
        return _general(session, _with_source(talk, read.question or text, defined), talk)
    if act == "meaning" and session.open and not tells:
        return session, [Reply(type="text", text=meant(talk.knowledge, session.open, text)), *talk.asking(session.open)]
    if act == "why_asked" and session.open:
        open_now = tuple(rounds.unquoted(talk.knowledge, question) for question in session.open)
        return session, [Reply(type="text", text=because(open_now)), *talk.asking(session.open)]
    stands = session.decision if session.state == "decided" else None
    decision = stands or (talk.decision(session) if act == "cases" and session.entries else None)
    if decision is not None and act in STANDING and not (act == "disagree" and news):
        return session, [STANDING[act](Standing(talk, session, decision)), *talk.asking(session.open)]
    if act == "disagree" and session.open and not (news or session.conflicts):
        return session, [_before_a_verdict(talk, session), *talk.asking(session.open)]
    if act in ABOUT_VERDICT and (session.entries or act not in MAY_OPEN):
        leaning = (
            [Standing(talk, session, talk.decision(session)).change()] if act == "change" and session.entries else []
        )
        return session, [_before_a_verdict(talk, session), *leaning, *talk.asking(session.open)]
    if act == "what_if" and (session.entries or read.kind != "question"):
        return session, [_what_if(talk, session, text), *talk.asking(session.open)]
    if tells and (act != "other" or session.open or read.kind == "case"):
        return None
    if act == "thanks" and (not session.open or read.kind == "smalltalk"):
        return session, [Reply(type="text", text=THANKS_ASKING if session.open else THANKS)]
    if act == "greet" and not session.open:
        return session, [Reply(type="text", text=HELLO)]
    if act in ("dont_know", "skip"):
        return None
    if read.kind == "question":
        found = knowledge_answer(talk, read.question or text)
        may_answer = session.open and not found.passages and not text.rstrip().endswith("?")
        return None if may_answer else _general(session, found, talk)
    if read.kind == "smalltalk" and not session.open:
        return session, [Reply(type="text", text=SMALLTALK if session.decision is None else NOT_READ)]
    if read.kind == "offtopic" and not (session.open and (read.unclear or again)):
        return session, [Reply(type="text", text=OFFTOPIC), *talk.asking(session.open)]
    return None


def _turned_away(session: Session) -> bool:
    """Whether what was written last to an open question was turned away: whoever insists is offered levels to pick from."""
    said = takewhile(lambda line: line.by == "tunewise", reversed(session.transcript))
    return bool(session.open) and any(line.text in (INJECTION, OFFTOPIC) for line in said)


def because(questions: Sequence[Question]) -> str:
    """Why these questions are asked; with several, which reason belongs to which."""
    if len(questions) == 1:
        return f"Because the answer can still change the verdict. {questions[0].why}"
    lines = [f"- {question.text} {question.why}" for question in questions]
    return "\n".join(["Because the answers can still change the verdict:", *lines])


def knowledge_answer(talk: Talk, text: str) -> Reply:
    """A grounded answer with its citations, or an honest word that the knowledge base is silent."""
    found = talk.passages.search(text, k=3)
    if not found:
        return SILENCE
    best = found[0][1]
    passages = tuple(passage(talk.knowledge, id, score) for id, score in found if score >= 0.6 * best)
    citations = talk.knowledge.evidence.citations([part.note for part in passages])
    return Reply(type="answer", text=as_passages(passages), passages=passages, citations=citations)


def _with_source(talk: Talk, text: str, defined: str) -> Reply:
    """What a word means, and the passage of the knowledge base that is nearest to it, where there is one."""
    found = knowledge_answer(talk, text)
    if not found.passages:
        return Reply(type="answer", text=defined)
    words = f"{defined}\n\n{as_passages(found.passages[:1])}"
    citations = talk.knowledge.evidence.citations([found.passages[0].note])
    return Reply(type="answer", text=words, passages=found.passages[:1], citations=citations)


def _general(session: Session, reply: Reply, talk: Talk) -> tuple[Session, list[Reply]]:
    if session.open:
        return session, [reply, Reply(type="text", text="Back to your case:"), *talk.asking(session.open)]
    state = "answered" if session.state == "idle" else session.state
    return session.model_copy(update={"state": state}), [reply]


def _spelt_out(session: Session, text: str) -> str:
    """A question about cost and the like with the thing named that it calls “that”."""
    doing = DOING.get(session.decision.verdict, "fine-tuning") if session.decision else "fine-tuning"
    return re.sub(r"\b(it|that|this)\b", doing, text, count=1, flags=re.IGNORECASE)


def _before_a_verdict(talk: Talk, session: Session) -> Reply:
    """What to say to somebody who asks about a verdict that is not there yet."""
    if not session.entries:
        return Reply(type="text", text=f"{NO_VERDICT} {OPENING}")
    leaning = talk.decision(session)
    told = f"“{verdict_words(leaning.verdict)}” ({sure_words(leaning)})"
    return Reply(type="text", text=f"{NO_VERDICT} As far as I know now it is {told}. {leaning.reasons[0].text}")


def _what_if(talk: Talk, session: Session, text: str) -> Reply:
    read = talk.language.read_supposition(text)
    supposed = {fact.fact: fact.value for fact in read.facts}
    if not supposed:
        return Reply(type="text", text=NO_SUPPOSITION)
    now = talk.decision(session)
    then = decide(talk.knowledge, supposing(session.facts(), supposed), talk.today())
    told = "; ".join(fact_words(talk.knowledge.catalogue, key, value) for key, value in supposed.items())
    left = "".join(LEFT_OUT.format(part) for part in read.unread)
    was, would = verdict_words(now.verdict), verdict_words(then.verdict)
    if then.verdict == now.verdict:
        return Reply(type="text", text=f"Supposing {told}: the verdict would stay “{was}” ({sure_words(then)}).{left}")
    new = f"the verdict would be “{would}” ({sure_words(then)}) instead of “{was}”. {then.reasons[0].text}"
    return Reply(type="text", text=f"Supposing {told}: {new}{left}")
