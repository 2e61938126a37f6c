"""Plain replies: what people type first of all in reply to a question is read as what it says, whatever terser talk taught the model."""

from __future__ import annotations

import pytest

from bot.app import App
from bot.core.facts import Value
from bot.language.embedded import EmbeddedLanguage
from bot.ports import ReadMessage

EITHER = ("latency_gap", "cost_gap")
MEASURE = ("evals", "quality", "score", "target")
KNOWN = frozenset({"score", "target", "evals", "prompting", "examples", "label_quality"})
REPLIES: dict[str, dict[Value, list[str]]] = {
    "latency_gap": {
        True: [
            "it's slow",
            "too slow",
            "it's too slow",
            "slow",
            "yes, too slow",
            "users complain about the wait",
            "takes 9 seconds",
            "speed is a problem",
            "we need it faster",
            "yeah it takes forever",
            "the wait is killing us",
        ],
        False: [
            "it's fast",
            "fast enough",
            "no",
            "speed is fine",
            "no complaints about speed",
            "it's quick",
            "nobody minds the wait",
            "not slow",
        ],
    },
    "cost_gap": {
        True: [
            "it's expensive",
            "too expensive",
            "expensive",
            "yes, the bill is huge",
            "it costs too much",
            "costs a fortune",
            "the bill hurts",
            "we pay 40k a month and must halve it",
            "cost is the issue",
        ],
        False: [
            "it's cheap",
            "cheap",
            "no",
            "cost is fine",
            "costs nothing",
            "not expensive",
            "we don't care about cost",
            "it's affordable",
        ],
    },
    "behaviour_gap": {
        True: [
            "it's the style",
            "the style is off",
            "it's the tone",
            "wrong format",
            "it rambles",
            "yes",
            "tone is wrong",
            "it ignores the rules",
            "the wording is off",
            "bad judgement",
            "it doesn't sound like us",
            "format errors",
            "it's too verbose",
            "it's inconsistent",
        ],
        False: [
            "the style is fine",
            "tone is good",
            "no",
            "behaviour is fine",
            "it behaves well",
            "form is ok",
            "no, it writes well",
            "output is great",
        ],
    },
    "knowledge_needed": {
        True: [
            "it's the facts",
            "it lacks facts",
            "it doesn't know our products",
            "yes",
            "it needs our docs",
            "it hallucinates",
            "internal knowledge",
            "our policies",
            "it needs the price list",
        ],
        False: [
            "no",
            "everything is in the input",
            "it has all it needs",
            "no outside facts",
            "nothing to look up",
            "the text itself is enough",
            "facts aren't the problem",
        ],
    },
    "prompting": {
        "none": ["none", "we haven't prompted at all", "no prompt yet", "nothing tried", "we went straight to tuning"],
        "some": [
            "a little",
            "a few tries",
            "one prompt",
            "basic prompt",
            "not much",
            "we wrote a short prompt",
            "some",
            "a simple prompt",
            "just the default prompt",
            "a couple of attempts",
        ],
        "systematic": [
            "a lot",
            "months of it",
            "extensively",
            "everything",
            "many versions, all scored",
            "few-shot, CoT, the works",
            "we've exhausted it",
            "very far",
            "20 iterations with measured results",
        ],
    },
    "retrieval": {
        "not_tried": [
            "no",
            "not tried",
            "none",
            "no retrieval",
            "we don't have rag",
            "never",
            "no rag yet",
            "nope, nothing like that",
        ],
        "partly": [
            "partly",
            "it helps a bit",
            "it misses half",
            "sometimes finds the right page",
            "kind of works",
            "it often retrieves the wrong thing",
            "it's bad",
        ],
        "works": [
            "it works",
            "yes, works well",
            "works",
            "the right page is always there",
            "retrieval is good",
            "yes it finds the right docs",
            "we put everything in the prompt",
            "rag works great",
        ],
    },
    "evals": {
        "none": ["none", "we don't", "not at all", "nothing", "no evals", "no", "we don't measure", "not measured"],
        "eyeballed": [
            "we look at it",
            "by eye",
            "eyeballing",
            "we read some outputs",
            "spot checks",
            "manually looking at a few",
        ],
        "test_set": [
            "a test set",
            "200 labelled questions",
            "gold set",
            "we have a labelled set",
            "people score 100 answers",
            "experts grade samples of 50",
        ],
        "automated": [
            "automated tests",
            "CI runs them",
            "a script checks",
            "unit tests",
            "nightly eval run",
            "automatic",
        ],
    },
    "label_quality": {
        "reviewed": [
            "reviewed",
            "checked by experts",
            "all checked",
            "experts reviewed them",
            "good, double checked",
            "verified",
        ],
        "mixed": ["mixed", "some good some bad", "it varies", "half checked", "so-so", "uneven"],
        "poor": ["poor", "bad", "full of errors", "garbage", "noisy", "many are wrong"],
        "unchecked": [
            "nobody checked",
            "not checked",
            "unchecked",
            "no one looked",
            "straight from logs",
            "never reviewed",
        ],
    },
    "scope": {
        "narrow": ["one task", "narrow", "just classification", "only this", "a single thing", "very narrow"],
        "broad": ["broad", "several tasks", "a dozen tasks"],
        "open_ended": ["anything", "open-ended", "users ask whatever they want", "everything"],
    },
    "coverage": {
        "mainstream": ["common", "mainstream", "general knowledge", "models know it well", "english text"],
        "niche": ["niche", "specialised", "rare jargon", "pretty specialised"],
        "proprietary": ["proprietary", "our own language", "in-house", "only we have it"],
    },
    "teacher": {
        True: ["yes", "gpt-4 does it well", "the big model manages", "a larger model reaches it"],
        False: ["no", "no model does", "even the biggest fails", "nothing gets there"],
    },
    "data_rights": {
        "clear": ["yes", "we own it", "clear", "it's ours", "legal approved"],
        "unclear": ["unclear", "legal is checking", "no", "not cleared yet"],
    },
    "residency": {
        "anywhere": ["anywhere", "no restrictions", "no limits", "cloud is fine"],
        "region": ["EU only", "in europe", "must stay in the region"],
        "must_stay": ["must stay in house", "on premise only", "can't leave", "nothing may leave our servers"],
    },
    "tuned_before": {
        "never": ["no", "never", "not yet", "first time"],
        "failed": ["tried, failed"],
        "live": ["yes, it's live", "running in production", "yes we run one"],
        "regressed": ["it got worse", "yes, it regressed", "it broke other things"],
    },
    "freshness": {
        "stable": ["never", "rarely", "stable", "once a year", "hardly ever"],
        "monthly": ["monthly", "every month", "every few weeks"],
        "weekly": ["weekly", "every week"],
        "daily": ["daily", "every day", "constantly", "all the time"],
    },
    "stakes": {
        "low": ["low", "not much", "nothing bad happens", "annoying at most"],
        "high": ["high", "people could die", "legal trouble", "we'd be sued", "very high"],
    },
    "cheaper_tried": {
        True: ["yes", "yes, smaller models fail", "tried mini, not good enough", "caching is on already"],
        False: ["no", "not tried", "haven't looked", "not yet"],
    },
    "answers": {
        "one_right": ["one right answer", "exactly one", "yes, there's one correct answer"],
        "many_fine": ["many", "many are fine", "lots of good answers", "any good one"],
        "agreed": ["experts agree mostly", "people agree", "usually agreed"],
    },
    "rule": {
        "statable": ["yes", "there's a guide", "it's written down", "we have rules"],
        "show_only": ["no", "you know it when you see it", "can't be written down", "only by example"],
        "partly": ["partly", "some of it", "half of it"],
    },
    "context_fit": {
        "fits": ["yes", "it fits", "fits easily", "40 pages"],
        "too_large": ["no", "too large", "doesn't fit", "way too much", "thousands of documents"],
    },
}


