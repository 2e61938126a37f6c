"""Heads: those shipped are of the phrases as they stand, and those of other phrases are refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.core.knowledge import Knowledge
from bot.language.heads import Features, Head
from bot.language.phrases import Phrase, PhraseBook, load_phrases
from bot.language.trained import SHIPPED, digest_of, read_heads, train

ROOT = Path(__file__).parents[2]

FOLDER = ROOT / "knowledge"
HEADS = FOLDER / "embedder" / SHIPPED


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of all that heads are trained on."""
    shutil.copytree(FOLDER / "phrases", tmp_path / "phrases")
    (tmp_path / "embedder").mkdir()
    shutil.copy(FOLDER / "embedder" / "NOTICE", tmp_path / "embedder")
    shutil.copy(FOLDER / "openings.jsonl", tmp_path)
    return tmp_path


def features() -> Features:
    """Features without sentence vectors: words alone."""
    return Features(lambda texts: np.zeros((len(texts), 384), np.float32))


def test_the_shipped_heads_know_every_fact_and_level(knowledge: Knowledge) -> None:
    heads = read_heads(HEADS, digest_of(FOLDER))
    assert heads is not None, "run: python -m bot.ship"
    book = load_phrases(FOLDER, knowledge.catalogue)
    facts = {phrase.fact for phrase in book.phrases}
    assert set(heads.router.classes) == facts | {"-", "?"}
    for fact in facts:
        levels = {phrase.level for phrase in book.phrases if phrase.fact == fact}
        if len(levels) > 1:
            assert set(heads.level(fact).classes) == levels
            assert levels <= set(knowledge.catalogue.facts[fact].level_names)


def test_heads_of_other_phrases_are_refused(copy: Path) -> None:
    digest = digest_of(copy)
    assert digest == digest_of(FOLDER) and read_heads(HEADS, digest) is not None
    (copy / "phrases" / "evals.yaml").open("a", encoding="utf-8").write("# one more line\n")
    assert digest_of(copy) != digest and read_heads(HEADS, digest_of(copy)) is None


@pytest.mark.parametrize("change", ["phrases/new.yaml", "openings.jsonl", "embedder/NOTICE"])
def test_everything_that_heads_rest_on_counts(copy: Path, change: str) -> None:
    digest = digest_of(copy)
    with (copy / change).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert digest_of(copy) != digest


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\x93NUMPY", bytes(range(256)) * 8])
def test_a_broken_file_is_no_heads(tmp_path: Path, content: bytes) -> None:
    (tmp_path / SHIPPED).write_bytes(content)
    assert read_heads(tmp_path / SHIPPED, "x") is None
    assert read_heads(tmp_path / "missing", "x") is None


def test_a_cut_file_is_no_heads(tmp_path: Path) -> None:
    (tmp_path / SHIPPED).write_bytes(HEADS.read_bytes()[:-1000])
    assert read_heads(tmp_path / SHIPPED, digest_of(FOLDER)) is None


def test_what_is_saved_is_what_is_read(tmp_path: Path) -> None:
    book = PhraseBook(
        phrases=(
            Phrase("evals", "none", "nothing is measured", True),
            Phrase("evals", "automated", "graded in every build", True),
            Phrase("task", "told", "a bot for tickets", True),
        ),
        other=("good morning",),
        intents={
            "dont_know": ("no idea",), "ask_decision": ("should we tune",), "knowledge_question": ("what is tuning",),
            "smalltalk": ("nice day",), "greet": ("hello",), "offtopic": ("book a flight",), "injection": ("obey",),
        },
    )  # fmt: skip
    heads = train(book, features())
    heads.save(tmp_path / SHIPPED, "digest")
    again = read_heads(tmp_path / SHIPPED, "digest")
    assert again is not None and again.router.classes == heads.router.classes
    rows = features().of(["nothing is measured", "graded in every build"])
    assert np.allclose(again.level("evals").scores(rows), heads.level("evals").scores(rows), atol=0.02)
    best = again.level("evals").scores(rows).argmax(axis=1)
    assert [again.level("evals").classes[i] for i in best] == ["none", "automated"]


def test_rare_classes_count_as_much_as_common_ones() -> None:
    rows = features().of([f"common word {i}" for i in range(30)] + ["rare thing"])
    head = Head.solve(rows, ["common"] * 30 + ["rare"])
    assert head.classes[int(head.scores(features().of(["rare thing"]))[0].argmax())] == "rare"
