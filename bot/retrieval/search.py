"""Search: the notes that answer a question or bear on a situation, and the documented cases like a team's own."""

from __future__ import annotations

import math
import threading
import unicodedata
from collections.abc import Iterable, Mapping
from typing import get_args

import numpy as np

from bot.core.evidence import Evidence
from bot.core.facts import Catalogue, Facts, read_levels
from bot.core.policy import TUNING, Verdict
from bot.encoder.weights import Floats
from bot.ports import CLOSE_ENOUGH
from bot.retrieval.index import NoteIndex, WordMatch
from bot.retrieval.vectors import Vectors
from bot.retrieval.wording import Wording

LONGEST_QUERY = 2000  # characters; the embedder reads about half of that

# Settled on the dev and calibration questions, where anything from 0.3 to 0.8 does nearly as well.
WORDS_WEIGHT = 0.5
FAR_BEHIND = 0.4  # of the best score: what is below only fills up the list

# Whether a question is answered at all: a logistic regression over `signs` below, fitted by
# tests/bench/retrieval_quality.py --fit on the dev and calibration questions. The bias puts the threshold at 0.
MEANING, COVERAGE, UNKNOWN, OUTSIDE, BIAS = 6.59, 2.49, -3.25, -6.32, -0.75

# What a situation is made of: its words first, then what the verdict and the facts say.
CASE_WORDS, CASE_VERDICT, CASE_SIGNALS = 0.5, 0.25, 0.25
UNCERTAIN = 2.0  # added to what a case could agree in, so that one shared fact is not full agreement

SIGNALS: dict[str, dict[str, tuple[str, ...]]] = {
    "behaviour_gap": {"yes": ("behaviour_gap",)},
    "knowledge_needed": {"yes": ("knowledge_gap",)},
    "cost_gap": {"yes": ("cost", "model_size", "caching")},
    "latency_gap": {"yes": ("latency", "model_size")},
    "cheaper_tried": {"no": ("caching", "model_size")},
    "prompting": {"none": ("prompting_effort",), "some": ("prompting_effort",), "systematic": ("prompting_effort",)},
    "retrieval": {"not_tried": ("knowledge_gap",), "partly": ("knowledge_gap", "hybrid"), "works": ("hybrid",)},
    "context_fit": {"too_large": ("long_context",), "fits": ("caching",)},
    "evals": {"none": ("eval_harness",), "eyeballed": ("eval_harness",)},
    "quality": {"close": ("accuracy_gap",), "far": ("accuracy_gap",), "unmeasured": ("eval_harness",)},
    "scope": {"narrow": ("scope",), "broad": ("scope",), "open_ended": ("scope",)},
    "coverage": {"niche": ("coverage",), "proprietary": ("coverage",)},
    "rule": {"partly": ("complex_instructions",), "show_only": ("subjectivity", "behaviour_gap")},
    "answers": {"many_fine": ("subjectivity",)},
    "examples": {"none": ("data_volume",), "handful": ("data_volume",), "few": ("data_volume",)},
    "label_quality": {"mixed": ("data_quality",), "poor": ("data_quality",), "unchecked": ("data_quality",)},
    "data_rights": {"unclear": ("compliance", "privacy")},
    "teacher": {"yes": ("distillation",)},
    "freshness": {"monthly": ("data_freshness",), "weekly": ("data_freshness",), "daily": ("data_freshness",)},
    "volume": {"high": ("volume", "cost"), "low": ("volume",)},
    "provider": dict.fromkeys(("openai", "anthropic", "google", "azure", "bedrock"), ("provider",)),
    "venue": {"none": ("ops", "provider"), "own_gpus": ("portability",)},
    "residency": {"must_stay": ("privacy", "portability"), "region": ("privacy",)},
    "personal_data": {"yes": ("privacy", "compliance")},
    "tuned_before": {"failed": ("hyperparameters", "data_quality"), "regressed": ("forgetting",), "live": ("ops",)},
    "stakes": {"high": ("safety",)},
}


