"""Reread: what a message tells in its edited words, and whether that is any different from what it told before. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from bot.core.facts import Catalogue
from bot.core.session import Entry, Session
from bot.errors import FactError
from bot.ports import ReadFact
from bot.talk import rounds
from bot.talk.learn import learn, note_unknown
from bot.talk.turn import Talk

BARE = 2  # facts at most that a bare answer, such as a number, told


def reread(talk: Talk, before: Session, session: Session, message: str, by: str, text: str) -> Session:
    """`session`, from which the message was taken out, with what its new words tell, without making a turn of them.

    `before` is the session as it was. Words that tell nothing by themselves are read as the answer that the message was;
    what had been concluded from it stands where all that it had stated stands.
    """
    catalogue = talk.knowledge.catalogue
    unknown = [key for key, told_in in before.dont_know_in.items() if told_in == message]
    mine = _told_in(before, message)
    read = talk.language.read(text, (unknown,) if unknown else (), frozenset(session.entries))
    entries = _entries(catalogue, read.facts, by, message)
    stated = {key for key, entry in mine.items() if entry.grade != "inferred"}
    if not entries and 0 < len(stated) <= BARE:
        answers = talk.language.read(text, [(key,) for key in sorted(stated)], frozenset(session.entries)).facts
        entries = _entries(catalogue, (fact for fact in answers if fact.fact in stated), by, message)
    if stated and all(key in entries and entries[key].level == mine[key].level for key in stated):
        entries = {key: entry for key, entry in mine.items() if entry.grade == "inferred" and key != "task"} | entries
    was = next((line.text for line in reversed(before.transcript) if line.message == message), "")
    then = (
        {fact.fact: fact.value for fact in talk.language.read(was, (), frozenset(session.entries)).facts} if was else {}
    )
    entries = {key: entry for key, entry in entries.items() if key in mine or then.get(key) != entry.level}
    case = read.kind == "case" or entries  # and not a mere "never mind"
    if "task" in mine and case and "task" not in session.entries and "task" not in entries:
        words = " ".join(text.split())
        entries["task"] = Entry(level=words[:400], by=by, quote=words[:200], grade="inferred", message=message)
    after = learn(catalogue, session, entries).session
    still = unknown if read.act == "dont_know" else [key for key in read.dont_know if key in unknown]
    if not still:
        return after
    after = note_unknown(after, still, by)
    return after.model_copy(update={"dont_know_in": {**after.dont_know_in, **dict.fromkeys(still, message)}})


def differing(catalogue: Catalogue, before: Session, after: Session) -> tuple[list[str], list[str]]:
    """The facts that are no longer told, and those that are told anew or otherwise. A text in other words is the same."""
    then, now = _told(catalogue, before), _told(catalogue, after)
    return [key for key in then if key not in now], [key for key in now if then.get(key) != now[key]]


def reworded(talk: Talk, before: Session, after: Session) -> Session:
    """`before` with the words of `after`, which tells the same: nothing to ask, to decide or to say."""
    open = tuple(
        rounds.conflict_question(talk.knowledge, after, question.facts[0])
        if question.why == rounds.CONTRADICTION and question.facts[0] in after.conflicts
        else question
        for question in before.open
    )
    decision = before.decision
    if decision is not None and "task" in decision.facts and "task" in after.entries:
        facts = {**decision.facts, "task": after.entries["task"].level}
        decision = decision.model_copy(update={"facts": facts})
    kept = ("entries", "conflicts", "dont_know", "dont_know_in", "transcript")
    words = {name: getattr(after, name) for name in kept}
    return before.model_copy(update={**words, "open": open, "decision": decision})


def _told_in(session: Session, message: str) -> dict[str, Entry]:
    """What a message told, what is contradicted included."""
    told = {key: entry for key, entry in session.entries.items() if entry.message == message}
    sides = {key: e for key, conflict in session.conflicts.items() for e in conflict.entries if e.message == message}
    return told | sides


def _entries(catalogue: Catalogue, facts: Iterable[ReadFact], by: str, message: str) -> dict[str, Entry]:
    entries = {}
    for fact in facts:
        try:
            level = catalogue.check(fact.fact, fact.value)
        except FactError:
            continue
        entries[fact.fact] = Entry(level=level, by=by, quote=fact.quote, grade=fact.grade, message=message)
    return entries


def _told(catalogue: Catalogue, session: Session) -> dict[str, Any]:
    """What is known of each fact, without the words."""
    texts: Collection[str] = [key for key, spec in catalogue.facts.items() if spec.kind == "text"]
    told: dict[str, Any] = {key: "" if key in texts else entry.level for key, entry in session.entries.items()}
    sides: dict[str, Sequence[Entry]] = {key: conflict.entries for key, conflict in session.conflicts.items()}
    told |= {key: sorted((e.by, str(e.level)) for e in entries) for key, entries in sides.items()}
    return dict.fromkeys(session.dont_know) | told
