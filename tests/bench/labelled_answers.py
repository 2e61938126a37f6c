"""Plays cases with their labelled answers: the team picks what is true, so that nothing is left to reading."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.core.ask import plan_round
from bot.core.facts import Facts, Reading, read_levels
from bot.core.knowledge import Knowledge

CASES = Path(__file__).parents[1] / "evals" / "cases-dev.jsonl"


def read_cases(file: Path = CASES) -> list[dict[str, Any]]:
    """The labelled cases of a file, without the messages that are no cases."""
    lines = file.read_text("utf-8").splitlines()
    return [case for line in lines if line.strip() and (case := json.loads(line))["expected"] != "none"]


def states(knowledge: Knowledge, case: dict[str, Any]) -> Iterator[tuple[Facts, Reading]]:
    """Every state that the talk about a case goes through, from its opening to where nothing is left to ask."""
    truth, given = case["facts"], dict(case.get("opening_facts", {}))
    dont_know: set[str] = set()
    while True:
        facts = Facts(given=given, dont_know=frozenset(dont_know))
        reading = read_levels(knowledge.catalogue, facts)
        yield facts, reading
        asked = {key for question in plan_round(knowledge, facts, reading) for key in question.facts}
        if not asked - given.keys() - dont_know:
            return
        given = given | {key: truth[key] for key in asked if truth.get(key) is not None}
        dont_know |= {key for key in asked if truth.get(key) is None}
