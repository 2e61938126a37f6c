"""Reader: the embedded understanding. Proposes facts with the words they rest on; below its threshold it proposes nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from bot.core.facts import Catalogue, Frozen, Value
from bot.core.session import Grade
from bot.language.acts import Acts
from bot.language.clauses import Clause, clauses, clean, sentences
from bot.language.heads import Features, softmax
from bot.language.phrases import NUMBERS, Patterns
from bot.language.quantify import Told, read_numbers
from bot.language.routing import Router
from bot.language.trained import Heads

SURE_ANSWER = 0.7  # probability from which on a level is taken from a reply, where a known wording supports it
SURE_ALONE = 0.82  # the same where example phrases alone do
SHARPNESS = 3.5
PATTERN_VOTE = 0.7
SMALL = 12  # a number in words up to this is no percentage: "two of us grade them"
TRACE = 0.25  # from this probability on a clause may be about a fact
# What an unasked message is not searched for: it changes no verdict, and is more often a side remark than a fact.
NOT_IN_OPENINGS = frozenset({"tuned_before", "task_kind"})


class Proposal(Frozen):
    """A fact that a message tells, in the words `quote`, with the probability that it was read right."""

    fact: str
    value: Value
    quote: str
    probability: float
    grade: Grade = "stated"


class Read(Frozen):
    """What a message tells. `unclear` are facts asked about that something was said about, but not clearly enough; `complete`
    is whether no part of a reply may be about a fact that got no value."""

    proposals: tuple[Proposal, ...] = ()
    unclear: tuple[str, ...] = ()
    dont_know: tuple[str, ...] = ()
    complete: bool = True


class Reader:
    """Reads messages by trained heads, patterns and grammar."""

    def __init__(
        self,
        catalogue: Catalogue,
        acts: Acts,
        patterns: Mapping[str, Sequence[Patterns]],
        heads: Heads,
        features: Features,
    ) -> None:
        self._catalogue = catalogue
        self._acts = acts
        self._patterns = patterns
        self._heads = heads
        self._features = features
        self._router = Router(patterns, heads, features)

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
        numbers = self._asked_numbers(text, asked, parts)
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
                level, probability, worded = self.read_level(fact, words)
                if probability >= (SURE_ANSWER if worded else SURE_ALONE):
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

    def read_level(self, fact: str, words: str) -> tuple[str, float, bool]:
        """The likeliest level that a reply about `fact` tells, its probability, and whether a known wording is in it."""
        head = self._heads.level(fact)
        scores = head.scores(self._features.of([words]))[0].astype(np.float64)
        worded = False
        for row in self._patterns.get(fact, ()):
            if row.level in head.classes and any(p.search(words) for p in (*row.anywhere, *row.answer)):
                scores[head.classes.index(row.level)] += PATTERN_VOTE
                worded = True
                break
        probabilities = softmax(scores, SHARPNESS)
        best = int(probabilities.argmax())
        return head.classes[best], float(probabilities[best]), worded

    def _asked_numbers(self, text: str, asked: Sequence[str], parts: Mapping[str, str]) -> dict[str, Told]:
        """The numbers told for the facts asked for: each in the words about it, or both in the same words, or anywhere."""
        anywhere = {told.fact: told for told in read_numbers(text, asked)}
        result: dict[str, Told] = {}
        for fact in (fact for fact in asked if fact in NUMBERS):
            other = {"score": "target", "target": "score"}.get(fact, "")
            words = parts.get(fact, "")
            apart = bool(words) and other in asked and bool(parts.get(other))
            here = {told.fact: told for told in read_numbers(words, [fact] if apart or not other else [fact, other])}
            told = here.get(fact) or (here.get(other) if apart else anywhere.get(fact))
            if (
                told is None and other and other not in asked
            ):  # only one of the two was asked for, so that is what it is
                told = here.get(other) or anywhere.get(other)
            if told is not None and not (other and told.hedged and told.value <= SMALL):
                result[fact] = told.model_copy(update={"fact": fact})
        if (
            {"score", "target"} <= result.keys()
            and result["score"].value == result["target"].value
            and {"score", "target"} <= anywhere.keys()
        ):
            result |= {key: anywhere[key] for key in ("score", "target")}
        return result

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
        """What a message tells of itself, for facts other than `skip`: patterns and numbers alone.

        (Classifiers over sentence vectors were tried here too: right in about half of what they proposed.)
        """
        text = clean(text)
        pieces = _distinct([*sentences(text), *clauses(text)])
        if not pieces:
            return Read()
        votes: dict[str, dict[str, tuple[float, str]]] = {}
        for piece in pieces:
            for fact, level in self._pattern_hits(piece.text):
                _vote(votes, fact, level, 0.95, piece.text)
        proposals = [
            p
            for fact, levels in votes.items()
            if fact not in skip and fact not in NOT_IN_OPENINGS and (p := self._settled(fact, levels))
        ]
        proposals += [self._number(told) for told in read_numbers(text) if told.fact not in skip]
        return Read(proposals=tuple(proposals))

    def read_supposition(self, text: str) -> tuple[Proposal, ...]:
        """The facts that a "what if" supposes: as in any message, else the one fact that it is about."""
        text = clean(text)
        told = self.read_opening(text).proposals
        if told:
            return told
        fact = self._router.likeliest(text)
        if fact is None or fact == "task":
            return ()
        return self.read_answer(text, [fact]).proposals

    def _pattern_hits(self, text: str) -> Iterable[tuple[str, str]]:
        for fact, rows in self._patterns.items():
            for row in rows:
                if any(p.search(text) for p in row.anywhere):
                    yield fact, row.level
                    break

    def _settled(self, fact: str, levels: Mapping[str, tuple[float, str]]) -> Proposal | None:
        ranked = sorted(levels.items(), key=lambda item: -item[1][0])
        if len(ranked) > 1 and ranked[0][1][0] - ranked[1][1][0] < 0.03:
            return None  # two levels, equally well founded: better asked than guessed
        level, (probability, quote) = ranked[0]
        return Proposal(
            fact=fact, value=self._catalogue.value_of(fact, level), quote=quote[:200], probability=probability
        )


def _vote(
    votes: dict[str, dict[str, tuple[float, str]]], fact: str, level: str, probability: float, quote: str
) -> None:
    levels = votes.setdefault(fact, {})
    if level not in levels or levels[level][0] < probability or len(quote) < len(levels[level][1]):
        levels[level] = (max(probability, levels.get(level, (0.0, ""))[0]), quote)


def _distinct(pieces: Iterable[Clause]) -> list[Clause]:
    return list({piece.text: piece for piece in pieces}.values())
