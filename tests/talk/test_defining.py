"""Defining: whoever asks what a word of the questions means is told, before anything that sources say of it."""

from __future__ import annotations

import pytest
from talking import app, say, through

VAGUE = "Our support bot gets the tone wrong."


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("what do you mean by test set? like the tweets?", "fixed collection"),
        ("what even is an eval set? like explain it to me as if I know nothing", "fixed collection"),
        ("lol I still don't know what an eval set IS. Can you give me an example of one?", "For example"),
        ("Sorry, what is RAG?", "looks up the passages"),
        ("define few-shot please", "worked examples"),
        ("what does DPO stand for?", "a better and a worse answer"),
        ("What counts as 'systematic' by the way?", "each scored on the same test set"),
        ("could you explain what structured output means?", "forced into a shape"),
        ("give me an example of a test set", "80 support questions"),
    ],
)
@pytest.mark.parametrize("case", [VAGUE, ""])
def test_a_word_is_explained(case: str, question: str, words: str) -> None:
    session, replies = through(app().talk, *([say(case)] if case else []), say(question))
    assert replies[0].type == "answer" and words in replies[0].text
    assert bool(session.open) == bool(case)


def test_what_sources_say_stands_below_with_a_citation() -> None:
    _, replies = through(app().talk, say("what is RAG?"))
    assert replies[0].passages and replies[0].citations and replies[0].text.endswith("[1]")


@pytest.mark.parametrize(
    "question", ["what is LoRA?", "what is a good size of an eval set?", "how do we build a test set?"]
)
def test_other_questions_go_to_the_knowledge_base(question: str) -> None:
    _, replies = through(app().talk, say(question))
    assert replies[0].passages and "For example:" not in replies[0].text


def test_every_term_is_found_by_a_name_of_its_own() -> None:
    names = [name.replace("-", " ") for name in app().knowledge.glossary]
    for name in names:
        found = [
            id for id, term in app().knowledge.glossary.items() if term.is_called(name) or term.is_called(name + "s")
        ]
        assert len(found) <= 1, (name, found)
