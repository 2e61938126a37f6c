"""Card: a decision in people's words, with numbered sources, for any surface to lay out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from bot.core.decision import Decision
from bot.core.evidence import Citation
from bot.core.facts import Frozen
from bot.core.knowledge import Knowledge
from bot.core.policy import Verdict
from bot.core.rests import CardFact, facts_behind
from bot.core.session import Entry
from bot.core.sources import Listed, Numbers
from bot.core.words import (
    EVIDENCE_WORDS,
    Certainty,
    card_words,
    certainty_of,
    certainty_words,
    flip_condition,
    level_clause,
    method_words,
    verdict_words,
)

SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\bal\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\b[A-Z]\.)\s+(?=[A-Z0-9\"'(])"
)
NOT_CLOSE = "Nearest documented case, not close"


class FoundNote(Protocol):
    """A note that retrieval found for this situation."""

    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def citations(self) -> tuple[Citation, ...]: ...


class FoundCase(Protocol):
    """A documented case like this one."""

    @property
    def who(self) -> str: ...
    @property
    def task(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def shared(self) -> tuple[str, ...]: ...
    @property
    def citations(self) -> tuple[Citation, ...]: ...
    @property
    def close(self) -> bool: ...


class WordedVerdict(Protocol):
    """A verdict's sentence, and its reasons in order, in other words than those composed."""

    @property
    def sentence(self) -> str | None: ...
    @property
    def reasons(self) -> tuple[str, ...]: ...


class Cited(Frozen):
    """A sentence and the numbers of the sources behind it."""

    text: str
    marks: tuple[int, ...] = ()


class CardFlip(Frozen):
    """A condition ("If …") and the verdict under it, in words; `actionable` where the team can bring it about."""

    condition: str
    verdict: Verdict
    words: str
    actionable: bool


class CardStep(Frozen):
    """Something to do, and the sign that it is done."""

    title: str
    detail: str
    done_when: str
    marks: tuple[int, ...]


class CardDispute(Frozen):
    """A point on which the sources disagree, and the rule followed meanwhile."""

    question: str
    sides: tuple[Cited, ...]
    working_rule: str


class CardPassage(Frozen):
    """A note for this very situation: its title and first sentence."""

    title: str
    sentence: str
    marks: tuple[int, ...]


class CardCase(Frozen):
    """A documented case, what it was advised to do or did, and what came of it. `shared` names what is alike.

    Where it is not `close`, only nearer than the others, `who` says so.
    """

    who: str
    task: str
    words: str
    outcome: str
    shared: tuple[str, ...]
    marks: tuple[int, ...]
    close: bool = True


class Card(Frozen):
    """Everything people are shown of a decision, as sentences; numbers in `marks` point into `sources`.

    `in_dispute` says on what people contradict each other since it was made; empty where they do not.
    """

    verdict: Verdict
    headline: str
    sentence: str
    certainty: Certainty
    certainty_words: str
    assumed: tuple[str, ...]
    evidence: str
    facts: tuple[CardFact, ...]
    reasons: tuple[Cited, ...]
    flips: tuple[CardFlip, ...]
    steps: tuple[CardStep, ...]
    route: tuple[str, ...]
    method: Cited | None
    cautions: tuple[Cited, ...]
    disputed: tuple[CardDispute, ...]
    passages: tuple[CardPassage, ...]
    cases: tuple[CardCase, ...]
    sources: tuple[Listed, ...]
    in_dispute: str = ""


def make_card(
    knowledge: Knowledge,
    entries: Mapping[str, Entry],
    decision: Decision,
    passages: Sequence[FoundNote] = (),
    closest_cases: Sequence[FoundCase] = (),
    worded: WordedVerdict | None = None,
    conflicts: Iterable[str] = (),
) -> Card:
    """The card of a decision; `entries` are the session's, for who said what, `worded` its sentences in other words.

    `conflicts` are the facts on which people contradict each other now.
    """
    catalogue = knowledge.catalogue
    words = card_words(decision)
    certainty = certainty_of(decision)
    by_note: dict[str, list[Citation]] = {}
    for citation in decision.sources:
        by_note.setdefault(citation.note, []).append(citation)
    numbers = Numbers()
    reason_texts = worded.reasons if worded else [reason.text for reason in decision.reasons]

    def marks(notes: Iterable[str]) -> tuple[int, ...]:
        return numbers.of(citation for note in notes for citation in by_note.get(note, ()))

    # Numbers go up in the order of these arguments, which is the order in which a card is read.
    return Card(
        verdict=decision.verdict,
        headline=words.headline,
        sentence=(worded.sentence if worded else None) or words.sentence,
        certainty=certainty,
        certainty_words=certainty_words(decision),
        assumed=tuple(level_clause(key, catalogue.spec(key), level) for key, level in decision.assumed.items()),
        evidence=EVIDENCE_WORDS[decision.support],
        facts=facts_behind(knowledge, entries, decision),
        reasons=tuple(
            Cited(text=text, marks=marks(reason.notes))
            for text, reason in zip(reason_texts, decision.reasons, strict=True)
        ),
        flips=tuple(
            CardFlip(
                condition=flip_condition(catalogue, flip, decision.facts),
                verdict=flip.verdict,
                words=verdict_words(flip.verdict),
                actionable=flip.actionable,
            )
            for flip in decision.flips
        ),
        steps=tuple(
            CardStep(title=s.title, detail=s.detail, done_when=s.done_when, marks=marks(s.notes))
            for s in decision.next_steps
        ),
        route=tuple(verdict_words(verdict) for verdict in decision.route[1:]),
        method=Cited(text=method_words(method), marks=marks(method.notes)) if (method := decision.method) else None,
        cautions=tuple(Cited(text=caution.text, marks=marks(caution.notes)) for caution in decision.cautions),
        disputed=tuple(
            CardDispute(
                question=point.question,
                sides=tuple(Cited(text=side.says, marks=marks(side.notes)) for side in point.sides),
                working_rule=point.working_rule,
            )
            for point in decision.disputed
        ),
        cases=tuple(
            CardCase(
                who=case.who if case.close else f"{NOT_CLOSE}: {case.who}",
                task=case.task,
                words=verdict_words(case.verdict),
                outcome=case.outcome,
                shared=tuple(catalogue.facts[key].name for key in case.shared if key in catalogue.facts),
                marks=numbers.of(case.citations),
                close=case.close,
            )
            for case in closest_cases
        ),
        passages=tuple(
            CardPassage(title=p.title, sentence=first_sentence(p.text), marks=numbers.of(p.citations)) for p in passages
        ),
        sources=tuple(numbers.listed),
        in_dispute=_in_dispute([catalogue.facts[key].name for key in conflicts]),
    )


def _in_dispute(names: Sequence[str]) -> str:
    told = "People told me different things, so this verdict stands only until that is settled."
    return f"In dispute: {', '.join(names)}. {told}" if names else ""


def first_sentence(text: str) -> str:
    """The first sentence of a text; "et al." and the like do not end one."""
    return SENTENCE_END.split(" ".join(text.split()), maxsplit=1)[0]
