"""Newcomers: what people who did not know it typed, as teams and at a terminal - messy, asking in between - and what it came to.

Each row of newcomers.jsonl is a talk: its `messages`, the `facts` that have to be known after them (null: not known), words that the
last replies hold (`said`), and words that they must not hold (`unsaid`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from talking import app, say, through

ROWS = [json.loads(line) for line in (Path(__file__).parent / "newcomers.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["messages"][-1][:50])
def test_what_newcomers_type(row: dict[str, Any]) -> None:
    session, replies = through(app().talk, *(say(message) for message in row["messages"]))
    last = " / ".join(reply.text for reply in replies).lower()
    facts = row.get("facts", {})
    assert {fact: session.entries[fact].level if fact in session.entries else None for fact in facts} == facts
    assert row.get("said", "").lower() in last
    assert "unsaid" not in row or row["unsaid"].lower() not in last
