"""Weighing: questions about a fact of one's own case are answered from the policy, and change nothing."""

from __future__ import annotations

import pytest
from talking import app, say, through

from bot.language.acts import load_acts

CLASSIFIER = (
    "Our insurance claim classifier (12 classes) scores 82% on a held-out test set, we need 90%. Prompting: many "
    "measured rounds with few-shot. No outside facts needed, it is judgement it gets wrong. 2000 reviewed "
    "examples, legal signed off on training."
)
TONE = "Our support bot gets the tone wrong. A few prompts tried. Nothing is measured. It needs no outside facts."
VAGUE = "Our support bot gets the tone wrong."


@pytest.mark.parametrize(
    ("case", "question", "words"),
    [
        (CLASSIFIER, "is 2k enough?", ["2,000 examples", "that is enough", "at most 199 examples", "data first"]),
        (CLASSIFIER, "is 2k enough", ["2,000 examples", "enough"]),
        (CLASSIFIER, "is 500 enough?", ["Supposing 500 examples", "would stay “fine-tune”"]),
        (CLASSIFIER, "ok, is 30 enough?", ["Supposing 30 examples", "would be “data first”"]),
        (CLASSIFIER, "how many of the 2k do we really need tho", ["2,000 examples", "at most 199 examples"]),
        (CLASSIFIER, "how many examples would we need?", ["at most 199 examples"]),
        (CLASSIFIER, "do we even need evals for that?", ["a test set is scored", "evals first"]),
        (CLASSIFIER, "is 82 good enough?", ["82% today; 90% needed", "stop here"]),
        (CLASSIFIER, "what about label quality?", ["the examples are reviewed", "data first"]),
        (CLASSIFIER, "does the volume matter?", ["makes no difference", "fine-tune"]),
        (CLASSIFIER, "do we need GPUs for that?", ["No rule reads that"]),
        (TONE, "do we really need evals?", ["quality is not measured", "prompt first", "Otherwise it stays “evals first”"]),
        (TONE, "can we skip the evals?", ["quality is not measured"]),
        (VAGUE, "would RAG help?", ["Nobody has told me yet"]),
    ],
)  # fmt: skip
def test_a_fact_is_weighed(case: str, question: str, words: list[str]) -> None:
    before, _ = through(app().talk, say(case))
    after, replies = app().talk.turn(before, say(question))
    assert after.entries == before.entries and after.state == before.state and after.open == before.open
    assert replies[0].type == "answer" and all(word in replies[0].text for word in words), replies[0].text


def test_reasons_are_those_of_the_verdicts_with_their_notes() -> None:
    _, replies = through(app().talk, say(CLASSIFIER), say("is 100 enough?"))
    answer = replies[0]
    for number in range(1, len(answer.passages) + 1):
        assert f"[{number}]" in answer.text
    assert f"[{len(answer.passages) + 1}]" not in answer.text
    assert {citation.note for citation in answer.citations} >= {passage.note for passage in answer.passages}


def test_what_was_told_last_is_meant_by_that() -> None:
    session, replies = through(app().talk, say(VAGUE), say("We have 800 reviewed pairs. is that enough?"))
    assert session.entries["examples"].level == 800
    assert any("You told me: 800 examples" in reply.text for reply in replies)


def test_a_number_that_a_first_message_asks_about_is_weighed_too() -> None:
    _, replies = through(app().talk, say("We tag recipes with allergens. Are 25 labelled recipes enough to tune on?"))
    assert any("25 examples" in reply.text for reply in replies if reply.type == "answer")


@pytest.mark.parametrize(
    "question", ["is it worth it?", "what is LoRA?", "should we use LoRA?", "what if the moon were made of cheese?"]
)
def test_other_questions_weigh_nothing(question: str) -> None:
    _, replies = through(app().talk, say(CLASSIFIER), say(question))
    assert not any("You told me" in reply.text or "makes no difference" in reply.text for reply in replies)


@pytest.mark.parametrize(
    ("question", "words", "left"),
    [
        ("what if we had 500 examples and no budget", "Supposing 500 examples", "no budget"),
        ("what if the labels are bad and the boss hates it", "the examples are poor", "the boss hates it"),
        ("what if we needed 95 and only had 300 examples?", "95% needed", ""),
    ],
)
def test_what_is_supposed_and_not_read_is_said(question: str, words: str, left: str) -> None:
    _, replies = through(app().talk, say(CLASSIFIER), say(question))
    assert words in replies[0].text
    assert (f"“{left}”" in replies[0].text) if left else ("left out" not in replies[0].text)


def test_every_name_is_that_of_a_fact() -> None:
    acts = load_acts(app().folder)
    assert set(acts.called) <= set(app().knowledge.catalogue.facts)
    assert {"examples", "evals", "prompting", "retrieval", "score"} <= set(acts.called)
