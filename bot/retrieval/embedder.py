"""Turns texts into unit vectors with the sentence model that ships in `knowledge/embedder`.

The model is all-MiniLM-L6-v2: a BERT of 6 layers, 12 heads and 384 dimensions, whose token vectors are averaged and
scaled to length one (https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2). This is its forward pass in numpy.

Texts are never padded. The tokens of a batch lie in one long array for everything that works token by token; only
attention looks at whole texts, and does so for all texts of one length together.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np

from bot.retrieval.weights import Floats as Floats
from bot.retrieval.weights import Linear, Norm, Weights
from bot.retrieval.weights import read_tensors as read_tensors
from bot.retrieval.wordpiece import WordPiece

WEIGHTS = "weights.safetensors"
VOCABULARY = "vocab.txt"
CODE_VERSION = 1
"""Raise it when a change here alters the vectors, so that stored ones are made again."""

LONGEST_TEXT = 256
"""Tokens, with the opening and the closing one; the model was trained on no more. What follows is left out."""

_LAYERS = 6
_HEADS = 12
_WIDTH = 384
_HEAD_WIDTH = _WIDTH // _HEADS
_TOKENS_AT_ONCE = 1024  # larger batches fall out of the processor's cache and gain nothing


class Embedder:
    """The model in `folder`, loaded by the constructor. Calls share nothing they write to: any thread may encode."""

    dimensions = _WIDTH

    def __init__(self, folder: Path) -> None:
        for name in (WEIGHTS, VOCABULARY):
            if not (folder / name).is_file():
                raise FileNotFoundError(f"{folder} holds no {name}. The folder needed is knowledge/embedder.")
        content = (folder / WEIGHTS).read_bytes()
        weights = Weights(read_tensors(content))
        self._wordpiece = WordPiece(folder / VOCABULARY)
        digest = hashlib.sha256(content)
        digest.update((folder / VOCABULARY).read_bytes())
        digest.update(str(CODE_VERSION).encode())
        self.fingerprint = digest.hexdigest()[:12]
        """Names weights, vocabulary and code together: two vectors compare only if theirs is the same."""

        self._words = weights.rows("embeddings.word_embeddings")
        # Every text is a single segment, so the first segment's vector is part of each position.
        self._positions = (
            weights.matrix("embeddings.position_embeddings") + weights.matrix("embeddings.token_type_embeddings")[0]
        )
        self._first_norm = weights.norm("embeddings.LayerNorm")
        self._layers = [_layer(weights, f"encoder.layer.{number}") for number in range(_LAYERS)]

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 for each text, in the order given: shape (len(texts), 384)."""
        vectors = np.empty((len(texts), _WIDTH), np.float32)
        tokens = [self._wordpiece.ids(text, LONGEST_TEXT) for text in texts]
        batch: list[int] = []
        size = 0
        for place in sorted(range(len(texts)), key=lambda place: len(tokens[place])):
            if batch and size + len(tokens[place]) > _TOKENS_AT_ONCE:
                vectors[batch] = self._forward([tokens[i] for i in batch])
                batch, size = [], 0
            batch.append(place)
            size += len(tokens[place])
        if batch:
            vectors[batch] = self._forward([tokens[i] for i in batch])
        return vectors

    def _forward(self, texts: list[list[int]]) -> Floats:
        """The vectors of `texts`, token ids in order of length."""
        lengths = [len(text) for text in texts]
        bounds = np.concatenate(([0], np.cumsum(lengths)))
        runs = _runs(lengths)
        hidden = self._words.take([token for text in texts for token in text])
        for start, stop, length in runs:
            hidden[start:stop].reshape(-1, length, _WIDTH)[:] += self._positions[:length]
        self._first_norm.apply(hidden)
        for layer in self._layers:
            layer.apply(hidden, runs)
        sums: Floats = np.add.reduceat(hidden, bounds[:-1], axis=0)
        # Dividing by the token count would change the length only, and that becomes 1 anyway.
        sums /= np.linalg.norm(sums, axis=1, keepdims=True)
        return sums


def gelu(values: Floats) -> None:
    """x · Φ(x) in place, with Φ from the error function and not from its tanh approximation.

    erf is the quotient of two polynomials that Eigen uses for 32-bit floats (`generic_fast_erf_float`).
    """
    flat = values.reshape(-1)
    for start in range(0, flat.size, _GELU_BLOCK):
        x = flat[start : start + _GELU_BLOCK]
        scaled = x * _ROOT_HALF
        x *= erf(scaled) + _ONE
        x *= _HALF


