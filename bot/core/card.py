"""Card: a decision in people's words, with numbered sources, for any surface to lay out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from bot.core.decision import Decision, Flip, HowToTune, Support
from bot.core.evidence import Citation
from bot.core.facts import Catalogue, FactSpec, Frozen, Value
from bot.core.knowledge import Knowledge
from bot.core.policy import Verdict
from bot.core.session import Entry

Certainty = Literal["settled", "likely", "open"]
SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\bal\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)\s+(?=[A-Z0-9\"'(])")
LIKELY = 0.75  # from this probability on, a verdict that is not settled is called likely


class VerdictWords(NamedTuple):
    """A verdict as a few words for the middle of a sentence, as a headline, and as the one sentence below it."""

    short: str
    headline: str
    sentence: str


VERDICT_WORDS: dict[Verdict, VerdictWords] = {
    "stop": VerdictWords(
        "stop here",
        "Do not fine-tune: what you have meets its target",
        "Keep it as it is and go on measuring it.",
    ),
    "prompt_first": VerdictWords(
        "prompt first",
        "Do not fine-tune yet: prompting has more to give",
        "Better prompts, examples, structured output or another model come first; they are quicker to try and to undo.",
    ),
    "rag_first": VerdictWords(
        "facts first",
        "Do not fine-tune yet: give the model the facts first",
        "What is missing is knowledge, and that belongs in front of the model, by retrieval or in a cached prompt.",
    ),
    "evals_first": VerdictWords(
        "evals first",
        "Do not fine-tune yet: build evals first",
        "Until quality is measured nobody can tell what is wrong, or whether anything helps.",
    ),
    "data_first": VerdictWords(
        "data first",
        "Do not fine-tune yet: get the examples ready first",
        "Tuning is the right direction, but there is not enough good material to train on.",
    ),
    "fine_tune": VerdictWords(
        "fine-tune",
        "Fine-tune: training can close the gap that is left",
        "This is one of the cases in which training is the right tool.",
    ),
    "rag_plus_fine_tune": VerdictWords(
        "retrieval plus fine-tuning",
        "Keep retrieval and fine-tune as well",
        "Retrieval goes on bringing the facts; training corrects what the model does with them.",
    ),
}
CERTAINTY_WORDS: dict[Certainty, str] = {
    "settled": "Settled: nothing still open can change this.",
    "likely": "Likely: this holds unless something still open turns out unusual.",
    "open": "Open: what is not known yet could well change this.",
}
EVIDENCE_WORDS: dict[Support, str] = {
    "strong": "Strong evidence: three or more sources stand behind the reasons, at least two of them read closely.",
    "fair": "Fair evidence: more than one source stands behind the reasons, but not yet three that were well checked.",
    "thin": "Thin evidence: a single source stands behind the reasons. Test before you rely on it.",
}
METHOD_WORDS = {
    "sft": "Supervised fine-tuning",
    "dpo": "Preference tuning (DPO)",
    "rft": "Reinforcement fine-tuning",
    "distil": "Distillation into a small model",
    "classifier": "A small classifier in place of a text generator",
}


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


class Listed(Frozen):
    """A source in the numbered list; without `url` it is shown without a link."""

    number: int
    title: str
    author: str
    publication: str
    date: str
    url: str | None

    @classmethod
    def of(cls, number: int, c: Citation) -> Listed:
        """The source of a citation, under that number."""
        return cls(number=number, title=c.title, author=c.author, publication=c.publication, date=c.date, url=c.url)


class Cited(Frozen):
    """A sentence and the numbers of the sources behind it."""

    text: str
    marks: tuple[int, ...] = ()


class CardFact(Frozen):
    """A fact that the verdict rests on: what it is called, what holds, who said so and in which words."""

    key: str
    label: str
    value: str
    by: str
    quote: str


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
    """A documented case, what it was advised to do or did, and what came of it. `shared` names what is alike."""

    who: str
    task: str
    words: str
    outcome: str
    shared: tuple[str, ...]
    marks: tuple[int, ...]


class Card(Frozen):
    """Everything people are shown of a decision, as sentences; numbers in `marks` point into `sources`."""

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


def verdict_words(verdict: str) -> str:
    """A verdict in a few words, for the middle of a sentence."""
    return next((words.short for name, words in VERDICT_WORDS.items() if name == verdict), verdict.replace("_", " "))


def make_card(
    knowledge: Knowledge,
    entries: Mapping[str, Entry],
    decision: Decision,
    passages: Sequence[FoundNote] = (),
    closest_cases: Sequence[FoundCase] = (),
) -> Card:
    """The card of a decision; `entries` are the session's, for who said what."""
    catalogue = knowledge.catalogue
    words = VERDICT_WORDS[decision.verdict]
    certainty: Certainty = "settled" if decision.settled else "likely" if decision.confidence >= LIKELY else "open"
    by_note: dict[str, list[Citation]] = {}
    for citation in decision.sources:
        by_note.setdefault(citation.note, []).append(citation)
    numbers = _Numbers()

    def marks(notes: Iterable[str]) -> tuple[int, ...]:
        return numbers.of(citation for note in notes for citation in by_note.get(note, ()))

    # Numbers go up in the order of these arguments, which is the order in which a card is read.
    return Card(
        verdict=decision.verdict,
        headline=words.headline,
        sentence=words.sentence,
        certainty=certainty,
        certainty_words=CERTAINTY_WORDS[certainty],
        assumed=tuple(_level_clause(key, catalogue.spec(key), level) for key, level in decision.assumed.items()),
        evidence=EVIDENCE_WORDS[decision.support],
        facts=_facts(knowledge, entries, decision),
        reasons=tuple(Cited(text=reason.text, marks=marks(reason.notes)) for reason in decision.reasons),
        flips=tuple(_flip(catalogue, decision, flip) for flip in decision.flips),
        steps=tuple(
            CardStep(title=s.title, detail=s.detail, done_when=s.done_when, marks=marks(s.notes))
            for s in decision.next_steps
        ),
        route=tuple(verdict_words(verdict) for verdict in decision.route[1:]),
        method=_method(decision.method, marks(decision.method.notes)) if decision.method else None,
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
                who=case.who,
                task=case.task,
                words=verdict_words(case.verdict),
                outcome=case.outcome,
                shared=tuple(catalogue.facts[key].name for key in case.shared if key in catalogue.facts),
                marks=numbers.of(case.citations),
            )
            for case in closest_cases
        ),
        passages=tuple(
            CardPassage(title=p.title, sentence=first_sentence(p.text), marks=numbers.of(p.citations)) for p in passages
        ),
        sources=tuple(numbers.listed),
    )


