"""Kinds: what first messages are taken for, over tests/evals/messages.jsonl, which two authors wrote who knew no other example."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from bot.app import App

SET = Path(__file__).parents[1] / "evals" / "messages.jsonl"
LEAST = 0.92  # of all messages; two in a hundred fewer than measured
LEAST_CASES = 0.96


def test_first_messages_are_taken_for_what_they_are() -> None:
    language = App().language
    told = [json.loads(line) for line in SET.read_text("utf-8").splitlines()]
    right: Counter[str] = Counter()
    for message in told:
        read = language.read(message["text"], (), frozenset())
        found = "injection" if read.act == "injection" and not read.facts else read.kind
        alike = {found, message["kind"]} <= {
            "smalltalk",
            "offtopic",
            "injection",
        }  # all get a plain word, and no verdict
        right[message["kind"]] += found == message["kind"] or alike
    cases = sum(message["kind"] == "case" for message in told)
    assert len(told) > 250 and cases >= 60
    assert sum(right.values()) >= LEAST * len(told), right
    assert right["case"] >= LEAST_CASES * cases, right
