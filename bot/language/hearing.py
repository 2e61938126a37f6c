"""Hearing: whether a message is meant for us, judged by one line through the space of situations, solved in closed form.

Ridge regression on messages that were labelled, weighted so that both answers count the same. In doubt a message is not ours:
the threshold is set on messages by authors who taught nothing, and what lies on it is left alone.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.core.facts import Frozen
from bot.language.heads import Floats
from bot.language.threads import FILE, ThreadMessage

SHIPPED = "hearing.npz"
CODE_VERSION = 2  # raise it when a change of code makes another line of the same messages
RIDGE = 4.0
Scores = npt.NDArray[np.float64]
Situation = Callable[[str, Sequence[Sequence[str]], frozenset[str]], Floats]


class Hearing(Frozen):
    """The line: a row of numbers scores from about -1 (meant for others) to 1 (for us), and counts as ours above `threshold`."""

    model_config = {"arbitrary_types_allowed": True}

    weights: Floats
    threshold: float

    def is_ours(self, row: Floats) -> bool:
        """Whether a message with this row is meant for us."""
        return float(row @ self.weights) > self.threshold

    def save(self, path: Path, digest: str) -> None:
        """Writes the line to a file; `digest` names the messages that it was solved for."""
        np.savez_compressed(
            path, digest=np.array(digest), weights=self.weights.astype(np.float16), threshold=np.array(self.threshold)
        )


def read_hearing(path: Path, digest: str) -> Hearing | None:
    """The line in a file, or None where there is none that was solved for these messages."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            if str(stored["digest"]) != digest:
                return None
            return Hearing(weights=stored["weights"].astype(np.float32), threshold=float(stored["threshold"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def digest_of(knowledge_folder: Path) -> str:
    """A hash of the messages, and of the code that learns from them."""
    return hashlib.sha256(b"%d " % CODE_VERSION + (knowledge_folder / FILE).read_bytes()).hexdigest()[:16]


class Lessons(Frozen):
    """Labelled messages as rows of numbers, each with whether it is meant for us and who wrote it."""

    model_config = {"arbitrary_types_allowed": True}

    rows: Floats
    ours: npt.NDArray[np.bool_]
    authors: npt.NDArray[np.str_]

    def solve(self) -> Hearing:
        """The line that fits all messages, with the threshold that does best on authors who taught nothing."""
        return Hearing(weights=_weights(self.rows, self.ours), threshold=self._threshold(self._left_out()))

    def figures(self) -> list[tuple[str, float, float]]:
        """Per author, who teaches nothing meanwhile: the shares answered when meant, and left alone when not."""
        scores = self._left_out()
        above = scores > self._threshold(scores)
        return [(author, *self._shares(above, author)) for author in self._everybody()]

    def _everybody(self) -> list[str]:
        return sorted(set(self.authors.tolist()))

    def _left_out(self) -> Scores:
        """What each message scores on the line of the messages by all other authors."""
        scores = np.zeros(len(self.rows))
        for author in self._everybody():
            out = self.authors == author
            scores[out] = self.rows[out] @ _weights(self.rows[~out], self.ours[~out])
        return scores

    def _threshold(self, scores: Scores) -> float:
        """The highest threshold at which the share answered when meant, or that left alone when not, whichever is less, is
        as large as can be; every author counts the same."""
        candidates = np.unique(scores)
        everybody = self._everybody()
        judges = [author for author in everybody if 2 * (self.authors == author).sum() < len(self.authors)] or everybody
        shares = [
            np.mean([self._shares(scores > candidate, author) for author in judges], axis=0).min()
            for candidate in candidates
        ]
        return float(candidates[np.flatnonzero(np.array(shares) == max(shares))[-1]])

    def _shares(self, above: npt.NDArray[np.bool_], author: str) -> tuple[float, float]:
        by = self.authors == author
        return float(above[by & self.ours].mean()), float((~above)[by & ~self.ours].mean())


def learn(situation: Situation, messages: Sequence[ThreadMessage]) -> Lessons:
    """The lessons of labelled messages, each of which is read for it: that takes a while."""
    sure = [message for message in messages if message.to_us is not None]
    return Lessons(
        rows=np.stack([situation(m.text, [(fact,) for fact in m.asked], frozenset()) for m in sure]),
        ours=np.array([m.to_us for m in sure], dtype=bool),
        authors=np.array([m.author for m in sure]),
    )


def _weights(rows: Floats, meant: npt.NDArray[np.bool_]) -> Floats:
    importance = np.where(meant, 1 / max(meant.sum(), 1), 1 / max((~meant).sum(), 1)).astype(np.float32)
    importance /= importance.mean()
    targets = np.where(meant, 1.0, -1.0).astype(np.float32)
    kernel = rows @ rows.T + RIDGE * np.diag(1 / importance)  # the dual problem is the smaller one
    return np.asarray(rows.T @ np.linalg.solve(kernel, targets), dtype=np.float32)
