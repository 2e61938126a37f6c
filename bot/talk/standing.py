"""Standing: what people ask about a verdict that stands - why, what next, what would change it, how sure - in the card's own words.

The numbers behind sentences are those of the card, so that a source has one number wherever it is cited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from bot.core.card import Card, make_card
from bot.core.decision import Decision
from bot.core.evidence import Citation
from bot.core.facts import read_levels
from bot.core.session import Session
from bot.core.sources import Listed
from bot.core.words import sure_words, verdict_words
from bot.talk import say
from bot.talk.grounds import case_words, closest
from bot.talk.replies import Passage, Reply

if TYPE_CHECKING:
    from bot.talk.turn import Talk

MOST_FLIPS = 4
NO_FLIPS = "No change of one or two of the facts that are known would bring another verdict."
ASSUMED = "Assumed, because nobody said otherwise:"
NO_MODEL = "So there is no model to choose for tuning yet: try the best one at hand first, and a smaller one once that is good."
BY_SCORE = "Which one is for your own evals to say: score two or three untuned, and tune the best that you can afford to serve."
_MODEL = re.compile(r"\b(?:model|base|where to (?:train|serve))\b", re.IGNORECASE)
NO_CASE = "I know too little of your case yet to name one like it."


class Standing:
    """The verdict of a session, to be asked about."""

    def __init__(self, talk: Talk, session: Session, decision: Decision) -> None:
        self._talk, self._session, self._decision = talk, session, decision
        self._card: Card = make_card(talk.knowledge, session.entries, decision)

    def explained(self) -> Reply:
        """Why: the rule and the reasons, with what was assumed."""
        return self._cited(self._why(), self._reason_notes())

    def disputed(self) -> Reply:
        """Why, and what the sources disagree on."""
        lines = self._why()
        lines.append("The sources disagree here:" if self._card.disputed else "The sources agree on this one.")
        for point in self._card.disputed:
            sides = "; ".join(f"{side.text}{_marks(side.marks)}" for side in point.sides)
            lines.append(f"- {point.question} {sides}. Rule followed here: {point.working_rule}")
        lines.append("If a fact is wrong, tell me the right one and I decide again.")
        sides_notes = (note for point in self._decision.disputed for side in point.sides for note in side.notes)
        return self._cited(lines, (*self._reason_notes(), *sides_notes)).model_copy(update={"objection": True})

    def steps(self) -> Reply:
        """What to do next."""
        if not self._card.steps:
            return Reply(type="text", text=f"{self._in_short()} There is nothing to do but that.")
        lines = [f"{self._in_short()} What to do next:"]
        for step in self._card.steps:
            lines.append(f"- {step.title}. {step.detail} Done when: {step.done_when}{_marks(step.marks)}")
        if self._card.route:
            lines.append(f"Then, if the target is still missed: {', then '.join(self._card.route)}.")
        return self._cited(lines, (note for step in self._decision.next_steps for note in step.notes))

    def change(self) -> Reply:
        """What would bring another verdict."""
        if not self._card.flips:
            return Reply(type="text", text=" ".join([NO_FLIPS, *self._unsaid()]))
        lines = [f"What would change “{verdict_words(self._decision.verdict)}”:"]
        for flip in self._card.flips[:MOST_FLIPS]:
            hands = " (in your hands)" if flip.actionable else ""
            lines.append(f"- {flip.condition}: “{flip.words}”{hands}")
        return Reply(type="text", text="\n".join(lines))

    def model(self) -> Reply:
        """How to tune, and on which model, as far as the policy says; no sources name the best model of a year."""
        if self._decision.method is None:
            return Reply(type="text", text=f"{self._in_short()} {NO_MODEL}")
        method = self._card.method
        lines = [f"{method.text}{_marks(method.marks)}"] if method else []
        lines += [
            f"- {step.title}. {step.detail}{_marks(step.marks)}"
            for step in self._card.steps
            if _MODEL.search(step.title)
        ]
        notes = [*self._decision.method.notes, *(note for step in self._decision.next_steps for note in step.notes)]
        return self._cited([*lines, BY_SCORE], notes)

    def sure(self) -> Reply:
        """How sure it is, and what it rests on unsaid."""
        return Reply(
            type="text", text="\n".join([f"{self._card.certainty_words} {self._card.evidence}", *self._unsaid()])
        )

    def verdict(self) -> Reply:
        """The verdict again, in short."""
        lines = [f"{self._in_short()} {self._decision.reasons[0].text}"]
        told = [key for reason in self._decision.reasons for key in reason.facts if key in self._session.entries]
        if rests := say.told(self._talk.knowledge.catalogue, self._session, dict.fromkeys(told)):
            lines.append(f"It rests on: {rests}.")
        if self._card.steps:
            lines.append(f"Next: {self._card.steps[0].title}. “Give me the steps” tells the rest.")
        return Reply(type="text", text="\n".join(lines))

    def cases(self) -> Reply:
        """The documented cases that are nearest."""
        knowledge = self._talk.knowledge
        levels = read_levels(knowledge.catalogue, self._session.facts()).levels
        found = closest(knowledge, self._talk.passages, self._session, levels, case_words(self._session))
        if not found:
            return Reply(type="text", text=NO_CASE)
        self._card = make_card(knowledge, self._session.entries, self._decision, (), found)
        lines = ["The documented cases nearest to yours:"]
        for case in self._card.cases:
            alike = f" Alike in: {', '.join(case.shared)}." if case.shared else ""
            lines.append(f"- {case.who}: {case.task}: “{case.words}”. {case.outcome}{alike}{_marks(case.marks)}")
        return self._cited(lines, (case.note for case in found))

    def _unsaid(self) -> list[str]:
        """What was assumed, and which verdict that could bring if it turns out otherwise."""
        lines = [f"{ASSUMED} {'; '.join(self._card.assumed)}."] if self._card.assumed else []
        if self._decision.alternatives and not self._decision.settled:
            other = verdict_words(self._decision.alternatives[0].verdict)
            lines.append(f"If what is not known turns out otherwise, “{other}” is the likeliest other verdict.")
        return lines

    def _in_short(self) -> str:
        return f"Verdict: {verdict_words(self._decision.verdict)} ({sure_words(self._decision)})."

    def _why(self) -> list[str]:
        decision = self._decision
        rule = f"rule {decision.rule} of policy {decision.policy}"
        lines = [f"Why “{verdict_words(decision.verdict)}” ({rule}):"]
        lines += [f"- {reason.text}{_marks(reason.marks)}" for reason in self._card.reasons]
        if self._card.assumed:
            lines.append(f"{ASSUMED} {'; '.join(self._card.assumed)}.")
        return lines

    def _reason_notes(self) -> tuple[str, ...]:
        return tuple(note for reason in self._decision.reasons for note in reason.notes)

    def _cited(self, lines: list[str], notes: Iterable[str]) -> Reply:
        """The answer with a passage for every source that these notes rest on, under the source's number on the card."""
        evidence = self._talk.knowledge.evidence
        citations = evidence.citations(dict.fromkeys(notes))
        passages = []
        for source in self._card.sources:
            from_it = [citation for citation in citations if _is(source, citation)]
            if from_it:
                told = [evidence.notes[citation.note] for citation in from_it]
                text = "\n\n".join(dict.fromkeys(note.text for note in told))
                passages.append(
                    Passage(
                        note=told[0].id,
                        title=told[0].title,
                        text=text,
                        score=1.0,
                        citations=tuple(from_it[:1]),
                        number=source.number,
                    )
                )
        return Reply(type="answer", text="\n".join(lines), passages=tuple(passages), citations=citations)


STANDING: dict[str, Callable[[Standing], Reply]] = {  # by act
    "explain": Standing.explained,
    "why_asked": Standing.explained,
    "disagree": Standing.disputed,
    "steps": Standing.steps,
    "change": Standing.change,
    "sure": Standing.sure,
    "model": Standing.model,
    "verdict": Standing.verdict,
    "cases": Standing.cases,
}


def _marks(numbers: Iterable[int]) -> str:
    """Numbers of sources, to stand behind a sentence."""
    marks = "".join(f"[{number}]" for number in numbers)
    return f" {marks}" if marks else ""


def _is(source: Listed, citation: Citation) -> bool:
    return source == Listed.of(source.number, citation)
