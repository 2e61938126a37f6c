"""Reader: the embedded understanding. Proposes facts with the words they rest on; below its thresholds it proposes nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from bot.core.facts import Catalogue, Frozen, Value
from bot.core.session import Grade
from bot.language.acts import Acts
from bot.language.asked_numbers import asked_numbers
from bot.language.clauses import clauses, clean, sentences
from bot.language.heads import Features, Head
from bot.language.numbers import NUMBERS
from bot.language.phrases import Patterns
from bot.language.quantify import Told, read_numbers
from bot.language.reading_model import Reading, ReadingModel, Tag, Weighed
from bot.language.routing import Router
from bot.language.told_numbers import told_numbers

SURE_ANSWER = (
    0.7  # probability from which on a level is taken from a reply to its question alone, supposing that it answers it
)
LEAST = 0.5  # probability of that level, of all that such a reply may be, below which it is not taken even so
SURE_PART = 0.8  # the same from a part of a reply to several questions, which may belong to another one
# How many times likelier a level is where a known wording of it stands in a reply: one that holds anywhere, or in replies.
UNMISTAKABLE, USUAL = 50.0, 5.0
SURE_ELSEWHERE = 0.9  # the same for a reply that answers nothing that was asked
SURE_UNKNOWN = 0.6  # the same for a reply that says that nobody knows
CONSENT = 0.01  # the same where a known wording of it stands there
SURE_TOLD = 0.85  # the same for a level that a message tells without being asked
SURE_AGAINST = 0.95  # the same where a known wording says another level
RULED_OUT = 0.05  # chance below which the model rules a level out
TRACE = 0.12  # from this probability on a clause may be about a fact
# What an unasked message is not searched for: it changes no verdict, and is more often a side remark than a fact.
NOT_IN_OPENINGS = frozenset({"task_kind"})

# A yes or no and hardly anything beside it: it answers what was asked, whatever that was.
_ASSENT = re.compile(
    r"(?:yes|yep|yeah|yup|no|nope|nah|not really|definitely|absolutely|sure|of course|never|ja|klar|nein|oui|non|sí|si)\b"
    r"(?:\W+\w+){0,2}\W*$",
    re.IGNORECASE,
)


class Proposal(Frozen):
    """A fact that a message tells, in the words `quote`, with the probability that it was read right."""

    fact: str
    value: Value
    quote: str
    probability: float
    grade: Grade = "stated"


class _Place(Frozen):
    """Characters of a message, from `start` up to `end`."""

    start: int
    end: int


class Read(Frozen):
    """What a message tells. `unclear` are facts asked about that something was said about, but not clearly enough; `complete`
    is whether no part of a reply may be about a fact that got no value."""

    proposals: tuple[Proposal, ...] = ()
    unclear: tuple[str, ...] = ()
    dont_know: tuple[str, ...] = ()
    complete: bool = True


class Reader:
    """Reads messages by a tuned model, and numbers by grammar."""

    def __init__(
        self,
        catalogue: Catalogue,
        acts: Acts,
        patterns: Mapping[str, Sequence[Patterns]],
        model: ReadingModel,
        router: Head,
        features: Features,
    ) -> None:
        self._patterns = patterns
        self._catalogue = catalogue
        self._acts = acts
        self._model = model
        self._router = Router(patterns, router, features, model)

    # --- in reply to questions --------------------------------------------------------------------------------------

    def read_answer(self, text: str, asked: Sequence[str]) -> Read:
        """What a reply tells about the facts asked for, in their order."""
        text = clean(text)
        if not text or not asked:
            return Read()
        parts, traces = self._router.assign(text, asked)
        proposals: list[Proposal] = []
        unclear: list[str] = []
        dont_know: list[str] = []
        numbers = asked_numbers(text, asked, parts)
        for fact in asked:
            spec = self._catalogue.facts[fact]
            words = parts.get(fact, "")
            if fact in NUMBERS:
                if fact in numbers:
                    proposals.append(self._number(numbers[fact]))
                elif words and self._acts.says_dont_know(words):
                    dont_know.append(fact)
                elif words and fact not in ("score", "target"):
                    unclear.append(fact)
            elif spec.kind == "text":
                if words:
                    proposals.append(Proposal(fact=fact, value=words[:500], quote=words[:200], probability=1.0))
            elif words and not re.search(r"[^\W\d_]{2}", words):
                unclear.append(fact)  # a bare number tells no level
            elif words:
                if self._acts.says_dont_know(words):
                    dont_know.append(fact)
                    continue
                if (named := self.named_level(fact, words)) is not None:
                    value = self._catalogue.value_of(fact, named)
                    proposals.append(Proposal(fact=fact, value=value, quote=words, probability=1.0))
                    continue
                alone = len(asked) == 1
                weighed = self._voted(fact, words)
                level, probability = weighed.best
                doubtful = alone and probability < LEAST and not _ASSENT.match(words)
                if alone:
                    probability /= max(weighed.about, 1e-9)
                if weighed.dont_know >= SURE_UNKNOWN:
                    dont_know.append(fact)
                elif doubtful or self._off_the_point(fact, words, weighed, alone=alone):
                    unclear.append(fact)
                elif probability >= (SURE_ANSWER if alone else SURE_PART):
                    value = self._catalogue.value_of(fact, level)
                    proposals.append(Proposal(fact=fact, value=value, quote=words[:200], probability=probability))
                else:
                    unclear.append(fact)
        told_facts = {p.fact for p in proposals}
        if {"score", "target"} <= told_facts:
            proposals = [p for p in proposals if p.fact != "quality"]
            unclear = [fact for fact in unclear if fact != "quality"]
        silent = [fact for fact in asked if fact not in told_facts and fact not in dont_know]
        complete = not unclear and all(traces.get(fact, 0.0) < TRACE for fact in silent)
        return Read(proposals=tuple(proposals), unclear=tuple(unclear), dont_know=tuple(dont_know), complete=complete)

    def named_level(self, fact: str, words: str) -> str | None:
        """The level of a fact whose very name these words are: "open-ended"."""
        name = re.sub(r"[\W_]+", " ", words).strip().casefold()
        levels = self._model.labels.get(fact, ()) if fact not in NUMBERS else ()
        return next((level for level in levels if level.replace("_", " ") == name), None)

    def _off_the_point(self, fact: str, words: str, weighed: Weighed, alone: bool) -> bool:
        """Whether words given to a question are about something else: plainly so where it was the only one."""
        return (alone and weighed.elsewhere >= SURE_ELSEWHERE) or (fact == "evals" and self._counts_examples(words))

    def _counts_examples(self, words: str) -> bool:
        """Whether words count examples to train on, which are none to measure with, and say nothing known of measuring."""
        worded = any(p.search(words) for row in self._patterns.get("evals", ()) for p in row.anywhere)
        return not worded and any(told.fact == "examples" for told in read_numbers(words))

    def _voted(self, fact: str, words: str) -> Weighed:
        """What the model weighs, with a known wording of a level counting for that level."""
        weighed = self._model.weigh([(fact, words)])[0]
        for row in self._patterns.get(fact, ()):
            if row.level in weighed.levels:
                if any(p.search(words) for p in row.anywhere):
                    return weighed.favour(row.level, UNMISTAKABLE)
                if any(p.search(words) for p in row.answer):
                    return weighed.favour(row.level, USUAL)
        return weighed

    def number_in(self, text: str, fact: str) -> Proposal | None:
        """The number that a few words give for a fact."""
        return next((self._number(told) for told in read_numbers(text, [fact]) if told.fact == fact), None)

    def _number(self, told: Told) -> Proposal:
        spec = self._catalogue.facts[told.fact]
        value = int(told.value) if spec.integer else round(told.value, 2)
        return Proposal(
            fact=told.fact,
            value=value,
            quote=told.quote[:200],
            probability=0.97,
            grade="stated" if told.hedged else "measured" if told.fact == "score" else "stated",
        )

    # --- in messages that were not asked for ------------------------------------------------------------------------

    def read_opening(self, text: str, skip: Collection[str] = ()) -> Read:
        """What a message tells of itself, for facts other than `skip`."""
        text = clean(text)
        reading = self._model.read(text)
        worded, numbers = self._worded(text), told_numbers(text, reading)
        counted = [told.start for told in numbers if told.fact == "examples"]
        tags = [
            tag
            for tag in reading.tags()
            if tag.fact not in NUMBERS
            and tag.probability >= SURE_TOLD
            and not (
                tag.fact == "evals" and _in_one_clause(text, tag.start, counted)
            )  # to train on, not to measure with
        ]
        tags = [tag for tag in tags if _undisputed(tag, worded, reading)]
        read = {tag.fact for tag in tags}
        tags += [
            Tag(fact=fact, level=level, probability=0.9, start=match.start, end=match.end)
            for fact, levels in worded.items()
            if len(levels) == 1 and fact not in read
            for level, match in levels.items()
            if fact not in self._model.labels or reading.chance(fact, 0, len(text), level) >= CONSENT
        ]
        proposals = [
            Proposal(
                fact=tag.fact,
                value=self._catalogue.value_of(tag.fact, tag.level),
                quote=_around(text, tag),
                probability=tag.probability,
            )
            for tag in tags
            if tag.fact not in skip and tag.fact not in NOT_IN_OPENINGS
        ]
        proposals += [self._number(told) for told in numbers if told.fact not in skip]
        return Read(proposals=tuple(proposals))

    def _worded(self, text: str) -> dict[str, dict[str, _Place]]:
        """Per fact the levels that stand in the text in a known wording, and where."""
        found: dict[str, dict[str, _Place]] = {}
        for fact, rows in self._patterns.items():
            for piece in [*sentences(text), *clauses(text)]:
                matches = ((row.level, p.search(piece.text)) for row in rows for p in row.anywhere)
                level, match = next(((level, match) for level, match in matches if match), (None, None))
                if level is not None and match and fact not in NUMBERS:
                    place = _Place(start=piece.start + match.start(), end=piece.start + match.end())
                    found.setdefault(fact, {}).setdefault(level, place)
        return found

    def read_supposition(self, text: str) -> tuple[Proposal, ...]:
        """The facts that a "what if" supposes: as in any message, else the one fact that it is about."""
        text = clean(text)
        told = self.read_opening(text).proposals
        fact = self._router.likeliest(text)
        return told or (self.read_answer(text, [fact]).proposals if fact and fact != "task" else ())


def _undisputed(tag: Tag, worded: Mapping[str, Mapping[str, _Place]], reading: Reading) -> bool:
    """Whether a level read by the model may stand beside the known wordings of that fact: where one wording says another
    level, the model has to be very sure, and to rule that one out."""
    levels = worded.get(tag.fact, {})
    if len(levels) != 1 or tag.level in levels:
        return True
    return tag.probability >= SURE_AGAINST and reading.chance(tag.fact, 0, reading.end, next(iter(levels))) < RULED_OUT


def _in_one_clause(text: str, place: int, others: Sequence[int]) -> bool:
    """Whether a place lies in one clause with any of the others."""
    return any(p.start <= place < p.end and any(p.start <= other < p.end for other in others) for p in clauses(text))


def _around(text: str, tag: Tag) -> str:
    """The clause in which a tag stands, or its sentence where the clause is a single word."""
    for pieces in (clauses(text), sentences(text)):
        piece = next((p for p in pieces if p.start <= tag.start < p.end), None)
        if piece and " " in piece.text:
            return piece.text[:200]
    return text[tag.start : tag.end][:200]