@pytest.fixture(scope="module")
def language() -> EmbeddedLanguage:
    return App().language


def told(read: ReadMessage) -> dict[str, Value]:
    return {fact.fact: fact.value for fact in read.facts}


@pytest.mark.parametrize("fact", REPLIES)
def test_a_plain_reply_is_read(language: EmbeddedLanguage, fact: str) -> None:
    misread = {
        reply: found
        for level, replies in REPLIES[fact].items()
        for reply in replies
        if (found := told(language.read(reply, ((fact,),), frozenset())).get(fact)) != level
    }
    assert not misread


@pytest.mark.parametrize(
    "reply",
    ["neither", "neither one", "none", "both are fine", "nope", "no, neither", "not really", "no, not at all", "no and no",
     "neither, it's about the servers"],
)  # fmt: skip
def test_neither_too_slow_nor_too_dear(language: EmbeddedLanguage, reply: str) -> None:
    assert told(language.read(reply, (EITHER,), frozenset())) == {"latency_gap": False, "cost_gap": False}


@pytest.mark.parametrize(
    ("reply", "latency", "cost"),
    [
        ("it's slow but not expensive", True, None),
        ("no, cost is NOT fine", None, True),
        ("the first no, the second obviously yes", False, True),
        ("1) no 2) yes", False, True),
    ],
)
def test_one_of_the_two(language: EmbeddedLanguage, reply: str, latency: bool | None, cost: bool | None) -> None:
    read = told(language.read(reply, (EITHER,), frozenset()))
    assert latency is None or read.get("latency_gap") is latency
    assert cost is None or read.get("cost_gap") is cost


