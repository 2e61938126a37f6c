"""Unasked: what messages tell of themselves - first messages, remarks, corrections, and what a "what if" supposes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from bot.core.facts import Catalogue, Frozen
from bot.language.clauses import clauses, clean, sentences
from bot.language.cues import PLURAL, TARGET_AFTER, TARGET_BEFORE
from bot.language.faults import are_poor
from bot.language.numbers import NUMBERS, quantities
from bot.language.phrases import Patterns
from bot.language.proposals import Proposal, Read, number_proposal
from bot.language.quantify import read_numbers, told_by
from bot.language.reading_model import ReadingModel
from bot.language.routing import Router
from bot.language.tagged import Tag
from bot.language.told_numbers import LEAST_SHARE, told_numbers

SURE_TOLD = 0.91  # probability from which on a level is taken that a message tells without being asked
CONSENT = 0.01  # chance from which on a known wording is believed
WHOLE_CLAUSE = 0.7  # part of its clause from which on it is believed whatever the model says
# What a first message touches upon in passing far more often than it tells it ("people seem happy", "one of 31 calls"): asking
# is better there than taking a remark for an answer, so more is wanted of it where no known wording says it.
IN_PASSING = frozenset({"evals", "quality", "coverage", "context_fit", "scope", "tuned_before", "cheaper_tried"})
SURE_IN_PASSING = 0.98
CONSENT_IN_PASSING = 0.2
# What an unasked message is not searched for: it changes no verdict, and is more often a side remark than a fact.
NOT_IN_OPENINGS = frozenset({"task_kind"})
ONLY_WORDED = frozenset({"provider"})  # a model named by the way is mostly one that was tried, not what they run on
# A statement by the way: how likely its fact must be (the router's scores run from -1 to 1), by how much more than any other,
# and how probably it tells a level of it.
LIKELY, AHEAD, SURE_STATED = -0.6, 0.1, 0.9
SURE_TOUCHED = 0.7  # the last, where it is only asked about
FEWEST, MOST_WORDS = 3, 14  # of such a statement: longer ones say more than one thing

# Words by which a fact goes, on the card and in talk about it.
NAMES = {
    "evals": "evals", "prompting": "prompting", "retrieval": "retrieval", "rag": "retrieval", "scope": "scope",
    "coverage": "coverage", "latency": "latency_gap", "cost": "cost_gap", "costs": "cost_gap", "volume": "volume",
    "target": "target", "score": "score", "stakes": "stakes", "residency": "residency", "rights": "data_rights",
    "reviewed": "label_quality", "labels": "label_quality",
}  # fmt: skip
_NAMED = re.compile(rf"\b(?:{'|'.join(NAMES)})\b", re.IGNORECASE)
_NOW = re.compile(
    r"\b(?:now|today|currently|meanwhile|by now|these days|jetzt|inzwischen|maintenant|ahora)\b", re.IGNORECASE
)


# Facts of which the name of a level stands for nothing else: "clear" and "works" are also said of anything.
NAMED_ALONE = frozenset({"provider", "task_kind", "scope", "coverage", "label_quality", "freshness"})
_LEAD = re.compile(r"^\W*(?:(?:yes|yep|ok|so|well|it'?s|it is|we'?re|we are|on|with|a|an|the)\W+)*", re.IGNORECASE)
# What the quality is now, where it is known already: "it's 99.8 now", "since the new prompt we reach 96".
_REACHED = re.compile(
    r"\b(?:it'?s|it is|that'?s|we'?re|we are|reach(?:es)?|scores?|gets?|hits?|passes|on est|on atteint|sind(?: wir)?|liegen|liegt|"
    r"estamos|llega)(?: (?:now|only|just|about|at|up to|down to|back at|bei|à|en|jetzt|maintenant))* ?~?(?=\d)",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:since|after|with|thanks to|seit|mit|depuis|avec|desde|con)\b.{0,40}"
    r"\b(?:new|neuen?|nouve\w+|nuev[oa]|switch\w*|fix\w*|change\w*)\b",
    re.IGNORECASE,
)


class Place(Frozen):
    """Characters of a message, from `start` up to `end`."""

    start: int
    end: int


class Unasked:
    """Reads what nobody asked for: by the tuned model and by known wordings, which check each other, and numbers by grammar."""

    def __init__(
        self, catalogue: Catalogue, patterns: Mapping[str, Sequence[Patterns]], model: ReadingModel, router: Router
    ) -> None:
        self._catalogue = catalogue
        self._patterns = patterns
        self._model = model
        self._router = router

    def read_opening(self, text: str, skip: Collection[str] = (), first: bool = False) -> Read:
        """What a message tells of itself, for facts other than `skip`; `first` is whether nothing was told before it."""
        text = clean(text)
        reading = self._model.read(text)
        worded, numbers = self.worded(text), told_numbers(text, reading)
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
        tags = [_by_its_share(text, tag) for tag in tags if _undisputed(tag, worded)]
        read = {tag.fact for tag in tags}
        tags += [
            Tag(fact=fact, level=level, probability=0.9, start=match.start, end=match.end)
            for fact, levels in worded.items()
            if len(levels) == 1 and fact not in read
            for level, match in levels.items()
            if fact not in self._model.labels
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
        ]
        proposals += [number_proposal(self._catalogue, told) for told in numbers if told.fact not in skip]
        return Read(proposals=tuple(proposals))

    def worded(self, text: str) -> dict[str, dict[str, Place]]:
        """Per fact the levels that stand in the text in a known wording, and where."""
        found: dict[str, dict[str, Place]] = {}
        for fact, rows in self._patterns.items():
            for piece in [*sentences(text), *clauses(text)]:
                matches = ((row.level, p.search(piece.text)) for row in rows for p in row.anywhere)
                level, match = next(((level, match) for level, match in matches if match), (None, None))
                if level is not None and match and fact not in NUMBERS:
                    place = Place(start=piece.start + match.start(), end=piece.start + match.end())
                    found.setdefault(fact, {}).setdefault(level, place)
        return found

    def read_statements(self, text: str, skip: Collection[str] = ()) -> tuple[Proposal, ...]:
        """What a message tells, also in plain words that stand for nothing else: "retrieval only partly works".

        Each clause in which nothing was found is taken for a statement about the one fact that it is most probably about.
        Only for messages that are known to state something: any other words would be about some fact, too.
        """
        text = clean(text)
        told = list(self.read_opening(text, skip).proposals)
        for clause in clauses(text):
            found = {proposal.fact for proposal in told}
            if not any(p.quote in clause.text or clause.text in p.quote for p in told):
                told += [p for p in self._stated(clause.text) if p.fact not in found and p.fact not in skip]
        return tuple(told)

    def touched(self, text: str) -> str:
        """The fact that a message in which nothing was read seems to state something about; empty where there is none."""
        for clause in clauses(clean(text)):
            fact = self._about(clause.text)
            if fact and fact not in NUMBERS and self._level(fact, clause.text)[1] >= SURE_TOUCHED:
                return fact
        return ""

    def read_score(self, text: str, corrects: bool = False) -> tuple[Proposal, ...]:
        """What a message says is reached now, in words that say so where the score was known before: "it's 99.8 now".

        `corrects` is whether the message takes something back: "my mistake, we're at 75" needs no "now".
        """
        for sentence in sentences(clean(text)):
            said = sentence.text
            reached = _REACHED.search(said)
            if not reached or not (corrects or _NOW.search(said) or _CHANGED.search(said)):
                continue
            for quantity in quantities(said):
                share = quantity.unit in ("percent", "scale", "fraction") or (
                    quantity.unit == "count"
                    and LEAST_SHARE <= quantity.value <= 100
                    and not PLURAL.match(said, quantity.end)
                )
                aimed = TARGET_BEFORE.search(said[: quantity.start]) or TARGET_AFTER.match(said, quantity.end)
                if quantity.start == reached.end() and share and not aimed:
                    return (number_proposal(self._catalogue, told_by(said, "score", quantity.value, quantity)),)
        return ()

    def read_level(self, text: str) -> tuple[Proposal, ...]:
        """The level that a message is the bare name of, if it is that of one fact: "it's classification", "yes, anthropic"."""
        words = _LEAD.sub("", clean(text)).strip(" .,!")
        named = [
            (fact, level)
            for fact in sorted(NAMED_ALONE)
            for level in self._catalogue.spec(fact).level_names
            if words.casefold() in (level.replace("_", " "), level)
        ]
        if len(named) != 1:
            return ()
        fact, level = named[0]
        value = self._catalogue.value_of(fact, level)
        return (Proposal(fact=fact, value=value, quote=clean(text)[:200], probability=1.0),)

    def read_news(self, text: str) -> tuple[Proposal, ...]:
        """The number that a message gives for a fact as it is now, or by its name: "we now reach 96%", "target: 90"."""
        for clause in clauses(clean(text)):
            fact = self._about(clause.text)
            if fact in NUMBERS and (_NOW.search(clause.text) or _NAMED.search(clause.text)):
                return tuple(self._stated(clause.text))
        return ()

    def _about(self, words: str) -> str | None:
        named = {NAMES[name.lower()] for name in _NAMED.findall(words)}
        if len(named) == 1 and len(words.split()) > 1:
            return next(iter(named))
        fact = self._router.surest(words, LIKELY, AHEAD) if FEWEST <= len(words.split()) <= MOST_WORDS else None
        return fact if fact in self._model.labels and fact not in NOT_IN_OPENINGS else None

    def _level(self, fact: str, words: str) -> tuple[str, float]:
        return self._model.weigh([(fact, words)])[0].best

    def _stated(self, words: str) -> list[Proposal]:
        fact = self._about(words)
        if fact is None:
            return []
        if fact in NUMBERS:  # any number may be a day's traffic: that has to be said
            asked = [fact] if fact != "volume" else []
            return [number_proposal(self._catalogue, told) for told in read_numbers(words, asked) if told.fact == fact]
        level, probability = self._level(fact, words)
        if probability < SURE_STATED:
            return []
        value = self._catalogue.value_of(fact, level)
        return [Proposal(fact=fact, value=value, quote=words[:200], probability=probability)]


def _enough(tag: Tag, worded: Mapping[str, Mapping[str, Place]], first: bool) -> float:
    """How probable a level must be to be taken as told."""
    passing = first and tag.fact in IN_PASSING and tag.level not in worded.get(tag.fact, {})
    return SURE_IN_PASSING if passing else SURE_TOLD


def _undisputed(tag: Tag, worded: Mapping[str, Mapping[str, Place]]) -> bool:
    """Whether a level read by the model may stand: not where one known wording says another level of that fact."""
    levels = worded.get(tag.fact, {})
    return len(levels) != 1 or tag.level in levels


def _by_its_share(text: str, tag: Tag) -> Tag:
    """A tag of examples as good in part, at the level that the share said to be wrong amounts to."""
    mixed = tag.fact == "label_quality" and tag.level == "mixed"
    return tag.model_copy(update={"level": "poor"}) if mixed and are_poor(_around(text, tag)) else tag


def _fills_its_clause(text: str, place: Place) -> bool:
    """Whether a known wording is all that its clause says, so that nothing beside it can mean otherwise."""
    around = next((piece for piece in clauses(text) if piece.start <= place.start < piece.end), None)
    return around is not None and place.end - place.start >= WHOLE_CLAUSE * len(around.text)


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
