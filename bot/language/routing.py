"""Routing: which words of a reply belong to which of the facts asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.language.clauses import Clause, clauses
from bot.language.heads import Features, Head, softmax
from bot.language.numbers import NUMBERS
from bot.language.phrases import Patterns
from bot.language.plain import YES_OR_NO
from bot.language.quantify import read_numbers
from bot.language.reading_model import ReadingModel
from bot.language.solved import NONE

# Evidence of one clause for a fact, added to the router's score (which runs from -1 to 1).
ANYWHERE = 0.5  # a pattern that holds anywhere
ANSWER = 0.12  # a pattern that holds in a reply
READ = 0.3  # what the reading model says against its being about something else
NUMBER, NO_NUMBER = 0.35, -0.25  # a fact that is a number is told, or not, by the numbers of the clause
BEYOND, ELSEWHERE = -0.4, -0.35  # a clause about nothing, and one about a fact that was not asked for
SHARPNESS = 5.0
IN_ORDER = 0.9  # log-probability for the sentence and the fact at the same place, where there are as many of both
APART = 0.9  # how much more a reply must look to be about another fact than about the one asked for
SHORT = 2  # a clause of so few words says little of what it is about: its place in the order decides
# Log-probabilities of talk going from one asked fact to another, within a sentence and across two.
STAY, STAY_ACROSS = -0.1, -1.1
ON, ON_ACROSS, EACH_SKIPPED = -0.65, -0.1, -0.3
BACK, BACK_ACROSS = -1.6, -1.3
ASIDE = -0.9
# Facts that people tell of in the same words as of others: not enough to take a clause away from what was asked for.
RELATED = frozenset(
    {"task", "task_kind", "coverage", "data_edge", "rule", "answers", "grader", "stakes", "quality", "teacher"}
)
_YES_OR_NO = re.compile(rf"{YES_OR_NO}\W*", re.IGNORECASE)
Floats = npt.NDArray[np.float64]


class Router:
    """Assigns the clauses of a reply to the facts asked for: the best path through them (Viterbi).

    Talk mostly goes through the facts in the order in which they were asked for, a sentence or more to each.
    """

    def __init__(
        self, patterns: Mapping[str, Sequence[Patterns]], router: Head, features: Features, model: ReadingModel
    ) -> None:
        self._patterns = patterns
        self._router = router
        self._features = features
        self._model = model

    def looked_at(self, text: str, asked: Sequence[str]) -> list[str]:
        """The words whose vectors `assign` will want."""
        pieces = _with_their_yes_or_no(text, clauses(text))
        return [text] if len(asked) == 1 or not pieces else [piece.text for piece in pieces]

    def assign(self, text: str, asked: Sequence[str]) -> tuple[dict[str, str], dict[str, float]]:
        """Per fact the words that belong to it, and how probably any clause is about it."""
        pieces = _with_their_yes_or_no(text, clauses(text))
        if len(asked) == 1 or not pieces:
            return ({} if self._is_elsewhere(text, asked[0]) else {asked[0]: text}), {asked[0]: 1.0}
        asked = sorted(
            asked, key=lambda fact: fact == "quality" and "score" in asked
        )  # numbers tell it better than words
        evidence = self._evidence(pieces, asked)
        if pieces[-1].sentence + 1 == len(asked):
            evidence[[range(len(pieces))], [piece.sentence for piece in pieces]] += IN_ORDER
        traces = {fact: float(np.exp(evidence[:, i].max())) for i, fact in enumerate(asked)}
        path = _best_path(evidence, [piece.sentence for piece in pieces])
        words = {fact: _said(text, pieces, [i for i, s in enumerate(path) if s == n]) for n, fact in enumerate(asked)}
        return {fact: said for fact, said in words.items() if said}, traces

    def surest(self, text: str, least: float, ahead: float) -> str | None:
        """The one fact that a text is about: none where it scores below `least`, or not so far `ahead` of the next."""
        router = self._router
        scores = router.scores(self._features.of([text]))[0]
        second, first = np.argsort(scores)[-2:]
        fact = router.classes[int(first)]
        sure = scores[first] >= least and scores[first] - scores[second] >= ahead
        return fact if sure and fact[0].isalpha() else None

    def _is_elsewhere(self, text: str, fact: str) -> bool:
        """Whether a reply is plainly about another fact than the one asked for; a word or two say too little for that."""
        if len(text.split()) <= SHORT:
            return False
        router = self._router
        scores = router.scores(self._features.of([text]))[0]
        best = router.classes[int(scores.argmax())]
        other = best != fact and best[0].isalpha() and best not in RELATED and fact not in RELATED
        return other and fact in router.classes and float(scores.max() - scores[router.classes.index(fact)]) > APART

    def _evidence(self, pieces: Sequence[Clause], asked: Sequence[str]) -> Floats:
        """Log-probability of every clause being about each asked fact, or (last column) about none."""
        router = self._router
        scores = router.scores(self._features.of([piece.text for piece in pieces]))
        columns = [router.classes.index(fact) if fact in router.classes else -1 for fact in asked]
        picked = np.full((len(pieces), len(asked) + 1), -1.0)
        for column, c in enumerate(columns):
            if c >= 0:
                picked[:, column] = scores[:, c]
        others = [
            i
            for i, name in enumerate(router.classes)
            if name not in asked and name[0].isalpha() and name not in RELATED
        ]
        elsewhere = scores[:, others].max(axis=1) + ELSEWHERE
        picked[:, -1] = np.maximum(scores[:, router.classes.index(NONE)] + BEYOND, elsewhere)
        read = [column for column, fact in enumerate(asked) if fact in self._model.labels]
        weighed = self._model.glance([(asked[column], piece.text) for piece in pieces for column in read])
        about = np.array([1 - w.elsewhere for w in weighed]).reshape(len(pieces), len(read))
        picked[:, read] += READ * about
        for row, piece in enumerate(pieces):
            if len(piece.text.split()) <= SHORT:
                picked[row, :-1] = picked[row, :-1] * 0.3 + picked[row, :-1].mean() * 0.7
                picked[row, -1] = min(picked[row, -1], picked[row, :-1].min() - 0.2)
            hits = {told.fact for told in read_numbers(piece.text, asked)}
            for column, fact in enumerate(asked):
                rows = self._patterns.get(fact, ())
                if any(p.search(piece.text) for r in rows for p in r.anywhere):
                    picked[row, column] += ANYWHERE
                elif any(p.search(piece.text) for r in rows for p in r.answer):
                    picked[row, column] += ANSWER
                if fact in NUMBERS:
                    picked[row, column] += NUMBER if hits & {fact, "score"} and _may_be(fact, hits) else NO_NUMBER
        return np.log(softmax(picked, SHARPNESS) + 1e-6)


def _with_their_yes_or_no(text: str, pieces: Sequence[Clause]) -> list[Clause]:
    """The clauses, a bare yes or no put together with what it goes with: the words behind it in its sentence, or before it."""
    result: list[Clause] = []
    for piece in pieces:
        beside = result[-1] if result and result[-1].sentence == piece.sentence else None
        if beside and (_YES_OR_NO.fullmatch(beside.text) or _YES_OR_NO.fullmatch(piece.text)):
            result[-1] = beside.model_copy(update={"text": text[beside.start : piece.end], "end": piece.end})
        else:
            result.append(piece)
    return result


def _said(text: str, pieces: Sequence[Clause], places: Sequence[int]) -> str:
    """The words of these clauses as they stand in the text; where others stand between, that is left out (" … ")."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1][1] = place
        else:
            runs.append([place, place])
    return " … ".join(text[pieces[first].start : pieces[last].end] for first, last in runs)


