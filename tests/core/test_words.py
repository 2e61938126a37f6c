"""Words: numbers and levels read naturally by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.knowledge import Knowledge
from bot.core.words import RULE_WORDS, VERDICT_WORDS, fact_words


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


def test_a_rule_that_says_more_than_its_verdict_is_a_rule_of_that_verdict(knowledge: Knowledge) -> None:
    verdicts = {rule.id: rule.verdict for rule in knowledge.policy.rules}
    for rule, words in RULE_WORDS.items():
        assert (
            words.short == VERDICT_WORDS[verdicts[rule]].short
            and words.headline != VERDICT_WORDS[verdicts[rule]].headline
        )


@pytest.mark.parametrize(
    ("value", "words"), [(100 / 3, "33.3% today"), (64.17, "64.2% today"), (99.95, "99.95% today"), (50, "50% today")]
)
def test_a_share_has_one_decimal_where_that_says_enough(knowledge: Knowledge, value: float, words: str) -> None:
    assert fact_words(knowledge.catalogue, "score", value) == words
