"""Trained: the heads that the embedded language needs, shipped in one file and solved anew where the phrases have changed."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from bot.language.heads import BUCKETS, RIDGE, Features, Head
from bot.language.phrases import PhraseBook

SHIPPED = "heads.npz"
CODE_VERSION = 1  # raise it when a change of code makes other heads of the same phrases
NONE = "-"
DONT_KNOW = "?"


class Heads:
    """`router`: which fact words are about (or NONE, or DONT_KNOW); `level(fact)`: which level; `kinds`: what a message is."""

    def __init__(self, heads: Mapping[str, Head]) -> None:
        self._heads = heads
        self.router = heads["router"]
        self.kinds = heads["kinds"]

    def level(self, fact: str) -> Head:
        """The classifier of a fact's levels."""
        return self._heads[f"level:{fact}"]

    def save(self, path: Path, digest: str) -> None:
        """Writes all heads to one file; `digest` names what they were trained on."""
        arrays: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]] = {"digest": np.array(digest)}
        for name, head in self._heads.items():
            arrays[f"{name}/classes"] = np.array(head.classes)
            arrays[f"{name}/weights"] = head.weights.astype(np.float16)
        np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def read_heads(path: Path, digest: str) -> Heads | None:
    """The heads in a file, or None where there is none that was trained on this."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            if str(stored["digest"]) != digest:
                return None
            names = [key.removesuffix("/classes") for key in stored.files if key.endswith("/classes")]
            heads = {
                name: Head([str(c) for c in stored[f"{name}/classes"]], stored[f"{name}/weights"].astype(np.float32))
                for name in names
            }
            return Heads(heads)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def digest_of(knowledge_folder: Path) -> str:
    """A hash of everything that heads are trained on."""
    digest = hashlib.sha256(f"{CODE_VERSION} {BUCKETS} {RIDGE}".encode())
    files = [*sorted((knowledge_folder / "phrases").glob("*.yaml")), knowledge_folder / "openings.jsonl"]
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    digest.update((knowledge_folder / "embedder" / "NOTICE").read_bytes())
    return digest.hexdigest()[:16]


def train(book: PhraseBook, features: Features) -> Heads:
    """The heads that fit a phrase book."""
    heads: dict[str, Head] = {}
    texts = [p.text for p in book.phrases] + list(book.other)
    labels = [p.fact for p in book.phrases] + [NONE] * len(book.other)
    unknown = book.intents.get("dont_know", ())
    heads["router"] = Head.solve(features.of([*texts, *unknown]), [*labels, *[DONT_KNOW] * len(unknown)])
    for fact in dict.fromkeys(p.fact for p in book.phrases):
        own = [p for p in book.phrases if p.fact == fact]
        if len({p.level for p in own}) > 1:
            heads[f"level:{fact}"] = Head.solve(features.of([p.text for p in own]), [p.level for p in own])
    tasks = [p.text for p in book.phrases if p.fact == "task" and p.said]
    kinds = {
        "case": [*book.intents["ask_decision"], *tasks],
        "question": [*book.intents["knowledge_question"]],
        "smalltalk": [*book.intents["smalltalk"], *book.intents["greet"]],
        "offtopic": [*book.intents["offtopic"]],
        "injection": [*book.intents["injection"]],
    }
    examples = [(text, kind) for kind, group in kinds.items() for text in group]
    heads["kinds"] = Head.solve(features.of([text for text, _ in examples]), [kind for _, kind in examples])
    return Heads(heads)