def erf(x: Floats) -> Floats:
    """The error function, within 5e-7 of the true value everywhere."""
    x = np.clip(x, -_ERF_FLAT, _ERF_FLAT)
    square = x * x
    above: Floats = square * _ERF_ABOVE[0]
    for factor in _ERF_ABOVE[1:-1]:
        above += factor
        above *= square
    above += _ERF_ABOVE[-1]
    above *= x
    below = square * _ERF_BELOW[0]
    for factor in _ERF_BELOW[1:-1]:
        below += factor
        below *= square
    below += _ERF_BELOW[-1]
    above /= below
    return above


_GELU_BLOCK = 16384  # values: the four arrays in play stay within the second-level cache
_ROOT_HALF, _HALF, _ONE = np.float32(0.5**0.5), np.float32(0.5), np.float32(1)
_ERF_FLAT = np.float32(4)  # from here on a 32-bit erf is 1
_ERF_ABOVE = np.array(
    [
        -2.72614225801306e-10,
        2.77068142495902e-08,
        -2.10102402082508e-06,
        -5.69250639462346e-05,
        -7.34990630326855e-04,
        -2.95459980854025e-03,
        -1.60960333262415e-02,
    ],
    np.float32,
)
_ERF_BELOW = np.array(
    [-1.45660718464996e-05, -2.13374055278905e-04, -1.68282697438203e-03, -7.37332916720468e-03, -1.42647390514189e-02],
    np.float32,
)


@dataclass(frozen=True)
class _Layer:
    """Self-attention, then two linear layers with a GELU between them; each adds to its input and normalises."""

    query_key_value: Linear
    attended: Linear
    attended_norm: Norm
    inner: Linear
    outer: Linear
    outer_norm: Norm

    def apply(self, hidden: Floats, runs: list[tuple[int, int, int]]) -> None:
        mixed = self.query_key_value.apply(hidden)
        context = np.empty_like(hidden)
        for start, stop, length in runs:
            split = mixed[start:stop].reshape(-1, length, 3, _HEADS, _HEAD_WIDTH)
            query, key, value = split.transpose(2, 0, 3, 1, 4)  # each (texts, heads, tokens, head width)
            scores = query @ key.swapaxes(-1, -2)
            scores -= scores.max(axis=-1, keepdims=True)
            np.exp(scores, out=scores)
            scores /= scores.sum(axis=-1, keepdims=True)
            joined = context[start:stop].reshape(-1, length, _HEADS, _HEAD_WIDTH)
            joined[:] = (scores @ value).swapaxes(1, 2)
        hidden += self.attended.apply(context)
        self.attended_norm.apply(hidden)
        inner = self.inner.apply(hidden)
        gelu(inner)
        hidden += self.outer.apply(inner)
        self.outer_norm.apply(hidden)


def _runs(lengths: list[int]) -> list[tuple[int, int, int]]:
    """Start, stop and text length of each stretch of tokens whose texts are equally long."""
    stretches = [(length, len(list(same)) * length) for length, same in groupby(lengths)]
    bounds = [0, *np.cumsum([size for _, size in stretches]).tolist()]
    return [(start, stop, length) for (start, stop), (length, _) in zip(pairwise(bounds), stretches, strict=True)]


def _layer(weights: Weights, name: str) -> _Layer:
    query, key, value = (weights.linear(f"{name}.attention.self.{part}") for part in ("query", "key", "value"))
    shrink = np.float32(_HEAD_WIDTH**-0.5)  # the usual 1/√d of the attention scores, applied once here
    return _Layer(
        query_key_value=Linear(
            np.concatenate((query.weight * shrink, key.weight, value.weight), axis=1),
            np.concatenate((query.bias * shrink, key.bias, value.bias)),
        ),
        attended=weights.linear(f"{name}.attention.output.dense"),
        attended_norm=weights.norm(f"{name}.attention.output.LayerNorm"),
        inner=weights.linear(f"{name}.intermediate.dense"),
        outer=weights.linear(f"{name}.output.dense"),
        outer_norm=weights.norm(f"{name}.output.LayerNorm"),
    )
