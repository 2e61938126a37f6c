"""Hearing: whether a message is meant for us, judged by the sentence encoder with its upper layers tuned to it.

It sees the message behind the names of what is asked, or behind a word that says that nothing is. `knowledge/reader/hear.py`
makes the weights from labelled messages; the layers below the tuned ones are the embedder's own (knowledge/embedder).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.core.facts import Catalogue
from bot.encoder.bert import Bert
from bot.encoder.layer import read_layer
from bot.encoder.weights import Weights, read_description, read_tensors
from bot.encoder.wordpiece import WordPiece
from bot.language.clauses import clean
from bot.language.threads import FILE
from bot.language.words import words_of

WEIGHTS = "hearing.safetensors"
READ = 1500  # characters of a message that its addressee is judged by
LONGEST_ASKED, LONGEST_SAID = 30, 90  # word pieces
NOTHING_ASKED = "decided"
SURE = 0.5  # chance above which a message is ours; in doubt it is not


class Hearing:
    """The tuned layers in `folder` on top of `bert`. Calls share nothing they write to: any thread may use it."""

    def __init__(self, bert: Bert, folder: Path, catalogue: Catalogue) -> None:
        content = (folder / WEIGHTS).read_bytes()
        weights, described = Weights(read_tensors(content)), read_description(content)
        self.taught_by = described["threads"]
        self._bert, self._catalogue = bert, catalogue
        self._upper = tuple(read_layer(weights, f"encoder.layer.{n}") for n in range(int(described["layers"])))
        self._head = weights.linear("ours")

    def is_ours(self, text: str, asked: Sequence[str]) -> bool:
        """Whether a message is meant for us, `asked` being the facts of the open questions."""
        return self.chance(text, asked) > SURE

    def chance(self, text: str, asked: Sequence[str]) -> float:
        """How probably a message is meant for us, from 0 to 1."""
        ids, start = pieces_of(self._bert.wordpiece, self._catalogue, text, asked)
        states = self._bert.states([ids], self._upper)
        said = states[start:-1].mean(axis=0) if len(ids) > start + 1 else np.zeros(states.shape[1], np.float32)
        score = float(self._head.apply(np.concatenate((states[0], said))[None, :])[0, 0])
        return float(1 / (1 + np.exp(-score)))


def pieces_of(wordpiece: WordPiece, catalogue: Catalogue, text: str, asked: Sequence[str]) -> tuple[list[int], int]:
    """The token ids of what is asked and what is said, and the place at which the latter begins."""

    def pieces(words: str) -> list[int]:
        return [piece for word in words_of(words) for piece in wordpiece.pieces(word.text)]

    names = " and ".join(catalogue.facts[fact].name for fact in asked) or NOTHING_ASKED
    about = pieces(names)[:LONGEST_ASKED]
    said = pieces(clean(text)[:READ])[:LONGEST_SAID]
    return [wordpiece.first, *about, wordpiece.last, *said, wordpiece.last], len(about) + 2


def digest_of(knowledge_folder: Path) -> str:
    """A hash of the labelled messages."""
    return hashlib.sha256((knowledge_folder / FILE).read_bytes()).hexdigest()[:16]
