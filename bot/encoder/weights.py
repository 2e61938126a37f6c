"""Reads the stored weights of the sentence embedder, and holds them as the parts that its forward pass applies."""

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def read_description(content: bytes) -> dict[str, str]:
    """What a safetensors file says of itself: its metadata, as texts."""
    length = int.from_bytes(content[:8], "little")
    return dict(json.loads(content[8 : 8 + length]).get("__metadata__", {}))


def read_tensors(content: bytes) -> dict[str, NDArray[np.generic]]:
    """The arrays of a safetensors file by name, as read-only views: 8 bytes of header length, JSON, raw values."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    kinds = {"F32": np.float32, "I8": np.int8, "I64": np.int64}
    tensors: dict[str, NDArray[np.generic]] = {}
    for name, entry in header.items():
        start, stop = entry["data_offsets"]
        kind = np.dtype(kinds[entry["dtype"]])
        values = np.frombuffer(content, kind, (stop - start) // kind.itemsize, 8 + length + start)
        tensors[name] = values.reshape(entry["shape"])
    return tensors


@dataclass(frozen=True)
class Rows:
    """An embedding table that stays as stored, 12 MB instead of 47; rows become floats when they are taken."""

    values: NDArray[np.generic]
    scales: Floats | None

    def take(self, numbers: list[int]) -> Floats:
        taken = self.values[numbers].astype(np.float32)
        if self.scales is not None:
            taken *= self.scales[numbers][:, None]
        return taken


@dataclass(frozen=True)
class Norm:
    """Layer normalisation; its epsilon of 1e-12 is too small to matter in 32 bits, and guards the division."""

    weight: Floats
    bias: Floats

    def apply(self, hidden: Floats) -> None:
        hidden -= hidden.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", hidden, hidden) / np.float32(hidden.shape[1])
        hidden *= (1 / np.sqrt(variance + np.float32(1e-12)))[:, None]
        hidden *= self.weight
        hidden += self.bias


@dataclass(frozen=True)
class Linear:
    """y = x · weight + bias, the weight stored with a row for each input."""

    weight: Floats
    bias: Floats

    def apply(self, values: Floats) -> Floats:
        product: Floats = values @ self.weight
        product += self.bias
        return product


class Weights:
    """The tensors of a file under their upstream names; an int8 tensor has one factor per row under `<name>.scale`."""

    def __init__(self, tensors: dict[str, NDArray[np.generic]]) -> None:
        self._tensors = tensors

    def rows(self, name: str) -> Rows:
        scales = self._tensors.get(f"{name}.weight.scale")
        return Rows(self._tensors[f"{name}.weight"], None if scales is None else scales.astype(np.float32))

    def matrix(self, name: str) -> Floats:
        values = self._tensors[f"{name}.weight"].astype(np.float32)
        scales = self._tensors.get(f"{name}.weight.scale")
        if scales is not None:
            values *= scales.astype(np.float32)[:, None]
        return values

    def vector(self, name: str) -> Floats:
        return self._tensors[name].astype(np.float32)

    def linear(self, name: str) -> Linear:
        return Linear(np.ascontiguousarray(self.matrix(name).T), self.vector(f"{name}.bias"))

    def norm(self, name: str) -> Norm:
        return Norm(self.vector(f"{name}.weight"), self.vector(f"{name}.bias"))
