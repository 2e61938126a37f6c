"""Grounds: what retrieval adds to a verdict - passages for this very situation, and the closest documented cases."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.decision import Decision
from bot.core.knowledge import Knowledge
from bot.core.session import Session
from bot.ports import CLOSE_ENOUGH, Passages
from bot.talk.replies import ClosestCase, Passage


def case_words(session: Session) -> str:
    """The team's own words about their case."""
    quotes = [entry.quote for entry in session.entries.values() if entry.grade in ("stated", "measured")]
    task = session.entries.get("task")
    return " ".join(dict.fromkeys([str(task.level) if task else "", *quotes])).strip()[:2000]


def passage(knowledge: Knowledge, note_id: str, score: float) -> Passage:
    """A note as people are shown it."""
    note = knowledge.evidence.notes[note_id]
    citations = knowledge.evidence.citations([note_id])
    return Passage(note=note_id, title=note.title, text=note.text, score=round(score, 4), citations=citations)


def reason_notes(knowledge: Knowledge, decision: Decision) -> dict[str, str]:
    """What the notes behind the reasons of a decision say, by note."""
    notes = knowledge.evidence.notes
    return {note: notes[note].text for reason in decision.reasons for note in reason.notes if note in notes}


def ground(
    knowledge: Knowledge,
    passages: Passages,
    session: Session,
    levels: Mapping[str, str],
    decision: Decision,
    words: str,
) -> tuple[tuple[Passage, ...], tuple[ClosestCase, ...]]:
    """Passages and documented cases for a decided situation; notes that are cited already are not repeated."""
    facts = session.facts()
    cited = {note for reason in decision.reasons for note in reason.notes}
    found = passages.for_case(facts, levels, decision.verdict, words, k=6)
    texts = tuple(passage(knowledge, id, score) for id, score in found if id not in cited)[:3]
    return texts, closest(knowledge, passages, session, levels, words)


def closest(
    knowledge: Knowledge, passages: Passages, session: Session, levels: Mapping[str, str], words: str
) -> tuple[ClosestCase, ...]:
    """The documented cases closest to a situation, and what came of them; the nearest alone where none is close."""
    cases = []
    for id, shared, score in passages.closest_cases(session.facts(), levels, words, k=2):
        case = knowledge.evidence.notes[id].case
        if case is not None:
            cases.append(
                ClosestCase(
                    note=id,
                    who=case.who,
                    task=case.task,
                    verdict=case.verdict,
                    outcome=case.outcome,
                    shared=shared,
                    citations=knowledge.evidence.citations([id]),
                    close=bool(shared) and score >= CLOSE_ENOUGH,
                )
            )
    return tuple(cases)
