"""Rests: the facts that a verdict rests on, the most important first, each with how it became known. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.decision import Decision
from bot.core.facts import Facts, Frozen, read_levels
from bot.core.knowledge import Knowledge
from bot.core.session import Entry, Grade
from bot.core.words import fact_words, value_words

MEASURED = ("quality", "score", "target")  # listed side by side


class CardFact(Frozen):
    """A fact that the verdict rests on: what it is called, what holds, who said so and in which words.

    `said` is the last two as people read them. What somebody picked (`grade`) has its value in there already.
    """

    key: str
    label: str
    value: str
    by: str
    quote: str
    grade: Grade
    said: str


def facts_behind(knowledge: Knowledge, entries: Mapping[str, Entry], decision: Decision) -> tuple[CardFact, ...]:
    """All that the decision read of what is in `entries`, and what it concluded from those."""
    catalogue = knowledge.catalogue
    known = {key: entry for key, entry in entries.items() if key in decision.facts}
    known |= _concluded(knowledge, known)
    return tuple(
        CardFact(
            key=key,
            label=catalogue.facts[key].name,
            value=value_words(catalogue.facts[key], known[key].level),
            by=known[key].by,
            quote=known[key].quote,
            grade=known[key].grade,
            said=_said(known[key], value_words(catalogue.facts[key], known[key].level)),
        )
        for key in _by_weight(knowledge, decision)
        if key in known
    )


def _by_weight(knowledge: Knowledge, decision: Decision) -> tuple[str, ...]:
    """Every fact: those of the reasons, of the winning rule, of the rest of the table, then the others."""
    order = [key for reason in decision.reasons for key in reason.facts]
    order += [key for when in knowledge.policy.rule(decision.rule).conjunctions for key in when]
    order += [key for key in knowledge.catalogue.facts if key in knowledge.verdict_chances.index]
    order += knowledge.catalogue.facts
    return tuple(dict.fromkeys(each for key in order for each in (MEASURED if key in MEASURED else (key,))))


def _concluded(knowledge: Knowledge, entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """What follows from the entries without anybody having said it, as entries whose quote says from what."""
    catalogue = knowledge.catalogue
    reading = read_levels(catalogue, Facts(given={key: entry.level for key, entry in entries.items()}))
    result = {}
    for key in reading.derived:
        told = "the task"
        if key == "quality":
            told = " and ".join(fact_words(catalogue, name, entries[name].level) for name in ("score", "target"))
        level = catalogue.value_of(key, reading.levels[key])
        result[key] = Entry(level=level, by="", quote=told, grade="inferred")
    return result


def _said(entry: Entry, value: str) -> str:
    """Who said it and how; words that only repeat the value are left out."""
    quote = " ".join(entry.quote.split())
    if entry.grade == "picked":
        return f"{entry.by} picked “{quote or value}”"
    if not entry.by:
        return f"concluded from {quote}"
    if not quote or " ".join(value.split()).startswith(quote):
        return entry.by
    return f"concluded from “{quote}” ({entry.by})" if entry.grade == "inferred" else f"{entry.by}: “{quote}”"
