"""Rounds: the questions that are open as a surface keeps them, with what was picked so far, and as it shows them.

    Round.shown(knowledge, session, names={}) -> Shown            while it is open
    Round.over(knowledge, before, after, names={}) -> Shown       when the talk has gone on: who answered what, and how

`names` are those of people whose ids stand in picks; sessions come with names in them.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.decision import Question
from bot.core.facts import Frozen, Value
from bot.core.knowledge import Knowledge
from bot.core.session import Session
from bot.surfaces.blockkit.build import Shown
from bot.surfaces.blockkit.picks import DONT_KNOW
from bot.surfaces.blockkit.questions import STALE, Answered, ask_round, clashes_in, closed_round
from bot.talk.rounds import unquoted
from bot.talk.say import value_words


class Pick(Frozen):
    """An answer that somebody picked in the open round; None in `answers` means that nobody knows."""

    by: str
    label: str
    answers: dict[str, Value | None]


class Round(Frozen):
    """A message with questions: what it is called, what it asks, and what was picked so far."""

    id: str
    questions: tuple[Question, ...]
    understood: str = ""
    picks: dict[str, Pick] = {}

    def shown(self, knowledge: Knowledge, session: Session, names: Mapping[str, str] | None = None) -> Shown:
        """The questions with their controls, those that were picked with their answers."""
        clashes = clashes_in(knowledge, session)
        return ask_round(self.id, self.questions, self.understood, self._picked(names), clashes)

    def over(
        self, knowledge: Knowledge, before: Session, after: Session, names: Mapping[str, str] | None = None
    ) -> Shown:
        """Who answered what, by a press or in words, without controls; `before` and `after` are the sessions of that turn."""
        told = self._picked(names)
        for question in self.questions:
            if question.id in told:
                continue
            news = [key for key in question.facts if _new(key, before, after)]
            unknown = [after.dont_know[key] for key in question.facts if key in after.dont_know]
            if news:
                entry = after.entries[news[0]]
                told[question.id] = Answered(entry.by, value_words(knowledge.catalogue, news[0], entry.level))
            elif unknown:
                told[question.id] = Answered(unknown[0], DONT_KNOW)
        note = "" if all(question.id in told for question in self.questions) else STALE
        plain = [unquoted(knowledge, question) for question in self.questions]
        understood = (
            "" if "\n" in self.understood else self.understood
        )  # no list of who said what: it may not hold for long
        return closed_round(plain, told, understood, note)

    def _picked(self, names: Mapping[str, str] | None) -> dict[str, Answered]:
        known = names or {}
        return {id: Answered(known.get(pick.by, pick.by), pick.label) for id, pick in self.picks.items()}


def _new(key: str, before: Session, after: Session) -> bool:
    """Whether the turn brought a level that counts: before it was another, or none that counted."""
    if key not in after.entries or key in after.conflicts:
        return False
    entry = before.entries.get(key)
    return entry is None or key in before.conflicts or entry.level != after.entries[key].level
