"""Labelled talk: knowledge/talk.jsonl, what teams might write, with the facts it tells. The reading model learns from it.

A line is {"id", "text", "told", "maybe", "answers"}: `told` are the facts that a first message tells, each with the
words that tell it; `maybe` those that one could argue about, which teach nothing; `answers` what the same team replies
when asked for a fact, `level` being "?" where nobody knows and "-" where the reply is none: small talk, a dodge, nonsense.
"""

from __future__ import annotations

from pathlib import Path

from bot.content.json_lines import load_lines
from bot.core.facts import Catalogue, Frozen, Value

FILE = "talk.jsonl"
UNKNOWN, ELSEWHERE = "?", "-"


class ToldFact(Frozen):
    """A fact, its value, and the words of the message that tell it."""

    fact: str
    level: Value
    quote: str


class Reply(Frozen):
    """What was typed in reply to a question, and the value it tells; UNKNOWN where nobody knows, ELSEWHERE where it tells none."""

    text: str
    level: Value


class TeamTalk(Frozen):
    """One team: its first message and some replies."""

    id: str
    text: str
    told: tuple[ToldFact, ...]
    maybe: tuple[ToldFact, ...] = ()
    answers: dict[str, Reply] = {}


def load_talk(folder: Path, catalogue: Catalogue) -> tuple[TeamTalk, ...]:
    """All labelled talk. Raises ContentError listing what is wrong, with file and line."""
    return load_lines(folder / FILE, TeamTalk, lambda line: _check(line, catalogue))


def _check(talk: TeamTalk, catalogue: Catalogue) -> None:
    """Raises ValueError or FactError for what the model could only learn wrongly."""
    for told in (*talk.told, *talk.maybe):
        catalogue.check(told.fact, told.level)
        if told.quote not in talk.text:
            raise ValueError(f"the words {told.quote!r} are not in the text")
    for fact, reply in talk.answers.items():
        catalogue.spec(fact)
        if reply.level not in (UNKNOWN, ELSEWHERE):
            catalogue.check(fact, reply.level)
        if not reply.text.strip():
            raise ValueError(f"the reply about {fact} is empty")
