"""One layer of BERT in numpy: self-attention, then two linear layers, over texts that lie end to end."""

from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from bot.encoder.activation import gelu
from bot.encoder.weights import Floats, Linear, Norm, Weights

HEADS = 12
WIDTH = 384
HEAD_WIDTH = WIDTH // HEADS


@dataclass(frozen=True)
class Layer:
    """Self-attention, then two linear layers with a GELU between them; each adds to its input and normalises."""

    query_key_value: Linear
    attended: Linear
    attended_norm: Norm
    inner: Linear
    outer: Linear
    outer_norm: Norm

    def apply(self, hidden: Floats, runs: list[tuple[int, int, int]]) -> None:
        """One layer in place, over tokens of shape (tokens, 384) whose texts lie as `runs` says."""
        mixed = self.query_key_value.apply(hidden)
        context = np.empty_like(hidden)
        for start, stop, length in runs:
            split = mixed[start:stop].reshape(-1, length, 3, HEADS, HEAD_WIDTH)
            query, key, value = split.transpose(2, 0, 3, 1, 4)  # each (texts, heads, tokens, head width)
            scores = query @ key.swapaxes(-1, -2)
            scores -= scores.max(axis=-1, keepdims=True)
            np.exp(scores, out=scores)
            scores /= scores.sum(axis=-1, keepdims=True)
            joined = context[start:stop].reshape(-1, length, HEADS, HEAD_WIDTH)
            joined[:] = (scores @ value).swapaxes(1, 2)
        hidden += self.attended.apply(context)
        self.attended_norm.apply(hidden)
        inner = self.inner.apply(hidden)
        gelu(inner)
        hidden += self.outer.apply(inner)
        self.outer_norm.apply(hidden)


def runs_of(lengths: list[int]) -> list[tuple[int, int, int]]:
    """Start, stop and text length of each stretch of tokens whose texts are equally long."""
    stretches = [(length, len(list(same)) * length) for length, same in groupby(lengths)]
    bounds = [0, *np.cumsum([size for _, size in stretches]).tolist()]
    return [(start, stop, length) for (start, stop), (length, _) in zip(pairwise(bounds), stretches, strict=True)]


def read_layer(weights: Weights, name: str) -> Layer:
    """The layer stored under the upstream name `name`."""
    query, key, value = (weights.linear(f"{name}.attention.self.{part}") for part in ("query", "key", "value"))
    shrink = np.float32(HEAD_WIDTH**-0.5)  # the usual 1/√d of the attention scores, applied once here
    return Layer(
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
