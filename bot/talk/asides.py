"""Asides: everything in a talk that is not telling facts - why, what if, I disagree, a general question, small talk, injection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.decide import decide
from bot.core.decision import Decision
from bot.core.knowledge import Knowledge
from bot.core.session import Session
from bot.ports import ReadMessage
from bot.talk import say
from bot.talk.grounds import passage
from bot.talk.replies import Reply

if TYPE_CHECKING:
    from bot.talk.turn import Talk

HELP = (
    "I tell a team whether to fine-tune a language model, and what to do instead. Describe your case in your own words; I ask the few "
    "questions that can still change the verdict, then give it with reasons and sources. You can ask \u201cwhy?\u201d, "
    "\u201cwhat if we had 500 examples?\u201d, disagree, correct me, or ask about fine-tuning in general. \u201cStart over\u201d and \u201cforget this\u201d work too."
)
SILENT = "The knowledge base does not say. It covers when to fine-tune a language model, and prompting, retrieval, evals, data, cost and providers around that."
INJECTION = (
    "I take messages as information about your case, not as instructions to me: the verdict comes from a fixed policy over the facts, and "
    "only facts change it. Tell me about your case if you have one."
)
SMALLTALK = "I leave that to the humans here. If you wonder whether to fine-tune a model, describe the case and I will help."
OFFTOPIC = "That is outside what I do: I only help to decide whether to fine-tune a language model, and what to do instead."
HELLO = "Hello! Tell me what your model should do and what is wrong with it today, and I will tell you whether to fine-tune."
THANKS = "You are welcome. Tell me when something changes, and I will look at the verdict again."


def offer(knowledge: Knowledge) -> Reply:
    """What to say to a message in which nothing could be read."""
    return Reply(type="text", text=HELLO.removeprefix("Hello! "))


def verdict_sentence(decision: Decision) -> str:
    """The verdict in one sentence."""
    sure = "settled" if decision.settled else "likely" if decision.confidence >= 0.75 else "still open"
    return f"Verdict: {say.VERDICT_WORDS[decision.verdict]} ({sure}). {decision.reasons[0].text}"


def answer(talk: Talk, session: Session, by: str, text: str, read: ReadMessage) -> tuple[Session, list[Reply]] | None:
    """The answer to an aside, and the session after it; None where the message is none. Open questions stay open."""
    told = bool(read.facts or read.dont_know)
    act = read.act
    if act == "injection" or (read.kind == "injection" and not told and not session.open):
        return session, [Reply(type="text", text=INJECTION), *talk.asking(session.open)]
    if act == "forget":
        return Session(thread=session.thread), [Reply(type="text", text="Forgotten: everything about this thread is deleted.")]
    if act == "restart":
        return Session(thread=session.thread), [Reply(type="text", text="Starting over. " + HELLO.removeprefix("Hello! "))]
    if act == "status":
        return session, [Reply(type="text", text=say.everything(talk.knowledge.catalogue, session)), *talk.asking(session.open)]
    if act == "help":
        return session, [Reply(type="text", text=HELP), *talk.asking(session.open)]
    if act == "why_asked" and session.open:
        why = " ".join(f"{question.text} - {question.why}" for question in session.open)
        return session, [Reply(type="text", text=f"Because the answer can still change the verdict. {why}"), *talk.asking(session.open)]
    if act in ("explain", "why_asked") and session.decision is not None:
        return session, [_explained(talk, session.decision)]
    if act == "disagree" and session.decision is not None and not told:
        return session, [_disputed(talk, session.decision)]
    if act == "what_if":
        return session, [_what_if(talk, session, text), *talk.asking(session.open)]
    if told and (act != "other" or session.open or read.kind == "case"):
        return None
    if act == "thanks" and not session.open:
        return session, [Reply(type="text", text=THANKS)]
    if act == "greet" and not session.open:
        return session, [Reply(type="text", text=HELLO)]
    if act in ("dont_know", "skip"):
        return None
    if read.kind == "question":
        return _general(talk, session, text)
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
    words = "\n\n".join(f"{part.text} [{i}]" for i, part in enumerate(passages, 1))
    citations = talk.knowledge.evidence.citations([part.note for part in passages])
    return Reply(type="answer", text=words, passages=passages, citations=citations)


def _general(talk: Talk, session: Session, text: str) -> tuple[Session, list[Reply]]:
    reply = knowledge_answer(talk, text)
    if session.open:
        return session, [reply, Reply(type="text", text="Back to your case:"), *talk.asking(session.open)]
    state = "answered" if session.state == "idle" else session.state
    return session.model_copy(update={"state": state}), [reply]


def _explained(talk: Talk, decision: Decision) -> Reply:
    reasons = "\n".join(f"- {reason.text}" for reason in decision.reasons)
    assumed = ""
    if decision.assumed:
        catalogue = talk.knowledge.catalogue
        parts = [catalogue.facts[key].level(level).says for key, level in decision.assumed.items()]
        assumed = f"\nAssumed, because nobody said otherwise: {'; '.join(parts)}."
    text = f"The rule \u201c{decision.rule}\u201d of policy {decision.policy} fired:\n{reasons}{assumed}"
    notes = [note for reason in decision.reasons for note in reason.notes]
    passages = tuple(passage(talk.knowledge, note, 1.0) for note in dict.fromkeys(notes))
    return Reply(type="answer", text=text, passages=passages, citations=talk.knowledge.evidence.citations(notes))


def _disputed(talk: Talk, decision: Decision) -> Reply:
    explained = _explained(talk, decision)
    parts = []
    for point in decision.disputed:
        sides = " / ".join(f"{side.says} ({', '.join(side.notes)})" for side in point.sides)
        parts.append(f"- {point.question} {sides}. Working rule: {point.working_rule}")
    other = "\nThe sources disagree here:\n" + "\n".join(parts) if parts else "\nThe sources agree on this one."
    text = f"{explained.text}{other}\nIf a fact is wrong, tell me the right one and I decide again."
    notes = [note for point in decision.disputed for side in point.sides for note in side.notes]
    citations = talk.knowledge.evidence.citations([*(p.note for p in explained.passages), *notes])
    return Reply(type="answer", text=text, passages=explained.passages, citations=citations)


def _what_if(talk: Talk, session: Session, text: str) -> Reply:
    supposed = {fact.fact: fact.value for fact in talk.language.read_supposition(text)}
    if not supposed:
        return Reply(type="text", text="I could not read what to suppose. Try \u201cwhat if we had 500 examples?\u201d or \u201cwhat if retrieval worked?\u201d.")
    now = session.decision or talk.decision(session)
    facts = session.facts()
    if "quality" in supposed:
        facts = facts.model_copy(update={"given": {k: v for k, v in facts.given.items() if k not in ("score", "target")}})
    then = decide(talk.knowledge, facts.with_(supposed), talk.today())
    words = "; ".join(say.fact_words(talk.knowledge.catalogue, key, value) for key, value in supposed.items())
    if then.verdict == now.verdict:
        return Reply(type="text", text=f"Supposing {words}: the verdict would stay \u201c{say.VERDICT_WORDS[now.verdict]}\u201d.")
    return Reply(
        type="text",
        text=f"Supposing {words}: the verdict would be \u201c{say.VERDICT_WORDS[then.verdict]}\u201d instead of \u201c{say.VERDICT_WORDS[now.verdict]}\u201d. {then.reasons[0].text}",
    )
