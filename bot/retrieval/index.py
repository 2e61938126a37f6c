"""The notes as searchable numbers: words by BM25, meaning by sentence vectors.

A note's words are its title, text and `answers` together. Its vectors are one for each of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.core.evidence import Note
from bot.encoder.weights import Floats
from bot.retrieval.vectors import Vectors
from bot.retrieval.wording import Wording, fold

K1, B = 1.5, 0.5  # BM25: how fast repetition stops counting, how much long notes are held back
NEAREST = 3  # vectors of a note that count besides the best one
TYPO = 0.7  # letter pairs shared (Dice) from which an unknown word is taken for a known one
TYPOS_AT_MOST = 12  # in one query; each takes a look at all words


@dataclass(frozen=True)
class WordMatch:
    """How a query's words meet the notes: BM25, and the share of the query's rarity that a note has."""

    scores: Floats
    coverage: Floats
    unknown: float
    """The share of the query's words that no note has, not even spelt a little differently."""


class NoteIndex:
    """Everything search compares a query with. Building it takes some 100 ms, so do it when first needed."""

    def __init__(
        self, notes: Sequence[Note], vectors: Vectors, wording: Wording, reference: Vectors | None = None
    ) -> None:
        import bm25s  # type: ignore[import-untyped]  # takes 65 ms, which nobody who only decides should wait for

        self.ids = [note.id for note in notes]
        self._ignored = wording.ignored
        documents = [self.words("\n".join(texts_of(note))) for note in notes]
        self._words = bm25s.BM25(k1=K1, b=B)
        self._words.index(documents, show_progress=False)
        self._places: dict[str, int] = {word: int(place) for word, place in self._words.vocab_dict.items() if word}
        self._bounds: NDArray[np.int64] = np.asarray(self._words.scores["indptr"])
        self._holders: NDArray[np.int64] = np.asarray(self._words.scores["indices"])
        held = np.diff(self._bounds)
        self._rarity = np.log(1 + (len(notes) - held + 0.5) / (held + 0.5))
        self._terms = list(self._places)
        self._pairs, self._pair_counts = self._letter_pairs()

        texts = [texts_of(note) for note in notes]
        self._starts = np.cumsum([0, *(len(some) for some in texts)])
        self._vectors = vectors.of([text for some in texts for text in some], keep=True)
        self._slope, self._offset = 1.0, 0.0
        if reference is not None:
            known = reference.of([text for some in texts for text in some], keep=True)
            self._slope, self._offset = scale_to(self._contrast(known), self._contrast(self._vectors))
        self._typical = self._vectors.mean(axis=0)
        self._outside = vectors.of(list(wording.outside), keep=True)

    def words(self, text: str) -> list[str]:
        """The words of a text that are searched for, without their endings."""
        plain = re.sub(r"(?<=\d),(?=\d{3})", "", fold(text))
        return [stem(word) for word in re.findall(r"[a-z0-9]+(?:\.[0-9]+)*%?", plain) if word not in self._ignored]

    def by_words(self, query: str) -> WordMatch:
        """BM25 and coverage for every note. A word that looks mistyped counts as the nearest one, by how near it is."""
        scores = np.zeros(len(self.ids), np.float32)
        covered = np.zeros(len(self.ids), np.float32)
        total, unknown, typos = 0.0, 0, 0
        words = list(dict.fromkeys(self.words(query)))
        for word in words:
            known, weight = word, 1.0
            if word in self._places:
                total += float(self._rarity[self._places[word]])
            else:
                total += float(self._rarity.max())
                typos += 1
                nearest = self._nearest(word) if typos <= TYPOS_AT_MOST else None
                if nearest is None:
                    unknown += 1
                    continue
                known, weight = nearest
            place = self._places[known]
            scores += weight * self._words.get_scores([known])
            covered[self._holders[self._bounds[place] : self._bounds[place + 1]]] += weight * self._rarity[place]
        return WordMatch(scores, covered / max(total, 1e-6), unknown / max(len(words), 1))

    def by_meaning(self, vector: Floats) -> Floats:
        """Likeness for every note: half its nearest text, half the mean of its nearest ones."""
        return self._gathered(self.as_reference(self._vectors @ vector))

    def by_special_meaning(self, vector: Floats) -> Floats:
        """The same less what any text on the subject would get, so that general notes do not come up everywhere."""
        return self._gathered(self._slope * (self._vectors @ vector - self._vectors @ self._typical))

    def outside(self, vector: Floats) -> float:
        """Likeness to the nearest question that the notes do not cover."""
        return float(self.as_reference(self._outside @ vector).max()) if len(self._outside) else 0.0

    def as_reference(self, likeness: Floats) -> Floats:
        """Likenesses on the scale of the embedder that the thresholds were settled with."""
        scaled: Floats = (self._slope * likeness + self._offset).astype(np.float32)
        return scaled

    def _contrast(self, vectors: Floats) -> tuple[float, float]:
        """How alike a note's first answer and its text are, and how alike it and other notes' texts are, on average."""
        places = [place for place in range(len(self.ids)) if self._starts[place + 1] - self._starts[place] > 2]
        asked = np.stack([vectors[self._starts[place] + 2] for place in places])
        told = np.stack([vectors[self._starts[place] + 1] for place in places])
        alike = asked @ told.T
        own = float(np.diagonal(alike).mean())
        return own, float((alike.sum() - np.trace(alike)) / max(alike.size - len(places), 1))

    def _gathered(self, likeness: Floats) -> Floats:
        gathered = np.empty(len(self.ids), np.float32)
        for place in range(len(self.ids)):
            nearest = np.sort(likeness[self._starts[place] : self._starts[place + 1]])[::-1][:NEAREST]
            gathered[place] = (nearest[0] + nearest.mean()) / 2
        return gathered

    def _letter_pairs(self) -> tuple[dict[str, NDArray[np.int64]], NDArray[np.int64]]:
        holders: dict[str, list[int]] = {}
        counts = []
        for place, term in enumerate(self._terms):
            pairs = _pairs(term)
            counts.append(len(pairs))
            for pair in pairs:
                holders.setdefault(pair, []).append(place)
        return {pair: np.array(places) for pair, places in holders.items()}, np.array(counts)

    def _nearest(self, word: str) -> tuple[str, float] | None:
        if not 4 <= len(word) <= 40 or any(character.isdigit() for character in word):
            return None
        pairs = _pairs(word)
        found = [self._pairs[pair] for pair in pairs if pair in self._pairs]
        if not found:
            return None
        shared = np.bincount(np.concatenate(found), minlength=len(self._terms))
        dice = 2 * shared / (self._pair_counts + len(pairs))
        best = int(np.argmax(dice))
        return (self._terms[best], float(dice[best])) if dice[best] >= TYPO else None


def scale_to(reference: tuple[float, float], found: tuple[float, float]) -> tuple[float, float]:
    """Slope and offset that bring likenesses of one embedder onto the scale of another; each is given as like and unlike."""
    spread = found[0] - found[1]
    if spread < 1e-3:  # it tells nothing apart, and stretching would make much of that
        return 1.0, 0.0
    slope = (reference[0] - reference[1]) / spread
    return slope, reference[0] - slope * found[0]


def texts_of(note: Note) -> tuple[str, ...]:
    """The texts of a note that are searched."""
    return (note.title, note.text, *note.answers)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without the usual English endings; words with figures stay as they are."""
    if len(word) <= 3 or any(character.isdigit() for character in word):
        return word
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            break
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word


def _pairs(word: str) -> set[str]:
    edged = f"^{word}$"
    return {edged[place : place + 2] for place in range(len(edged) - 1)}
