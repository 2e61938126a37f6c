"""Careful reading: what is not an answer is not forced onto the question, quotes stand where they were said, nothing long is lost."""

from __future__ import annotations

import pytest

from bot.app import App
from bot.language.reader import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return App().language.reader


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        ("clear", "teacher"),
        ("so we stop?", "cost_gap"),
        ("no, 600 letters are approved, the 6000 aren't usable", "prompting"),
        ("purple", "scope"),
    ],
)
def test_words_about_something_else_answer_nothing(reader: Reader, reply: str, asked: str) -> None:
    read = reader.read_answer(reply, [asked])
    assert not read.proposals
    assert read.unclear == (asked,)


@pytest.mark.parametrize("reply", ["narrow", "Narrow.", "broad"])
def test_a_level_by_its_name_is_no_small_talk(reply: str) -> None:
    read = App().language.read(reply, [("scope",)], frozenset({"evals"}))
    assert [(fact.fact, fact.value) for fact in read.facts] == [("scope", reply.strip(".").lower())]


@pytest.mark.parametrize(
    ("reply", "asked", "level"),
    [
        ("prompting was systematic", "prompting", "systematic"),
        ("it's rather open-ended", "scope", "open_ended"),
        ("not systematic", "prompting", None),
        ("nobody is close", "quality", None),
        ("few are reviewed", "label_quality", None),
    ],
)
def test_a_levels_name_in_a_sentence_of_nothing_else_is_that_level(
    reader: Reader, reply: str, asked: str, level: str | None
) -> None:
    assert reader.plain.named_level(asked, reply) == level


@pytest.mark.parametrize(
    ("message", "fact", "value", "words"),
    [
        ("Our bot: no evals yet, haven't tried RAG.", "evals", "none", "no evals yet"),
        ("Our bot: no evals yet, haven't tried RAG.", "retrieval", "not_tried", "haven't tried RAG"),
        ("No evals yet, tried a couple of prompts.", "prompting", "some", "couple of prompts"),
        ("no evals yet, just eyeballing", "evals", "eyeballed", "just eyeballing"),
        ("finds the right paragraphs in maybe 70% of cases, so partly works", "retrieval", "partly", "70%"),
    ],
)
def test_a_quote_holds_the_words_that_tell_the_fact(
    reader: Reader, message: str, fact: str, value: str, words: str
) -> None:
    told = {proposal.fact: proposal for proposal in reader.unasked.read_opening(message).proposals}
    assert told[fact].value == value
    assert words in told[fact].quote
    assert told[fact].quote in message


def test_words_that_say_what_a_known_wording_denies_are_not_read_as_the_wording(reader: Reader) -> None:
    told = {
        proposal.fact: proposal.value
        for proposal in reader.unasked.read_opening(
            "It has the contract and our playbook in the prompt so it isn't missing information"
        ).proposals
    }
    assert told.get("knowledge_needed") is not True


def test_the_end_of_a_long_message_is_read(reader: Reader) -> None:
    ramble = "The team met on Tuesday and talked about the office move, the new chairs and who waters the plants. " * 20
    end = "We have no evals yet. Retrieval was never tried. There are 800 reviewed replies."
    told = {proposal.fact: proposal.value for proposal in reader.unasked.read_opening(ramble + end).proposals}
    assert told["evals"] == "none"
    assert told["retrieval"] == "not_tried"
    assert told["examples"] == 800


def test_a_quote_from_a_reply_stands_in_the_reply(reader: Reader) -> None:
    reply = "It sounds stiff, even when the right page is there. Three months of prompts, all scored."
    for proposal in reader.read_answer(reply, ["behaviour_gap", "prompting"]).proposals:
        assert all(part in reply for part in proposal.quote.split(" … "))


@pytest.mark.parametrize(
    ("message", "fact", "value"),
    [
        ("Cost is a problem.", "cost_gap", True),
        ("Speed is fine. Cost is a problem.", "cost_gap", True),
        ("speed is a problem", "latency_gap", True),
        ("cost is not a problem", "cost_gap", False),
        ("we prompted systematically for three months", "prompting", "systematic"),
    ],
)
def test_what_is_a_problem_is_one(reader: Reader, message: str, fact: str, value: object) -> None:
    told = {proposal.fact: proposal.value for proposal in reader.unasked.read_opening(message).proposals}
    assert told.get(fact) == value


@pytest.mark.parametrize(("reply", "asked"), [("what", "evals"), ("bullshit", "knowledge_needed")])
def test_a_single_word_that_names_nothing_answers_nothing(reader: Reader, reply: str, asked: str) -> None:
    assert not reader.read_answer(reply, [asked]).proposals


@pytest.mark.parametrize("reply", ["no, nothing missing", "no, it has all the facts it needs in the ticket"])
def test_a_no_goes_with_the_words_beside_it(reader: Reader, reply: str) -> None:
    """It is no answer of its own to the question that happens to come first."""
    told = {
        p.fact: p.value for p in reader.read_answer(reply, ["prompting", "retrieval", "knowledge_needed"]).proposals
    }
    assert not {"prompting", "retrieval"} & told.keys()


def test_the_mark_of_a_list_is_no_number() -> None:
    reply = "1. test set with 200 questions, 64%, needs 85%\n2. prompting: none so far"
    read = App().language.read(reply, [("evals", "quality", "score", "target"), ("prompting",)], frozenset())
    told = {fact.fact: fact.value for fact in read.facts}
    assert (told["score"], told["target"], told["prompting"]) == (64, 85, "none")


def test_a_digit_for_several_questions_is_no_score() -> None:
    read = App().language.read("2", [("evals", "score"), ("prompting",)], frozenset())
    assert not read.facts


def test_the_quote_of_a_number_ends_with_a_word(reader: Reader) -> None:
    message = "internationalisation " * 8 + "we have 500 labelled examples " + "internationalisation " * 8
    quote = next(p.quote for p in reader.unasked.read_opening(message).proposals if p.fact == "examples")
    assert set(quote.split()) <= set(message.split())