@pytest.mark.parametrize(
    ("reply", "asked", "facts"),
    [
        ("50 ads with gold tags, 40 right, 45 needed", (MEASURE,), {"evals": "test_set", "score": 80, "target": 90}),
        ("82, was 90, need 88", (MEASURE,), {"score": 82, "target": 88}),
        ("few tries, no retrieval. it's the facts", (("prompting", "retrieval"), ("knowledge_needed", "behaviour_gap")),
         {"prompting": "some", "retrieval": "not_tried", "knowledge_needed": True}),
        ("yes. tone and judgement", (("behaviour_gap",),), {"behaviour_gap": True}),
        ("yes it's fine", (("behaviour_gap",),), {"behaviour_gap": False}),
        ("see above: works", (("retrieval",),), {"retrieval": "works"}),
        ("systematisch, wie gesagt", (("prompting",),), {"prompting": "systematic"}),
        ("only 2k are verified, the other 7k are raw logs", (("label_quality",),), {"label_quality": "mixed", "examples": 2000}),
        ("1) weeks of it, scored each time 2) none needed 3) 300 cards, two people grade",
         (("prompting",), ("retrieval",), ("evals",)),
         {"prompting": "systematic", "retrieval": "not_tried", "evals": "test_set"}),
    ],
)  # fmt: skip
def test_a_reply_to_several_questions(
    language: EmbeddedLanguage, reply: str, asked: tuple[tuple[str, ...], ...], facts: dict[str, Value]
) -> None:
    assert told(language.read(reply, asked, frozenset())) == facts


def test_who_knows_one_of_two_answers_that_one(language: EmbeddedLanguage) -> None:
    read = language.read("no clue on the first, second: a few tries", (MEASURE, ("prompting",)), frozenset())
    assert told(read) == {"prompting": "some"} and read.dont_know == MEASURE and read.act != "dont_know"


@pytest.mark.parametrize(
    ("message", "facts"),
    [
        ("Passes 71 of 80, needs 78.", {"score": 88.75, "target": 97.5}),
        ("No personal data in it, no PII whatsoever", {"personal_data": False}),
        ("we're stuck at 84 where ops wants 95. ~1.2k pairs, half of them checked by our claims folks.",
         {"score": 84, "target": 95, "examples": 1200, "label_quality": "mixed"}),
        ("he's got 120 questions with the right answer, bot gets 66, the director wants 90", {"score": 66, "target": 90}),
    ],
)  # fmt: skip
def test_a_first_message(language: EmbeddedLanguage, message: str, facts: dict[str, Value]) -> None:
    assert told(language.read(message, (), frozenset())) == facts


@pytest.mark.parametrize(
    ("message", "facts"),
    [
        ("we switched on structured outputs, it's 99.8 now", {"score": 99.8, "constrained_output": True}),
        ("three more weeks of prompting, measured, few-shot per radiologist: stuck at 83",
         {"prompting": "systematic", "score": 83}),
        ("you got it wrong: only half of the pairs are checked, so mixed", {"label_quality": "mixed"}),
        ("no wait, 50% isn't our score. It's 84. And only half of the pairs are checked",
         {"score": 84, "label_quality": "mixed"}),
        ("yes anthropic", {"provider": "anthropic"}),
        ("it's classification", {"task_kind": "classification"}),
        ("actually it's 60 ads", {}),
        ("ok, clear", {"data_rights": None}),
        ("the target is 96 now", {"target": 96}),
    ],
)  # fmt: skip
def test_news(language: EmbeddedLanguage, message: str, facts: dict[str, Value | None]) -> None:
    found = told(language.read(message, (), KNOWN))
    assert {fact: found.get(fact) for fact in facts} == facts and ("score" in found) == ("score" in facts)


def test_a_corrected_score_is_no_answer_to_another_question(language: EmbeddedLanguage) -> None:
    for message in ("Non, je me suis trompé : on est à 75 %", "no, my mistake, we are at 75"):
        assert told(language.read(message, (("evals",),), frozenset({"score"}))) == {"score": 75}


@pytest.mark.parametrize("message", ["why", "but why?", "warum", "pourquoi"])
def test_why_needs_no_question_mark(language: EmbeddedLanguage, message: str) -> None:
    assert language.read(message, (("prompting",),), frozenset()).act == "why_asked"


def test_a_goodbye_answers_nothing(language: EmbeddedLanguage) -> None:
    read = language.read("ok thanks bye", (("behaviour_gap",),), frozenset())
    assert read.act == "thanks" and not read.facts and not read.unclear


@pytest.mark.parametrize(
    ("reply", "asked", "facts", "unclear"),
    [
        ("yes", ("latency_gap", "cost_gap"), {}, ("latency_gap", "cost_gap")),
        ("both", ("latency_gap", "cost_gap"), {"latency_gap": True, "cost_gap": True}, ()),
        ("both, sadly", ("latency_gap", "cost_gap"), {"latency_gap": True, "cost_gap": True}, ()),
        ("neither", ("latency_gap", "cost_gap"), {"latency_gap": False, "cost_gap": False}, ()),
        ("yes", ("scope",), {}, ("scope",)),
        ("yes", ("retrieval",), {}, ("retrieval",)),
        ("no", ("retrieval",), {"retrieval": "not_tried"}, ()),
        ("yes", ("data_rights",), {"data_rights": "clear"}, ()),
    ],
)
def test_a_bare_yes_tells_nothing_where_it_may_mean_several_things(
    language: EmbeddedLanguage, reply: str, asked: tuple[str, ...], facts: dict[str, object], unclear: tuple[str, ...]
) -> None:
    read = language.read(reply, (asked,), frozenset({"task"}))
    assert told(read) == facts and set(read.unclear) == set(unclear)