def _may_be(fact: str, hits: set[str]) -> bool:
    """Whether the numbers of a clause can be this fact's; a bare percentage can be the score or the target."""
    return fact in hits or (fact == "target" and "score" in hits)


def _best_path(evidence: Floats, sentence: Sequence[int]) -> list[int]:
    states = evidence.shape[1]
    best = evidence[0] + np.array([EACH_SKIPPED * i for i in range(states - 1)] + [ASIDE])
    back: list[list[int]] = []
    for t in range(1, len(evidence)):
        across = sentence[t] != sentence[t - 1]
        steps = np.array([[_step(i, j, states - 1, across) for j in range(states)] for i in range(states)])
        total = best[:, None] + steps
        back.append([int(i) for i in total.argmax(axis=0)])
        best = total.max(axis=0) + evidence[t]
    path = [int(best.argmax())]
    for pointers in reversed(back):
        path.append(pointers[path[-1]])
    return path[::-1]


def _step(i: int, j: int, none: int, across: bool) -> float:
    if none in (i, j):
        return ASIDE
    if i == j:
        return STAY_ACROSS if across else STAY
    if j > i:
        return (ON_ACROSS if across else ON) + EACH_SKIPPED * (j - i - 1)
    return (BACK_ACROSS if across else BACK) + EACH_SKIPPED * (i - j - 1)
