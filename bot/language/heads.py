"""Heads: small linear classifiers over sentence vectors and hashed n-grams, solved in closed form.

Ridge regression on one-against-rest targets, with rows weighted so that every class counts the same.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
VectorsOf = Callable[[Sequence[str]], Floats]
BUCKETS = 1024
RIDGE = 2.0
FORESEEN = 64  # texts; more would push each other out of what is kept
_WORD = re.compile(r"[^\W_]+|%|\$|\?")


class Features:
    """Texts as rows of numbers: sentence vector, hashed n-grams of words and of letters, a constant."""

    def __init__(self, vectors_of: VectorsOf, buckets: int = BUCKETS) -> None:
        self._vectors_of = vectors_of
        self._buckets = buckets

    def foresee(self, texts: Sequence[str]) -> None:
        """Embeds at once what will be asked for piece by piece in this turn: it is faster, and lately made vectors are kept."""
        if len(texts) <= FORESEEN:
            self._vectors_of(list(texts))

    def of(self, texts: Sequence[str]) -> Floats:
        """Shape (texts, 384 + buckets + 1)."""
        hashed = np.zeros((len(texts), self._buckets), dtype=np.float32)
        for row, text in enumerate(texts):
            for gram in _grams(text):
                code = zlib.crc32(gram.encode())
                hashed[row, code % self._buckets] += 1.0 if code >> 20 & 1 else -1.0
        norms = np.linalg.norm(hashed, axis=1, keepdims=True)
        constant = np.full((len(texts), 1), 0.3, dtype=np.float32)
        return np.hstack([self._vectors_of(list(texts)), hashed / np.maximum(norms, 1e-9), constant]).astype(np.float32)


class Head:
    """A classifier over `classes`; scores are roughly -1 (not this class) to 1 (this class)."""

    def __init__(self, classes: Sequence[str], weights: Floats) -> None:
        self.classes = tuple(classes)
        self.weights = weights

    @classmethod
    def solve(cls, rows: Floats, labels: Sequence[str], ridge: float = RIDGE) -> Head:
        """The classifier that fits labelled rows; the higher `ridge`, the less it relies on any single one."""
        classes = tuple(dict.fromkeys(labels))
        counts = Counter(labels)
        importance = np.array([1.0 / counts[label] for label in labels], dtype=np.float32)
        importance /= importance.mean()
        number = {name: i for i, name in enumerate(classes)}
        targets = np.full((len(labels), len(classes)), -1.0, dtype=np.float32)
        targets[np.arange(len(labels)), [number[label] for label in labels]] = 1.0
        if len(labels) <= rows.shape[1]:  # the dual problem is the smaller one
            kernel = rows @ rows.T + ridge * np.diag(1.0 / importance)
            weights = rows.T @ np.linalg.solve(kernel, targets)
        else:
            weighted = rows * importance[:, None]
            normal = rows.T @ weighted + ridge * np.eye(rows.shape[1], dtype=np.float32)
            weights = np.linalg.solve(normal, weighted.T @ targets)
        return cls(classes, weights.astype(np.float32))

    def scores(self, rows: Floats) -> Floats:
        """Shape (rows, classes)."""
        return rows @ self.weights


def softmax(scores: npt.NDArray[np.floating], sharpness: float) -> npt.NDArray[np.float64]:
    """Scores as probabilities along the last axis."""
    shifted = sharpness * (scores - scores.max(axis=-1, keepdims=True)).astype(np.float64)
    weights = np.exp(shifted)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def _grams(text: str) -> set[str]:
    words = _WORD.findall(text.lower()[:2000])
    grams = set(words)
    grams.update(f"{a}_{b}" for a, b in pairwise(words))
    grams.update(f"{a}_{b}_{c}" for a, b, c in zip(words, words[1:], words[2:], strict=False))
    for word in words:
        if len(word) > 3:
            framed = f"^{word}$"
            grams.update("#" + framed[i : i + 4] for i in range(len(framed) - 3))
    return grams
