"""The card: every verdict has words, and every number points at a source in the list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.core.alike import advises_alike
from bot.core.card import NOT_CLOSE, Card, first_sentence, make_card
from bot.core.decide import decide
from bot.core.decision import Decision, Flip
from bot.core.evidence import Citation
from bot.core.facts import read_facts
from bot.core.knowledge import Knowledge
from bot.core.policy import VERDICTS, Verdict
from bot.core.session import Entry
from bot.core.sources import list_sources
from bot.core.words import VERDICT_WORDS as WORDS
from bot.core.words import verdict_words
from bot.talk.replies import ClosestCase, Passage

CASES = Path(__file__).parent.parent / "evals" / "cases-own.jsonl"
FACTS = [json.loads(line)["facts"] for line in CASES.read_text("utf-8").splitlines()]


def decided(knowledge: Knowledge, facts: dict[str, Any], today: date) -> Decision:
    return decide(knowledge, read_facts(knowledge.catalogue, facts), today)


def card_of(knowledge: Knowledge, facts: dict[str, Any], today: date) -> Card:
    """The card with a passage and a case beside it."""
    evidence = knowledge.evidence
    entries = {key: Entry(level=value, by="ana", quote=f"about {key}") for key, value in facts.items()}
    note = next(note for note in evidence.notes.values() if note.case)
    case = note.case
    assert case
    cited = evidence.citations([note.id])
    closest = ClosestCase(
        note=note.id,
        who=case.who,
        task=case.task,
        verdict=case.verdict,
        outcome=case.outcome,
        shared=("scope",),
        citations=cited,
    )
    passage = Passage(note=note.id, title=note.title, text=note.text, score=0.5, citations=cited)
    return make_card(knowledge, entries, decided(knowledge, facts, today), [passage], [closest])


def marks(data: Any) -> Iterator[int]:
    """Every number of every `marks`, in reading order."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from value if key == "marks" else marks(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from marks(value)


def test_every_verdict_has_words() -> None:
    assert set(WORDS) == set(VERDICTS) == set(get_args(Verdict))
    assert len({words.headline for words in WORDS.values()}) == len(VERDICTS)
    for verdict, words in WORDS.items():
        assert verdict_words(verdict) == words.short
        assert "_" not in words.short + words.headline + words.sentence
        assert len(words.headline) < 70 and words.sentence.endswith(".")


@pytest.mark.parametrize("facts", FACTS[::3])
def test_numbers_and_sources_fit_one_another(knowledge: Knowledge, facts: dict[str, Any], today: date) -> None:
    card = card_of(knowledge, facts, today)
    numbers = [source.number for source in card.sources]
    assert numbers == list(range(1, len(numbers) + 1))
    assert set(marks(card.model_dump())) == set(numbers)
    assert len({(s.title, s.author, s.publication, s.date, s.url) for s in card.sources}) == len(card.sources)


@pytest.mark.parametrize("facts", FACTS[::3])
def test_every_source_of_the_decision_is_on_the_card(knowledge: Knowledge, facts: dict[str, Any], today: date) -> None:
    decision = decided(knowledge, facts, today)
    shown = {(s.title, s.url) for s in make_card(knowledge, {}, decision).sources}
    assert {(s.title, s.url) for s in decision.sources} <= shown | {
        (s.title, s.url) for s in decision.sources if s.note not in cited_notes(decision)
    }


def cited_notes(decision: Decision) -> set[str]:
    parts = [*decision.reasons, *decision.cautions, *decision.next_steps]
    parts += [side for point in decision.disputed for side in point.sides]
    return {note for part in parts for note in part.notes} | set(decision.method.notes if decision.method else ())


def test_certainty_is_in_words(knowledge: Knowledge, today: date) -> None:
    decision = decided(knowledge, {"evals": "none"}, today)
    for settled, confidence, words in ((True, 1.0, "Settled"), (False, 0.75, "Likely"), (False, 0.74, "Open")):
        changed = decision.model_copy(update={"settled": settled, "confidence": confidence})
        assert make_card(knowledge, {}, changed).certainty_words.startswith(words)


def test_facts_say_who_said_them_and_how(knowledge: Knowledge, today: date) -> None:
    card = card_of(knowledge, {"task": "sort mail", "evals": "none", "examples": 6200}, today)
    by_key = {fact.key: fact for fact in card.facts}
    assert by_key["task"].value == "sort mail"
    assert (by_key["evals"].value, by_key["evals"].by, by_key["evals"].quote) == ("Not measured", "ana", "about evals")


