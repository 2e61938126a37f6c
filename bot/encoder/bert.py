"""The forward pass of all-MiniLM-L6-v2 in numpy: texts to token states.

The model is a BERT of 6 layers, 12 heads and 384 dimensions
(https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2).

Texts are never padded. The tokens of a batch lie in one long array for everything that works token by token; only
attention looks at whole texts, and does so for all texts of one length together.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bot.encoder.layer import WIDTH, Layer, read_layer, runs_of
from bot.encoder.weights import Floats, Weights, read_tensors
from bot.encoder.wordpiece import WordPiece

WEIGHTS = "weights.safetensors"
VOCABULARY = "vocab.txt"
CODE_VERSION = 1
"""Raise it when a change here alters the states, so that stored vectors are made again."""

LAYERS = 6
_TOKENS_AT_ONCE = 1024  # larger batches fall out of the processor's cache and gain nothing


class Bert:
    """The model in `folder`, loaded by the constructor. Calls share nothing they write to: any thread may use it."""

    def __init__(self, folder: Path) -> None:
        for name in (WEIGHTS, VOCABULARY):
            if not (folder / name).is_file():
                raise FileNotFoundError(f"{folder} holds no {name}. The folder needed is knowledge/embedder.")
        content = (folder / WEIGHTS).read_bytes()
        weights = Weights(read_tensors(content))
        self.wordpiece = WordPiece(folder / VOCABULARY)
        digest = hashlib.sha256(content)
        digest.update((folder / VOCABULARY).read_bytes())
        digest.update(str(CODE_VERSION).encode())
        self.fingerprint = digest.hexdigest()[:12]
        """Names weights, vocabulary and code together: what was computed compares only if this is the same."""

        self._words = weights.rows("embeddings.word_embeddings")
        # Every text is a single segment, so the first segment's vector is part of each position.
        self._positions = (
            weights.matrix("embeddings.position_embeddings") + weights.matrix("embeddings.token_type_embeddings")[0]
        )
        self._first_norm = weights.norm("embeddings.LayerNorm")
        self.layers = tuple(read_layer(weights, f"encoder.layer.{number}") for number in range(LAYERS))

    def states(self, texts: Sequence[list[int]], upper: Sequence[Layer] = ()) -> Floats:
        """The token states of `texts`, token ids in order of length, end to end: shape (tokens, 384).

        `upper` stands in for as many of the last layers.
        """
        runs = runs_of([len(text) for text in texts])
        hidden = self._words.take([token for text in texts for token in text])
        for start, stop, length in runs:
            hidden[start:stop].reshape(-1, length, WIDTH)[:] += self._positions[:length]
        self._first_norm.apply(hidden)
        for layer in (*self.layers[: LAYERS - len(upper)], *upper):
            layer.apply(hidden, runs)
        return hidden


def batches(texts: Sequence[list[int]]) -> Iterator[list[int]]:
    """The places of texts (token ids) in batches of a good size, in order of length."""
    batch: list[int] = []
    size = 0
    for place in sorted(range(len(texts)), key=lambda place: len(texts[place])):
        if batch and size + len(texts[place]) > _TOKENS_AT_ONCE:
            yield batch
            batch, size = [], 0
        batch.append(place)
        size += len(texts[place])
    if batch:
        yield batch


def bounds_of(texts: Sequence[list[int]]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Where each text starts in the end-to-end array, and where the last ends: shape (texts + 1,)."""
    return np.concatenate(([0], np.cumsum([len(text) for text in texts])))
