"""Sentence vectors of known texts, shipped so that nobody waits for them; other texts are embedded when they come up.

    python -m bot.retrieval.vectors     makes knowledge/embedder/vectors.npz anew, after content changed

A file holds `fingerprint` (of the embedder that made it), `keys` (64-bit hashes of the texts) and `rows` (int8). Rows
have no scale: the largest number of each is 127, and reading brings them back to length one.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.encoder.weights import Floats

WIDTH = 384  # of the shipped embedder's vectors; another one's may be wider
RECENT = 128  # texts whose vectors stay in memory: within one turn several parts ask for the same ones
SHIPPED = "vectors.npz"

Rows = NDArray[np.int8]


class Encoder(Protocol):
    """What makes vectors; `fingerprint` names it, and vectors compare only if theirs is the same."""

    fingerprint: str

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 for each text."""


class Vectors:
    """Vectors from the shipped file, from what was embedded before, or from the embedder, loaded when first needed.

    Stored vectors are trusted until the embedder is loaded; if they turn out to be another one's, they are dropped. So
    whoever compares texts with a question asks for the question's vector first.
    """

    def __init__(self, embedder_loader: Callable[[], Encoder], shipped: Path, cache: Path | None = None) -> None:
        self._load = embedder_loader
        self._shipped = shipped
        self._cache = cache
        self._encoder: Encoder | None = None
        self._known: dict[int, NDArray[np.int8]] | None = None
        self._added: dict[int, NDArray[np.int8]] = {}
        self._recent: dict[int, Floats] = {}
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str], keep: bool = False) -> Floats:
        """One row of length 1 for each text: shape (len(texts), width of the embedder).

        `keep` stores new ones in the cache folder: for content only, never for what people write.
        """
        with self._lock:
            known = self._stored()
            keys = [_key(text) for text in texts]
            fresh = {} if keep else {key: self._recent[key] for key in keys if key in self._recent}
            if any(key not in known and key not in fresh for key in keys):
                encoder, known = self._checked()
                ready = known.keys() | fresh.keys()
                new = list({key: text for key, text in zip(keys, texts, strict=True) if key not in ready}.items())
                made = encoder.encode([text for _, text in new]) if new else np.zeros((0, WIDTH), np.float32)
                if len(made) and known and len(next(iter(known.values()))) != len(made[0]):
                    # Another model under the same name: what was stored is of no use.
                    known = self._known = {}
                    self._added = {}
                    fresh = {}
                    new = list(dict(zip(keys, texts, strict=True)).items())
                    made = encoder.encode([text for _, text in new])
                made_of = dict(zip((key for key, _ in new), made, strict=True))
                fresh |= made_of
                if keep and made_of:
                    rows = _packed(np.stack(list(made_of.values())))
                    for key, row in zip(made_of, rows, strict=True):
                        known[key] = self._added[key] = row
                    self._save(encoder.fingerprint)
            if not keep:
                self._remember({key: fresh[key] for key in keys if key in fresh})
        width = len(next(iter(fresh.values()), known[keys[0]] if keys and keys[0] in known else np.zeros(WIDTH)))
        result = np.zeros((len(texts), width), np.float32)
        stored = [place for place, key in enumerate(keys) if key not in fresh]
        if stored:
            result[stored] = _unit(np.stack([known[keys[place]] for place in stored]).astype(np.float32))
        for place, key in enumerate(keys):
            if key in fresh:
                result[place] = fresh[key]
        return result

    def _remember(self, used: dict[int, Floats]) -> None:
        """Puts vectors last among the recent ones, and lets the oldest go."""
        for key, row in used.items():
            self._recent.pop(key, None)
            self._recent[key] = row
        for key in list(self._recent)[:-RECENT]:
            del self._recent[key]

    def _stored(self) -> dict[int, NDArray[np.int8]]:
        if self._known is None:
            self._known = read_vectors(self._shipped)[1]
        return self._known

    def _checked(self) -> tuple[Encoder, dict[int, NDArray[np.int8]]]:
        """The embedder and the stored vectors that are its own."""
        if self._encoder is None:
            self._encoder = self._load()
            fingerprint, known = read_vectors(self._shipped)
            if fingerprint != self._encoder.fingerprint:
                known = {}
            if self._cache is not None:
                made_by, added = read_vectors(self._cache / f"vectors-{self._encoder.fingerprint}.npz")
                if made_by == self._encoder.fingerprint:
                    self._added = added
                    known = {**added, **known}
            self._known = known
        return self._encoder, self._stored()

    def _save(self, fingerprint: str) -> None:
        if self._cache is None:
            return
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            _write(self._cache / f"vectors-{fingerprint}.npz", self._added, fingerprint)
        except OSError:
            return  # a folder that cannot be written to costs time at the next start, nothing else


def precompute(texts: Iterable[str], embedder: Encoder, path: Path) -> int:
    """Writes the vectors of `texts` to `path` and returns how many there are."""
    distinct = {_key(text): text for text in sorted(set(texts))}
    rows = _packed(embedder.encode(list(distinct.values())))
    _write(path, dict(zip(distinct, rows, strict=True)), embedder.fingerprint)
    return len(distinct)


def read_vectors(path: Path) -> tuple[str, dict[int, NDArray[np.int8]]]:
    """Fingerprint and rows by key; ("", {}) where the file is missing, broken or not laid out as expected."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            fingerprint, keys, rows = str(stored["fingerprint"]), stored["keys"], stored["rows"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return "", {}
    if keys.dtype != np.uint64 or rows.dtype != np.int8 or rows.ndim != 2 or len(rows) != len(keys):
        return "", {}
    return fingerprint, dict(zip(keys.tolist(), rows, strict=True))


def _write(path: Path, vectors: dict[int, NDArray[np.int8]], fingerprint: str) -> None:
    """All or nothing: readers see the old file until the new one is whole."""
    keys = sorted(vectors)
    rows = np.stack([vectors[key] for key in keys]) if keys else np.zeros((0, WIDTH), np.int8)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, fingerprint=np.array(fingerprint), keys=np.array(keys, np.uint64), rows=rows)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def _packed(vectors: Floats) -> Rows:
    scale = 127 / np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    packed: Rows = np.rint(vectors * scale).astype(np.int8)
    return packed


def _unit(vectors: Floats) -> Floats:
    scaled: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))
    return scaled