def test_all_facts_are_listed_those_of_the_reasons_first(knowledge: Knowledge, today: date) -> None:
    facts = {"task": "sort mail", "volume": 20, "evals": "test_set", "score": 71, "target": 90, "prompting": "some"}
    decision = decided(knowledge, facts, today)
    entries = {
        "task": Entry(level="sort mail", by="ana", quote="sort  mail", grade="inferred"),
        "volume": Entry(level=20, by="bob", quote="twenty a day or so"),
        "evals": Entry(level="test_set", by="bob", quote="we score it", grade="inferred"),
        "score": Entry(level=71, by="ana", quote="71%", grade="measured"),
        "target": Entry(level=90, by="ana", quote="", grade="stated"),
        "prompting": Entry(level="some", by="ana", quote="A few tries", grade="picked"),
    }
    shown = make_card(knowledge, entries, decision).facts
    reasons = {key for reason in decision.reasons for key in reason.facts} & {fact.key for fact in shown}
    assert {fact.key for fact in shown} >= set(facts)
    assert reasons and {fact.key for fact in shown[: len(reasons)]} == reasons
    said = {fact.key: fact.said for fact in shown}
    assert said["prompting"] == "ana picked “A few tries”"
    assert said["task"] == said["target"] == said["score"] == "ana"
    assert said["volume"] == "bob: “twenty a day or so”"
    assert said["evals"] == "concluded from “we score it” (bob)"
    assert said["quality"] == "concluded from 71% today and 90% needed"


@pytest.mark.parametrize(
    ("change", "known", "condition"),
    [
        ({"evals": "test_set"}, {}, "If a test set is scored"),
        ({"score": 85.0}, {"score": 60}, "If the measured quality today reaches 85%"),
        ({"score": 50.0}, {"score": 60}, "If the measured quality today falls to 50%"),
        ({"examples": 0}, {"examples": 60}, "If there are no examples"),
        ({"examples": 200}, {"examples": 60}, "If there are 200 to 999 examples"),
        ({"volume": 30000}, {}, "If there are 30,000 requests a day or more"),
        ({"volume": 0}, {}, "If there are at most 999 requests a day"),
        ({"task_kind": "agent"}, {}, "If this is an agent that acts with tools"),
        ({"evals": "test_set", "cost_gap": False}, {}, "If a test set is scored and cost is fine"),
    ],
)
def test_flips_read_as_sentences(
    knowledge: Knowledge, today: date, change: dict[str, Any], known: dict[str, Any], condition: str
) -> None:
    flip = Flip(change=change, verdict="prompt_first", actionable=True)
    decision = decided(knowledge, {"evals": "none"}, today).model_copy(update={"flips": (flip,), "facts": known})
    (shown,) = make_card(knowledge, {}, decision).flips
    assert (shown.condition, shown.words, shown.actionable) == (condition, "prompt first", True)


def test_a_source_is_listed_once() -> None:
    one = Citation(note="a", title="T", author="A", publication="P", date="2024", url=None, claims=("X-1",))
    listed = list_sources([one, one.model_copy(update={"note": "b"}), one.model_copy(update={"title": "U"})])
    assert [(source.number, source.title, source.url) for source in listed] == [(1, "T", None), (2, "U", None)]


def test_first_sentence() -> None:
    assert first_sentence("Hsieh et al. Trained one. It won.") == "Hsieh et al. Trained one."
    assert first_sentence("It took 0.5 s\nin all. Then 3 came.") == "It took 0.5 s in all."
    assert first_sentence("Freddy A. Boulton asked for help. It came.") == "Freddy A. Boulton asked for help."
    assert first_sentence("No end") == "No end"


def test_a_case_that_is_only_the_nearest_is_called_so(knowledge: Knowledge, today: date) -> None:
    case = next(note for note in knowledge.evidence.notes.values() if note.case)
    assert case.case
    far = ClosestCase(
        note=case.id, who="A team", task="t", verdict="stop", outcome="o", shared=(), citations=(), close=False
    )
    near = far.model_copy(update={"close": True})
    decision = decided(knowledge, FACTS[0], today)
    shown = make_card(knowledge, {}, decision, [], [far, near]).cases
    assert [each.who for each in shown] == [f"{NOT_CLOSE}: A team", "A team"]


def test_cards_that_advise_alike(knowledge: Knowledge, today: date) -> None:
    first = make_card(knowledge, {}, decided(knowledge, {"evals": "none"}, today))
    more = make_card(knowledge, {}, decided(knowledge, {"evals": "none", "volume": 3000}, today))
    other = make_card(knowledge, {}, decided(knowledge, {"evals": "test_set", "quality": "met"}, today))
    assert advises_alike(first, more) and not advises_alike(first, other)


def test_what_is_settled_on_an_assumption_says_so(knowledge: Knowledge, today: date) -> None:
    facts = read_facts(
        knowledge.catalogue, {"evals": "none", "behaviour_gap": True, "retrieval": "works", "prompting": None}
    )
    decision = decide(knowledge, facts, today)
    assert decision.settled and decision.assumed
    card = make_card(knowledge, {}, decision)
    assert "assumed" in card.certainty_words
