"""The reading model: what it knows, that it is steady, and that it reads plain talk it was not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.app import App
from bot.core.knowledge import Knowledge
from bot.encoder.bert import Bert
from bot.language.numbers import NUMBERS
from bot.language.reading_model import DRILLED, FIRST, TOLD, ReadingModel, TwoReadingModels
from bot.language.weighed import Weighed

FOLDER = Path(__file__).parents[2] / "knowledge"
UNREAD = {"task", "format_problem"}


@pytest.fixture(scope="module")
def model(knowledge: Knowledge) -> ReadingModel:
    return ReadingModel(Bert(FOLDER / "embedder"), FOLDER / "reader", knowledge.catalogue)


def test_it_knows_every_fact_and_level(model: ReadingModel, knowledge: Knowledge) -> None:
    specs = {key: spec for key, spec in knowledge.catalogue.facts.items() if key not in UNREAD}
    known = {key: [TOLD] if key in NUMBERS else list(spec.levels) for key, spec in specs.items()}
    assert {key: list(levels) for key, levels in model.labels.items()} == known, "run: python knowledge/reader/train.py"


@pytest.mark.parametrize(
    ("fact", "words", "level"),
    [
        ("evals", "we never got round to checking", "none"),
        ("evals", "a script grades every build overnight", "automated"),
        ("latency_gap", "users stare at a spinner for eleven seconds", "yes"),
        ("cost_gap", "the bill is peanuts", "no"),
        ("label_quality", "two of our nurses went over every single one", "reviewed"),
        ("residency", "nothing may leave our data centre", "must_stay"),
        ("freshness", "prices move every few minutes", "daily"),
    ],
)
def test_it_weighs_replies(model: ReadingModel, fact: str, words: str, level: str) -> None:
    weighed = model.weigh([(fact, words)])[0]
    assert weighed.best[0] == level
    assert sum(weighed.levels.values()) + weighed.elsewhere + weighed.dont_know == pytest.approx(1)


def test_a_tag_stands_at_the_words_that_tell_it(model: ReadingModel) -> None:
    text = "Bot for our tenants. Nothing is measured so far. It also costs far too much to run."
    tags = {tag.fact: tag for tag in model.read(text).tags()}
    assert (
        tags["evals"].level == "none" and text[tags["evals"].start : tags["evals"].end] in "Nothing is measured so far."
    )
    assert tags["cost_gap"].level == "yes" and tags["cost_gap"].start > text.index("It also")


def test_words_that_tell_nothing_are_weighed_low(model: ReadingModel) -> None:
    quiet = max(tag.probability for tag in model.read("Good morning everyone, lovely weather today.").tags())
    assert quiet < 0.5


def test_a_batch_equals_its_pairs_one_by_one(model: ReadingModel) -> None:
    pairs = [("evals", "by eye"), ("scope", "just the one thing, nothing else"), ("venue", ""), ("evals", "no " * 300)]
    alone = [model.weigh([pair])[0] for pair in pairs]
    for one, other in zip(model.weigh(pairs), alone, strict=True):
        assert one.levels == pytest.approx(other.levels, abs=1e-4)


def test_any_thread_may_ask(model: ReadingModel) -> None:
    expected = model.weigh([("evals", "a test set of 200")])
    with ThreadPoolExecutor(4) as threads:
        for weighed in threads.map(lambda _: model.weigh([("evals", "a test set of 200")]), range(16)):
            assert weighed == expected


@pytest.mark.parametrize("text", ["", " \n ", "\x00\ud800", "🙂" * 400, "x" * 50_000])
def test_nothing_and_too_much_are_taken(model: ReadingModel, text: str) -> None:
    assert all(0 <= tag.probability <= 1 for tag in model.read(text).tags())
    assert model.weigh([("evals", text)])[0].levels.keys() == set(model.labels["evals"])


def test_a_message_in_known_words_about_what_the_model_does_not_know_is_read() -> None:
    read = App().language.reader.unasked.read_opening(
        "Two of ten replies are invalid JSON, and the parser chokes on them."
    )
    assert ("format_problem", True) in {(proposal.fact, proposal.value) for proposal in read.proposals}


def test_replies_are_read_by_two_models_together(knowledge: Knowledge) -> None:
    bert = Bert(FOLDER / "embedder")
    one = ReadingModel(bert, FOLDER / "reader", knowledge.catalogue)
    other = ReadingModel(bert, FOLDER / "reader", knowledge.catalogue, DRILLED)
    both = TwoReadingModels(bert, FOLDER / "reader", knowledge.catalogue)
    pairs = [("evals", "There is a test set")]
    [first], [second], [mean] = one.weigh(pairs), other.weigh(pairs), both.weigh(pairs)
    expected = FIRST * first.levels["test_set"] + (1 - FIRST) * second.levels["test_set"]
    assert mean.levels["test_set"] == pytest.approx(expected)
    assert both.glance(pairs) == [first] != [mean]
    assert one.weigh([("evals", "There is a test set.")]) == [first]  # a full stop says nothing


def test_the_same_words_about_the_same_fact_are_weighed_once(
    model: ReadingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    weigh = ReadingModel._weigh

    def counted(self: ReadingModel, pairs: Sequence[tuple[str, str]]) -> list[Weighed]:
        calls.append(len(pairs))
        return weigh(self, pairs)

    monkeypatch.setattr(ReadingModel, "_weigh", counted)
    one, two = ("evals", "twelve bakers taste blind"), ("scope", "twelve bakers taste blind")
    first = model.weigh([one, one])
    again = model.weigh([two, one])
    assert calls == [1, 1] and first[0] == first[1] == again[1] != again[0]
