"""Rounds: which questions come next in a talk - as a pick where words were not understood, as they were where nobody tried."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.core.ask import ROUND, pick_question, plan_round
from bot.core.decision import Question
from bot.core.facts import read_levels
from bot.core.knowledge import Knowledge
from bot.core.session import Session
from bot.talk import say

CONTRADICTION = "You contradict each other, and it matters."  # why a question asks that settles one
MATTERS = 0.25  # a fact matters where its levels move the probability of some verdict by this much


def next_round(
    knowledge: Knowledge, session: Session, unclear: Collection[str] = ()
) -> tuple[Session, tuple[Question, ...]]:
    """The next questions. What was asked in words before is offered as a pick, what was offered so is left open.

    `unclear` are facts whose answer was not understood: their picks come first, and the round goes on with what else is worth
    asking.
    """
    facts = session.facts()
    reading = read_levels(knowledge.catalogue, facts)
    again = [key for key in unclear if key not in session.repicked and key not in session.entries]
    again = [key for key in again if still_matters(knowledge, session, key)]
    while True:
        questions = plan_round(knowledge, facts, reading, session.skipped)
        asked = {question.id for question in questions if question.id in session.asked}
        repeated = {_asked_as(key) for id in asked for key in knowledge.questions[id].fills}
        picks = [key for key in knowledge.catalogue.facts if key in repeated - session.repicked and key not in again]
        picks = [*again, *picks][:ROUND]
        covered = {_asked_as(key) for key in picks}
        others = [q for q in questions if q.id not in asked and not covered.intersection(map(_asked_as, q.facts))]
        if picks or not repeated:
            session = session.model_copy(update={"repicked": session.repicked | set(picks)})
            return session, (*(pick_question(knowledge, key) for key in picks), *others)[:ROUND]
        session = session.model_copy(update={"skipped": session.skipped | repeated | {"target"}})


def picks_instead(knowledge: Knowledge, session: Session) -> tuple[Session, tuple[Question, ...]]:
    """Picks for the open questions, where a reply was not understood; what was offered so before is left open instead."""
    asked = {_asked_as(key) for question in session.open for key in question.facts}
    asked = {key for key in asked if knowledge.catalogue.facts[key].level_names}
    again = [
        key
        for key in knowledge.catalogue.facts
        if key in asked - session.repicked and still_matters(knowledge, session, key)
    ]
    if not again:
        return session.model_copy(update={"skipped": session.skipped | asked, "open": ()}), ()
    offered = tuple(question for question in session.open if session.repicked.issuperset(question.facts))
    session = session.model_copy(update={"repicked": session.repicked | set(again)})
    return session, (*(pick_question(knowledge, key) for key in again), *offered)[:ROUND]


def passed_over(session: Session, untouched: Iterable[Question]) -> Session:
    """The session in which these questions, which nobody tried to answer, may be asked once more as they were."""
    ids = {question.id for question in untouched} - session.passed_over
    asked = tuple(id for id in session.asked if id not in ids)
    return session.model_copy(update={"asked": asked, "passed_over": session.passed_over | ids})


def still_matters(knowledge: Knowledge, session: Session, key: str) -> bool:
    """Whether asking about a fact again is worth it: whether its levels still make a difference."""
    facts = session.facts()
    levels = read_levels(knowledge.catalogue, facts).levels
    key = _asked_as(key)
    chances = knowledge.verdict_chances
    if key in levels or key not in chances.index:
        return False
    view = chances.given(levels, frozenset(facts.given))
    outcomes = [o for o in view.distributions([{**levels, key: name} for name in chances.levels_of(key)]) if o]
    likeliest = {next(iter(outcome)) for outcome in outcomes}
    spread = max((abs(a.get(v, 0) - b.get(v, 0)) for a in outcomes for b in outcomes for v in a), default=0.0)
    return len(likeliest) > 1 or spread > MATTERS


def conflict_question(knowledge: Knowledge, session: Session, key: str) -> Question:
    """The question that settles what two people said differently."""
    told = " ".join(
        f"{entry.by} said {say.value_words(knowledge.catalogue, key, entry.level)} (\u201c{entry.quote[:80]}\u201d)."
        for entry in session.conflicts[key].entries
    )
    question = pick_question(knowledge, key)
    return question.model_copy(update={"text": f"{told} Which holds? {question.text}", "why": CONTRADICTION})


def unquoted(knowledge: Knowledge, question: Question) -> Question:
    """The question without the words of people that it repeats: what is kept and shown of it once it was asked."""
    if question.why != CONTRADICTION:
        return question
    asked = pick_question(knowledge, question.facts[0]).text
    return question.model_copy(update={"text": f"You contradicted each other. {asked}"})


def unsettled(session: Session, keys: Iterable[str]) -> Session:
    """The session with contradictions about these facts left open: nobody's answer counts then."""
    gone = session.conflicts.keys() & set(keys)
    if not gone:
        return session
    return session.model_copy(
        update={
            "conflicts": {key: conflict for key, conflict in session.conflicts.items() if key not in gone},
            "entries": {key: entry for key, entry in session.entries.items() if key not in gone},
        }
    )


def _asked_as(key: str) -> str:
    """Score and target are asked for by picking as the quality they amount to."""
    return "quality" if key in ("score", "target") else key