class NoteSearch:
    """Finds notes by words and by meaning together; the index is made on first use. Any thread may ask.

    The thresholds were settled with the shipped embedder's vectors: with another's `vectors`, give those as `reference`.
    """

    def __init__(
        self,
        evidence: Evidence,
        catalogue: Catalogue,
        vectors: Vectors,
        wording: Wording,
        reference: Vectors | None = None,
    ) -> None:
        self._reference = reference
        self._notes = evidence.notes
        self._catalogue = catalogue
        self._vectors = vectors
        self._wording = wording
        self._made: NoteIndex | None = None
        self._lock = threading.Lock()

    def search(self, query: str, k: int = 5) -> list[tuple[str, float]]:
        """The notes that answer `query`, best first, scores from 0 to 1; empty where the notes do not say."""
        query = _cleaned(query)
        if not query or k < 1:
            return []
        vector, words = self._read(query)
        if confidence(*self._signs(vector, words)) < 0:
            return []
        found = self._ranked(_fused(self._index.by_meaning(vector), words) / (1 + WORDS_WEIGHT), k)
        return [(note, score) for note, score in found if score >= FAR_BEHIND * found[0][1]]

    def signs(self, query: str) -> tuple[float, float, float, float]:
        """What tells whether a question can be answered; the arguments of `confidence`."""
        return self._signs(*self._read(_cleaned(query)))

    def for_case(
        self, facts: Facts, levels: Mapping[str, str], verdict: str, words: str, k: int = 3
    ) -> list[tuple[str, float]]:
        """Notes that bear on a situation: for the verdict or on one of its troubles, and near to the team's words."""
        said = _cleaned(words)
        scores = np.zeros(len(self._notes), np.float32)
        if said:
            vector, match = self._read(said)
            likeness = np.clip(self._index.by_special_meaning(vector) / 0.5, 0, 1)
            scores = CASE_WORDS * _fused(likeness, match) / (1 + WORDS_WEIGHT)
        troubles = {signal for key, level in levels.items() for signal in SIGNALS.get(key, {}).get(level, ())}
        rarity = self._signal_rarity()
        for place, note in enumerate(self._notes.values()):
            stance = _stance(note.bears_on, verdict)
            shared = sum(rarity[signal] for signal in note.signals if signal in troubles)
            if stance < 0 or (stance == 0 and not shared):
                scores[place] = 0
                continue
            fit = shared / max(sum(rarity[signal] for signal in note.signals), 1e-6)
            scores[place] += CASE_VERDICT * stance + CASE_SIGNALS * fit
        return self._ranked(scores, k)

    def closest_cases(
        self, facts: Facts, levels: Mapping[str, str], words: str, k: int = 2
    ) -> list[tuple[str, tuple[str, ...], float]]:
        """Documented cases like this one, the facts in which they agree, and how close they are from 0 to 1.

        A shared level counts by its rarity; a contradiction takes half of that away. Where none is close, the nearest one
        stands alone.
        """
        said = _cleaned(words)
        vector = self._read(said)[0] if said else None
        found = []
        for note in self._notes.values():
            if note.case is None:
                continue
            theirs = read_levels(self._catalogue, Facts(given=note.case.facts)).levels
            if note.case.task_kind:
                theirs = {"task_kind": note.case.task_kind, **theirs}
            shared = tuple(key for key, level in theirs.items() if levels.get(key) == level)
            weights = {key: self._surprise(key, level) for key, level in theirs.items()}
            against = sum(weights[key] for key in theirs if key in levels and key not in shared)
            agreed = sum(weights[key] for key in shared) - against / 2
            score = 0.5 * max(agreed, 0) / (sum(weights.values()) + UNCERTAIN)
            if vector is not None:
                found_likeness = self._vectors.of([note.case.task], keep=True)[0] @ vector
                likeness = float(self._index.as_reference(found_likeness))
                score += 0.5 * min(max(likeness / 0.7, 0), 1)
            if score > 0:
                found.append((note.id, shared, round(score, 4)))
        found.sort(key=lambda case: (-case[2], case[0]))
        close = [case for case in found if case[1] and case[2] >= CLOSE_ENOUGH]
        return (close or found[: 1 if levels else 0])[: max(k, 0)]

    @property
    def _index(self) -> NoteIndex:
        with self._lock:
            if self._made is None:
                self._made = NoteIndex(list(self._notes.values()), self._vectors, self._wording, self._reference)
            return self._made

    def _read(self, query: str) -> tuple[Floats, WordMatch]:
        restated = self._wording.restated(query)
        if restated == query:
            # The vector comes before the index: it tells whether the stored vectors can be trusted.
            return self._vectors.of([query])[0], self._index.by_words(query)
        vector: Floats = self._vectors.of([query, restated]).mean(axis=0)
        return vector, self._index.by_words(f"{query} {restated}")

    def _signs(self, vector: Floats, words: WordMatch) -> tuple[float, float, float, float]:
        index = self._index
        return float(index.by_meaning(vector).max()), float(words.coverage.max()), words.unknown, index.outside(vector)

    def _ranked(self, scores: Floats, k: int) -> list[tuple[str, float]]:
        order = np.argsort(-scores, kind="stable")[: max(k, 0)]
        ids = self._index.ids
        return [(ids[place], round(float(min(scores[place], 1)), 4)) for place in order if scores[place] > 0]

    def _surprise(self, key: str, level: str) -> float:
        return -math.log(self._catalogue.spec(key).level(level).prior)

    def _signal_rarity(self) -> dict[str, float]:
        counts: dict[str, int] = {}
        for note in self._notes.values():
            for signal in note.signals:
                counts[signal] = counts.get(signal, 0) + 1
        return {signal: float(np.log(1 + len(self._notes) / count)) for signal, count in counts.items()}


def confidence(meaning: float, coverage: float, unknown: float, outside: float) -> float:
    """Above 0 the notes are taken to answer the question."""
    return MEANING * meaning + COVERAGE * coverage + UNKNOWN * unknown + OUTSIDE * outside + BIAS


def _fused(meaning: Floats, words: WordMatch) -> Floats:
    """Meaning leads; words add up to WORDS_WEIGHT, and nothing for notes that share none with the query."""
    best = float(words.scores.max())
    return meaning + WORDS_WEIGHT * words.scores / best if best > 0 else meaning


def _stance(bears_on: Mapping[Verdict, str], verdict: str) -> float:
    """1: speaks for the verdict, -1: against it, 0.5: against tuning where tuning is not advised, 0: neither."""
    for known in get_args(Verdict):
        if known == verdict and known in bears_on:
            return 1 if bears_on[known] == "+" else -1
    return 0.5 if verdict not in TUNING and _against_tuning(bears_on.items()) else 0


def _against_tuning(stances: Iterable[tuple[Verdict, str]]) -> bool:
    return any(verdict in TUNING and sign == "-" for verdict, sign in stances)


def _cleaned(text: str) -> str:
    """Without control characters, and not longer than what counts."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in text[: 4 * LONGEST_QUERY])
    return " ".join("".join(kept).split())[:LONGEST_QUERY]