def list_sources(citations: Iterable[Citation]) -> tuple[Listed, ...]:
    """Citations as a numbered list, each source once."""
    numbers = _Numbers()
    numbers.of(citations)
    return tuple(numbers.listed)


def first_sentence(text: str) -> str:
    """The first sentence of a text; "et al." and the like do not end one."""
    return SENTENCE_END.split(" ".join(text.split()), maxsplit=1)[0]


class _Numbers:
    """Gives every source a number when it is first cited."""

    def __init__(self) -> None:
        self.listed: list[Listed] = []
        self._number: dict[tuple[str | None, ...], int] = {}

    def of(self, citations: Iterable[Citation]) -> tuple[int, ...]:
        found = set()
        for c in citations:
            key = (c.title, c.author, c.publication, c.date, c.url)
            if key not in self._number:
                number = self._number[key] = len(self.listed) + 1
                self.listed.append(Listed.of(number, c))
            found.add(self._number[key])
        return tuple(sorted(found))


def _facts(knowledge: Knowledge, entries: Mapping[str, Entry], decision: Decision) -> tuple[CardFact, ...]:
    """What was said of the facts that the reasons and the winning rule name, in the catalogue's order."""
    keys = {"task"} | {key for reason in decision.reasons for key in reason.facts}
    keys |= {key for when in knowledge.policy.rule(decision.rule).conjunctions for key in when}
    if "quality" in keys:
        keys |= {"score", "target"}
    return tuple(
        CardFact(key=key, label=spec.name, value=value_words(spec, entry.level), by=entry.by, quote=entry.quote)
        for key, spec in knowledge.catalogue.facts.items()
        if key in keys and (entry := entries.get(key))
    )


def value_words(spec: FactSpec, value: Value) -> str:
    """A fact's value as people read it."""
    if spec.kind == "yes_no":
        return spec.levels["yes" if value else "no"].label
    if spec.kind == "levels":
        return spec.levels[str(value)].label
    if spec.kind == "number" and isinstance(value, int | float):
        return _number(spec, value)
    return str(value)


def _number(spec: FactSpec, value: float) -> str:
    return f"{value:g}%" if spec.unit == "%" else f"{value:,.10g}"


def _flip(catalogue: Catalogue, decision: Decision, flip: Flip) -> CardFlip:
    clauses = [_clause(catalogue, key, value, decision.facts.get(key)) for key, value in flip.change.items()]
    return CardFlip(
        condition=f"If {' and '.join(clauses)}",
        verdict=flip.verdict,
        words=verdict_words(flip.verdict),
        actionable=flip.actionable,
    )


def _clause(catalogue: Catalogue, key: str, value: Value, now: Value | None) -> str:
    """A value as a clause; a plain number is worded by the way it moves from what it is `now`."""
    spec = catalogue.spec(key)
    if (level := catalogue.level_of(key, value)) is not None:
        return _level_clause(key, spec, level)
    if isinstance(value, int | float) and isinstance(now, int | float):
        return f"the {spec.name} {'reaches' if value > now else 'falls to'} {_number(spec, value)}"
    return f"the {spec.name} is {value_words(spec, value)}"


def _level_clause(key: str, spec: FactSpec, level: str) -> str:
    if spec.bands:
        low, high = spec.bands[level].range
        if high == 0:
            return f"there are no {spec.unit}"
        if high is None:
            return f"there are {low:,.10g} {spec.unit} or more"
        return f"there are {f'{low:,.10g} to' if low else 'at most'} {high:,.10g} {spec.unit}"
    says = spec.levels[level].says
    return f"this is {says}" if key == "task_kind" else says


def _method(method: HowToTune, marks: tuple[int, ...]) -> Cited:
    weights = "with an adapter (LoRA)" if method.adapter else "with all weights"
    return Cited(text=f"{METHOD_WORDS[method.kind]}, {weights}. {method.why}", marks=marks)
