"""Beside: a message that tells something and asks something has the one noted and the other answered."""

from __future__ import annotations

import pytest
from talking import app, say, through

from bot.core.facts import Value

CLASSIFIER = (
    "Our insurance claim classifier (12 classes) scores 82% on a held-out test set, we need 90%. Prompting: many "
    "measured rounds with few-shot. No outside facts needed, it is judgement it gets wrong. 2000 reviewed "
    "examples, legal signed off on training."
)
VAGUE = "Our support bot gets the tone wrong."


@pytest.mark.parametrize(
    ("case", "message", "facts", "words"),
    [
        (CLASSIFIER, "sorry the target is 91 not 90, and does distillation save money?", {"target": 91}, ""),
        (CLASSIFIER, "sorry, the target is 91. What does distillation save?", {"target": 91}, "istill"),
        (CLASSIFIER, "the rights are unclear after all. is that a problem?", {"data_rights": "unclear"}, "If the right to train"),
        (CLASSIFIER, "We have 300 now. What if we had 5,000?", {"examples": 300}, "Supposing 5,000 examples"),
        (VAGUE, "We look at 30 drafts by hand every Friday. Would it matter if we had a test set?", {"evals": "eyeballed"}, "Supposing"),
        (VAGUE, "two weeks of prompting, nothing measured. What is LoRA?", {"prompting": "systematic"}, "LoRA"),
        (VAGUE, "No idea. Why do you ask?", {}, "Because"),
    ],
)  # fmt: skip
def test_both_are_heard(case: str, message: str, facts: dict[str, Value], words: str) -> None:
    session, replies = through(app().talk, say(case), say(message))
    known = {key: session.entries[key].level if key in session.entries else None for key in facts}
    assert known == facts
    assert words in "\n".join(reply.text for reply in replies)


def test_a_first_message_may_ask_and_tell() -> None:
    session, replies = through(
        app().talk,
        say(
            "Could you explain what RAG is? We have a bot for our sales team that answers product questions, it makes things up."
        ),
    )
    assert replies[0].type == "answer" and replies[0].passages
    assert session.open and replies[-1].question is not None


def test_two_questions_are_both_answered() -> None:
    _, replies = through(app().talk, say(CLASSIFIER), say("Is 2k enough? And do we need a test set?"))
    assert [reply.type for reply in replies] == ["answer", "answer"]
