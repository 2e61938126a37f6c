"""Words: numbers and levels read naturally by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.knowledge import Knowledge
from bot.core.words import fact_words


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("examples", 4000, "4,000 examples"),
        ("examples", 1, "1 example"),
        ("examples", 0, "no examples"),
        ("volume", 2000, "2,000 requests a day"),
        ("volume", 1, "1 request a day"),
        ("score", 71, "71% today"),
        ("target", 90.5, "90.5% needed"),
        ("evals", "none", "quality is not measured"),
        ("cost_gap", False, "cost is fine"),
        ("task", "sort mail", "task: sort mail"),
    ],
)
def test_a_fact_in_words(knowledge: Knowledge, key: str, value: Any, words: str) -> None:
    assert fact_words(knowledge.catalogue, key, value) == words
