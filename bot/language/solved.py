"""Solved: two classifiers solved in closed form, shipped in one file and solved anew where their examples have changed.

`kinds` tells what a message is; `router` tells which fact words are about, or NONE, or DONT_KNOW.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.core.facts import Frozen
from bot.language.heads import BUCKETS, RIDGE, Features, Head
from bot.language.labelled import ELSEWHERE, UNKNOWN, TeamTalk
from bot.language.messages import MESSAGES, FirstMessage
from bot.language.phrases import PhraseBook

SHIPPED = "heads.npz"
CODE_VERSION = 5  # raise it when a change of code makes other heads of the same examples
KINDS_RIDGE = 6.0
OPENINGS = 1500  # of the teams' first messages, which outnumber all other kinds
REPLIES = 2000  # of the teams' replies
REPLY = "reply"  # words that go on with a case
NONE, DONT_KNOW = "-", "?"


class Solved(Frozen):
    """The heads."""

    model_config = {"arbitrary_types_allowed": True}

    kinds: Head
    router: Head

    def save(self, path: Path, digest: str) -> None:
        """Writes the heads to a file; `digest` names what they were solved for."""
        arrays: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]] = {"digest": np.array(digest)}
        for name in ("kinds", "router"):
            head: Head = getattr(self, name)
            arrays[f"{name}/classes"] = np.array(head.classes)
            arrays[f"{name}/weights"] = head.weights.astype(np.float16)
        np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def read_solved(path: Path, digest: str) -> Solved | None:
    """The heads in a file, or None where there are none that were solved for this."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            if str(stored["digest"]) != digest:
                return None
            heads = {
                name: Head([str(c) for c in stored[f"{name}/classes"]], stored[f"{name}/weights"].astype(np.float32))
                for name in ("kinds", "router")
            }
            return Solved(**heads)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def digest_of(knowledge_folder: Path) -> str:
    """A hash of everything that the heads are solved for."""
    digest = hashlib.sha256(f"{CODE_VERSION} {BUCKETS} {RIDGE} {KINDS_RIDGE} {OPENINGS} {REPLIES}".encode())
    for file in [
        *sorted((knowledge_folder / "phrases").glob("*.yaml")),
        knowledge_folder / "talk.jsonl",
        knowledge_folder / MESSAGES,
    ]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    digest.update((knowledge_folder / "embedder" / "NOTICE").read_bytes())
    return digest.hexdigest()[:16]


def solve(book: PhraseBook, talks: Sequence[TeamTalk], messages: Sequence[FirstMessage], features: Features) -> Solved:
    """The heads that fit the phrases, the labelled talk and the first messages of every kind."""
    tasks = [p.text for p in book.phrases if p.fact == "task" and p.said]
    kinds = {
        "case": [*book.intents["ask_decision"], *tasks],
        "question": [*book.intents["knowledge_question"]],
        "smalltalk": [*book.intents["smalltalk"], *book.intents["greet"]],
        "offtopic": [*book.intents["offtopic"]],
        "injection": [*book.intents["injection"]],
    }
    opening = [talk.text for talk in talks][:: max(1, len(talks) // OPENINGS)]
    replies = [reply.text for talk in talks for reply in talk.answers.values() if reply.level != UNKNOWN]
    replies = replies[:: max(1, len(replies) // REPLIES)]
    told = [(text, kind) for kind, texts in kinds.items() for text in texts]
    told += [(text, REPLY) for text in replies]
    told += [(text, "case") for text in opening] + [(message.text, message.kind) for message in messages]
    about = [(p.text, p.fact) for p in book.phrases]
    about += [
        (reply.text, NONE if reply.level == ELSEWHERE else fact)
        for talk in talks
        for fact, reply in talk.answers.items()
        if reply.level != UNKNOWN
    ]
    about += [(told.quote, told.fact) for talk in talks for told in talk.told]
    about += [(text, NONE) for text in book.other]
    about += [(text, DONT_KNOW) for text in book.intents.get("dont_know", ())]
    return Solved(
        kinds=_solve(told, features, KINDS_RIDGE),
        router=_solve(about, features),
    )


def _solve(examples: Sequence[tuple[str, str]], features: Features, ridge: float = RIDGE) -> Head:
    return Head.solve(features.of([text for text, _ in examples]), [label for _, label in examples], ridge)
