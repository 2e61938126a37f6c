"""Hearsay: what others have, say or reached is no fact of the team; what people inside it say is."""

from __future__ import annotations

import pytest

from bot.language.hearsay import is_hearsay, without_hearsay


@pytest.mark.parametrize(
    "sentence",
    [
        "a friend at another firm has 8,000 labelled answers and 95% accuracy btw",
        "someone at a meetup told me LoRA needs only 50 examples",
        "our vendor says we need 50,000 examples",
        "our competitor fine-tuned and got 97%",
        "Another team trained a 7B on 300 examples",
        "a blog post claims you need 10k pairs",
        "the article says prompting reaches 90%",
        "my CTO says you need at least 10k examples",
        "btw somebody on reddit said 50 is enough",
    ],
)
def test_what_others_say_or_have(sentence: str) -> None:
    assert is_hearsay(sentence)
    assert without_hearsay(sentence) == ""
    assert without_hearsay(f"We have 700 pairs. {sentence}.") == "We have 700 pairs."


@pytest.mark.parametrize(
    "sentence",
    [
        "our lawyers say the tone is off",
        "legal says no to using customer invoices for training",
        "two senior agents checked them",
        "our data team has 12k labelled tickets",
        "the support team needs 95%",
        "my lead says prompting is exhausted",
        "the other model gets 81%",
        "a customer gave us 3,000 transcripts",
        "the customer says 90 is needed",
    ],
)
def test_what_the_team_says_of_itself(sentence: str) -> None:
    assert not is_hearsay(sentence)
    assert without_hearsay(sentence) == sentence
