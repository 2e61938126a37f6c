"""What the loopback server says: a colleague who does as the prompts ask, and one who does as an attacker asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from loopback import Asked

Facts = Mapping[str, tuple[str, str]]  # key -> value, quote


def heard(
    kind: str = "case", act: str = "other", language: str = "en", question: str = "", **facts: tuple[str, str]
) -> dict[str, Any]:
    """The form for a message, each fact stated in its quote."""
    told = [{"key": k, "value": v, "quote": q, "how": "stated"} for k, (v, q) in facts.items()]
    return {"kind": kind, "act": act, "language": language, "question": question, "facts": told, "dont_know": []}


def echo(asked: Asked) -> dict[str, Any]:
    """Says every draft as it is, resting on its passages."""
    return {
        "drafts": [
            {"n": draft["n"], "sentences": [{"text": draft["say"], "cites": draft["passages"]}]}
            for draft in asked.data["drafts"]
        ]
    }


def first_sentences(asked: Asked) -> str:
    """Answers with the first sentence of every passage."""
    firsts = [(p["n"], re.split(r"(?<=[.!?])\s", p["text"])[0]) for p in asked.data["passages"]]
    return " ".join(f"{text} [{n}]" for n, text in firsts)


class Colleague:
    """Reads as `reads` says (by message; what is not in it tells nothing), says drafts as they are, answers from passages.

    `words` says what a draft becomes, for another voice or language.
    """

    def __init__(
        self,
        reads: Mapping[str, dict[str, Any]] | None = None,
        words: Callable[[str], str] | None = None,
        answer: Callable[[Asked], str] = first_sentences,
    ) -> None:
        self.reads, self.words, self.answer = dict(reads or {}), words, answer

    def __call__(self, asked: Asked) -> Any:
        if asked.form == "heard":
            return self.reads.get(asked.data["message"], heard(kind="case"))
        if asked.form == "said":
            said = echo(asked)
            for draft in said["drafts"]:
                for sentence in draft["sentences"]:
                    sentence["text"] = self.words(sentence["text"]) if self.words else sentence["text"]
            return said
        return self.answer(asked)
