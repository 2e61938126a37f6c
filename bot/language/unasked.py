"""Unasked: what messages tell of themselves - first messages, remarks, corrections, and what a "what if" supposes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from bot.core.facts import Catalogue, Frozen
from bot.language.clauses import clauses, clean, sentences
from bot.language.faults import MANY, faulty_share
from bot.language.numbers import NUMBERS
from bot.language.phrases import Patterns
from bot.language.plain import BEHIND_NONE, WHOLE
from bot.language.proposals import Proposal, Read, number_proposal
from bot.language.reading_model import ReadingModel
from bot.language.tagged import Tag
from bot.language.told_numbers import told_numbers

SURE_TOLD = 0.91  # probability from which on a level is taken that a message tells without being asked
CONSENT = 0.01  # chance from which on a known wording is believed
# What a first message touches upon in passing far more often than it tells it ("people seem happy", "one of 31 calls"): asking
# is better there than taking a remark for an answer, so more is wanted of it where no known wording says it.
IN_PASSING = frozenset({"evals", "quality", "coverage", "context_fit", "scope", "tuned_before", "cheaper_tried"})
SURE_IN_PASSING = 0.98
CONSENT_IN_PASSING = 0.2
# What an unasked message is not searched for: it changes no verdict, and is more often a side remark than a fact.
NOT_IN_OPENINGS = frozenset({"task_kind"})
ONLY_WORDED = frozenset({"provider"})  # a model named by the way is mostly one that was tried, not what they run on


# What has to be named beside a level, without which it is something else that goes wrong: "wrong joins" are no wrong passages.
NAMED_WITH = {
    ("retrieval", "partly"): re.compile(
        r"\brag\b|retriev|search|index|paragraph|section|\bfinds?\b|look-?(?:s|ed)? ?up|fetch|vector|embedd|passage|chunk|"
        r"\bdocs?\b|document|\bpages?\b|knowledge base|\bkb\b|wiki|context|article|catalog|manual|suche|recherche|"
        r"in the prompt|\btools?\b",
        re.IGNORECASE,
    ),
    ("latency_gap", "no"): re.compile(
        r"fine|\bok|fast|quick|speed|latency|slow|\bnot?\b|n't|enough|good|problem|issue|overnight|batch|async|egal|schnell|rapid|"
        r"instant|under|below|within|meets|wait|time|hurry|irrelevant|nobody|never",
        re.IGNORECASE,
    ),
    ("cost_gap", "no"): re.compile(
        r"cost|pric|cheap|bill\b|budget|money|expens|peanuts|pennies|[$€£]|spend|afford|dear\b|\bpay|fine|\bok|kost|prix|barato|coût|"
        r"nothing",
        re.IGNORECASE,
    ),
}
# Words of which a message has one that says how good its examples are, where it tells no number of them.
_OF_DATA = re.compile(
    r"label|example|\bdata\b|\bpairs?\b|annotat|transcri|\brecords?\b|\brows?\b|training|to train|corpus|ground truth|gold|curat|"
    r"geprüft|daten|beispiel|ejemplo|exemple|donnée|\bedits\b|marked|coded|tagged|histor|archive|backlog|past \w+|old \w+|scripts",
    re.IGNORECASE,
)


class Place(Frozen):
    """Characters of a message, from `start` up to `end`."""

    start: int
    end: int


class Unasked:
    """Reads what nobody asked for: by the tuned model and by known wordings, which check each other, and numbers by grammar."""

    def __init__(self, catalogue: Catalogue, patterns: Mapping[str, Sequence[Patterns]], model: ReadingModel) -> None:
        self._catalogue = catalogue
        self._patterns = patterns
        self._model = model

    def read_opening(self, text: str, skip: Collection[str] = (), first: bool = False, trusting: bool = False) -> Read:
        """What a message tells of itself, for facts other than `skip`; `first` is whether nothing was told before it.

        `trusting` is whether it is known to tell something, so that a known wording is believed whatever the model holds of it.
        """
        text = clean(text)
        reading = self._model.read(text)
        worded, numbers = self.worded(text), told_numbers(text, reading)
        for fact, level in BEHIND_NONE.items():
            if {"none", level} == set(worded.get(fact, {})):
                del worded[fact]["none"]
        counted = [told.start for told in numbers if told.fact == "examples"]
        tags = [
            tag
            for tag in reading.tags()
            if tag.fact not in NUMBERS
            and (tag.fact not in ONLY_WORDED or worded.get(tag.fact))
            and tag.probability >= _enough(tag, worded, first)
            and not (
                tag.fact == "evals" and _in_one_clause(text, tag.start, counted)
            )  # to train on, not to measure with
        ]
        tags = [_by_its_share(text, tag) for tag in tags if _undisputed(tag, worded) and _speaks_of_it(text, tag)]
        read = {tag.fact for tag in tags}
        tags += [
            Tag(fact=fact, level=level, probability=0.9, start=match.start, end=match.end)
            for fact, levels in worded.items()
            if len(levels) == 1 and fact not in read
            for level, match in levels.items()
            if trusting
            or fact not in self._model.labels
            or reading.chance(fact, 0, len(text), level)
            >= (CONSENT_IN_PASSING if first and fact in IN_PASSING else CONSENT)
            or _fills_its_clause(text, match)
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
            if tag.fact != "label_quality" or counted or _OF_DATA.search(text)
        ]
        proposals += [number_proposal(self._catalogue, told) for told in numbers if told.fact not in skip]
        return Read(proposals=tuple(proposals))

    def worded(self, text: str) -> dict[str, dict[str, Place]]:
        """Per fact the levels that stand in the text in a known wording, and where."""
        found: dict[str, dict[str, Place]] = {}
        pieces = [*sentences(text), *clauses(text)]
        for fact, rows in self._patterns.items():
            if fact in NUMBERS:
                continue
            for piece in pieces:
                matches = ((row.level, p.search(piece.text)) for row in rows for p in row.anywhere)
                level, match = next(((level, match) for level, match in matches if match), (None, None))
                if level is not None and match:
                    place = Place(start=piece.start + match.start(), end=piece.start + match.end())
                    found.setdefault(fact, {}).setdefault(level, place)
        return found


def _enough(tag: Tag, worded: Mapping[str, Mapping[str, Place]], first: bool) -> float:
    """How probable a level must be to be taken as told."""
    passing = first and tag.fact in IN_PASSING and tag.level not in worded.get(tag.fact, {})
    return SURE_IN_PASSING if passing else SURE_TOLD


def _undisputed(tag: Tag, worded: Mapping[str, Mapping[str, Place]]) -> bool:
    """Whether a level read by the model may stand: not where one known wording says another level of that fact."""
    levels = worded.get(tag.fact, {})
    return len(levels) != 1 or tag.level in levels


def _speaks_of_it(text: str, tag: Tag) -> bool:
    """Whether the words around a tag name what its level cannot be told without: that retrieval misses, some retrieval."""
    named = NAMED_WITH.get((tag.fact, tag.level))
    return named is None or named.search(_around(text, tag)) is not None


def _by_its_share(text: str, tag: Tag) -> Tag:
    """A tag of examples as faulty, at the level that the share said to be wrong amounts to."""
    if tag.fact != "label_quality" or tag.level not in ("mixed", "poor"):
        return tag
    share = faulty_share(_around(text, tag))
    level = tag.level if share is None else "poor" if share >= MANY else "mixed"
    return tag.model_copy(update={"level": level})


def _fills_its_clause(text: str, place: Place) -> bool:
    """Whether a known wording is all that its clause says, so that nothing beside it can mean otherwise."""
    around = next((piece for piece in clauses(text) if piece.start <= place.start < piece.end), None)
    return around is not None and place.end - place.start >= WHOLE * len(around.text)


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
