"""The tuned models in torch, for training: the sentence encoder with its upper layers free to move, and heads on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from bot.encoder.bert import LAYERS, WEIGHTS
from bot.encoder.layer import HEADS, WIDTH
from bot.encoder.weights import Weights, read_tensors

DROPOUT = 0.1
LINEAR = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "attended": "attention.output.dense",
    "inner": "intermediate.dense",
    "outer": "output.dense",
}
NORM = {"attended_norm": "attention.output.LayerNorm", "outer_norm": "output.LayerNorm"}


class Layer(nn.Module):
    """One layer of BERT, starting from stored weights."""

    def __init__(self, weights: Weights, name: str) -> None:
        super().__init__()
        for own, stored in LINEAR.items():
            matrix = weights.matrix(f"{name}.{stored}")
            linear = nn.Linear(matrix.shape[1], matrix.shape[0])
            linear.weight.data, linear.bias.data = _tensor(matrix), _tensor(weights.vector(f"{name}.{stored}.bias"))
            self.add_module(own, linear)
        for own, stored in NORM.items():
            self.add_module(own, _norm(weights, f"{name}.{stored}"))

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """`hidden` is (texts, tokens, 384), `mask` (texts, tokens), false where a text has ended."""
        shape = (*hidden.shape[:2], HEADS, WIDTH // HEADS)
        query, key, value = (
            getattr(self, part)(hidden).view(shape).transpose(1, 2) for part in ("query", "key", "value")
        )
        context = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :])
        context = self.attended(context.transpose(1, 2).reshape(hidden.shape))
        hidden = self.attended_norm(hidden + functional.dropout(context, DROPOUT, self.training))
        outer = self.outer(functional.gelu(self.inner(hidden)))
        return self.outer_norm(hidden + functional.dropout(outer, DROPOUT, self.training))


class Encoder(nn.Module):
    """The encoder. The layers below the tuned ones and the embeddings stay as they are: the embedder uses them too."""

    def __init__(self, embedder: Path, tuned: int) -> None:
        super().__init__()
        weights = Weights(read_tensors((embedder / WEIGHTS).read_bytes()))
        rows = weights.rows("embeddings.word_embeddings")
        positions = weights.matrix("embeddings.position_embeddings")
        segment = weights.matrix("embeddings.token_type_embeddings")[0]
        self.register_buffer("words", _tensor(rows.take(list(range(rows.values.shape[0])))), persistent=False)
        self.register_buffer("positions", _tensor(positions + segment), persistent=False)
        first = _norm(weights, "embeddings.LayerNorm")
        self.lower = nn.ModuleList(
            [first, *(Layer(weights, f"encoder.layer.{n}") for n in range(LAYERS - tuned))]
        ).requires_grad_(False)
        self.upper = nn.ModuleList(Layer(weights, f"encoder.layer.{n}") for n in range(LAYERS - tuned, LAYERS))
        self.drop = nn.Dropout(DROPOUT)

    def hidden(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Token states, (texts, tokens, 384)."""
        with torch.no_grad():
            self.lower.eval()
            states = self.lower[0](self.words[ids] + self.positions[: ids.shape[1]])
            for layer in self.lower[1:]:
                states = layer(states, mask)
        for layer in self.upper:
            states = layer(states, mask)
        return states

    def summary(self, ids: Tensor, mask: Tensor, said: Tensor) -> Tensor:
        """The first state beside the mean of those at which `said` is 1, (texts, 768)."""
        hidden = self.hidden(ids, mask)
        mean = (hidden * said[..., None]).sum(1) / said.sum(1, keepdim=True).clamp(min=1)
        return torch.as_tensor(self.drop(torch.cat([hidden[:, 0], mean], 1)))

    def named(self, heads: Sequence[str]) -> dict[str, np.ndarray]:
        """The trained weights, and those of these heads, under the names by which the bot reads them."""
        named: dict[str, np.ndarray] = {}

        def add(name: str, part: nn.Module) -> None:
            for kind in ("weight", "bias"):
                named[f"{name}.{kind}"] = getattr(part, kind).detach().numpy().astype(np.float32)

        for number, layer in enumerate(self.upper):
            for own, stored in (LINEAR | NORM).items():
                add(f"encoder.layer.{number}.{stored}", getattr(layer, own))
        for head in heads:
            add(head, getattr(self, head))
        return named


class Network(Encoder):
    """The reading model: encoder and two heads."""

    def __init__(self, embedder: Path, labels: int, tuned: int) -> None:
        super().__init__(embedder, tuned)
        self.tag = nn.Linear(WIDTH, labels)
        self.answer = nn.Linear(2 * WIDTH, labels + 2)  # and: about something else, nobody knows
        nn.init.constant_(self.tag.bias, -4.0)  # most words tell nothing

    def go_on_from(self, file: Path) -> None:
        """Takes the layers and heads of a weights file with as many tuned layers."""
        weights = Weights(read_tensors(file.read_bytes()))
        self.upper = nn.ModuleList(Layer(weights, f"encoder.layer.{n}") for n in range(len(self.upper)))
        for name, head in (("tag", self.tag), ("answer", self.answer)):
            head.weight.data = _tensor(weights.matrix(name))
            head.bias.data = _tensor(weights.vector(f"{name}.bias"))

    def tags(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Log-odds of every label at every token, (texts, tokens, labels)."""
        return self.tag(self.drop(self.hidden(ids, mask))).masked_fill(~mask[..., None], -30.0)

    def answers(self, ids: Tensor, mask: Tensor, said: Tensor) -> Tensor:
        """Scores of every label for a reply, (texts, labels + 2); `said` is 1 at the tokens of the reply itself."""
        return torch.as_tensor(self.answer(self.summary(ids, mask, said)))

    def tensors(self) -> dict[str, np.ndarray]:
        """The trained weights under the names by which bot/language/reading_model.py reads them."""
        return self.named(["tag", "answer"])


class HearingNetwork(Encoder):
    """The hearing: encoder and one head."""

    def __init__(self, embedder: Path, tuned: int) -> None:
        super().__init__(embedder, tuned)
        self.ours = nn.Linear(2 * WIDTH, 1)

    def forward(self, ids: Tensor, mask: Tensor, said: Tensor) -> Tensor:
        """Log-odds of being meant for us, (texts,); `said` is 1 at the tokens of the message itself."""
        return torch.as_tensor(self.ours(self.summary(ids, mask, said))[:, 0])

    def tensors(self) -> dict[str, np.ndarray]:
        """The trained weights under the names by which bot/language/hearing.py reads them."""
        return self.named(["ours"])


def padded(texts: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Token ids of texts as one array, and where each has tokens."""
    longest = max(map(len, texts))
    ids = torch.zeros(len(texts), longest, dtype=torch.long)
    mask = torch.zeros(len(texts), longest, dtype=torch.bool)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = torch.tensor(text)
        mask[row, : len(text)] = True
    return ids, mask


def _norm(weights: Weights, name: str) -> nn.LayerNorm:
    norm = nn.LayerNorm(WIDTH, eps=1e-12)
    norm.weight.data = _tensor(weights.vector(f"{name}.weight"))
    norm.bias.data = _tensor(weights.vector(f"{name}.bias"))
    return norm


def _tensor(values: np.ndarray) -> Tensor:
    return torch.tensor(np.array(values, dtype=np.float32))
