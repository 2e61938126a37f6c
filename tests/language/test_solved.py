"""Solved heads: those shipped are of the examples as they stand, and those of others are refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.language.heads import Features, Head
from bot.language.labelled import Reply, TeamTalk, ToldFact
from bot.language.phrases import Phrase, PhraseBook
from bot.language.solved import SHIPPED, digest_of, read_solved, solve

FOLDER = Path(__file__).parents[2] / "knowledge"
HEADS = FOLDER / "reader" / SHIPPED


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of all that the head is trained on."""
    shutil.copytree(FOLDER / "phrases", tmp_path / "phrases")
    (tmp_path / "embedder").mkdir()
    shutil.copy(FOLDER / "embedder" / "NOTICE", tmp_path / "embedder")
    shutil.copy(FOLDER / "talk.jsonl", tmp_path)
    shutil.copy(FOLDER / "messages.jsonl", tmp_path)
    return tmp_path


def features() -> Features:
    """Features without sentence vectors: words alone."""
    return Features(lambda texts: np.zeros((len(texts), 384), np.float32))


@pytest.mark.parametrize(
    "change", ["phrases/intents.yaml", "phrases/task.yaml", "talk.jsonl", "messages.jsonl", "embedder/NOTICE"]
)
def test_a_head_of_other_phrases_is_refused(copy: Path, change: str) -> None:
    digest = digest_of(copy)
    assert digest == digest_of(FOLDER) and read_solved(HEADS, digest) is not None, "run: python -m bot.ship"
    with (copy / change).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert digest_of(copy) != digest and read_solved(HEADS, digest_of(copy)) is None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\x93NUMPY", bytes(range(256)) * 8])
def test_a_broken_file_is_no_head(tmp_path: Path, content: bytes) -> None:
    (tmp_path / SHIPPED).write_bytes(content)
    assert read_solved(tmp_path / SHIPPED, "x") is None
    assert read_solved(tmp_path / "missing", "x") is None


def test_a_cut_file_is_no_head(tmp_path: Path) -> None:
    (tmp_path / SHIPPED).write_bytes(HEADS.read_bytes()[:-1000])
    assert read_solved(tmp_path / SHIPPED, digest_of(FOLDER)) is None


def test_what_is_saved_is_what_is_read(tmp_path: Path) -> None:
    book = PhraseBook(
        phrases=(Phrase("task", "told", "a bot for tickets", True), Phrase("evals", "none", "nothing is measured", True)),
        other=("good morning",),
        intents={
            "dont_know": ("no idea",), "ask_decision": ("should we tune",), "knowledge_question": ("what is tuning",),
            "smalltalk": ("nice day",), "greet": ("hello",), "offtopic": ("book a flight",), "injection": ("obey",),
        },
    )  # fmt: skip
    told = ToldFact(fact="cost_gap", level=True, quote="the bill hurts")
    talk = TeamTalk(id="a", text="the bill hurts", told=(told,), answers={"volume": Reply(text="ten a day", level=10)})
    heads = solve(book, [talk], [], features())
    heads.save(tmp_path / SHIPPED, "digest")
    again = read_solved(tmp_path / SHIPPED, "digest")
    assert again is not None and again.kinds.classes == heads.kinds.classes
    assert set(again.router.classes) == {"task", "evals", "cost_gap", "volume", "-", "?"}
    rows = features().of(["what is tuning", "obey"])
    assert np.allclose(again.kinds.scores(rows), heads.kinds.scores(rows), atol=0.02)
    assert [again.kinds.classes[i] for i in again.kinds.scores(rows).argmax(axis=1)] == ["question", "injection"]
    about = again.router.scores(features().of(["the bill hurts"]))[0]
    assert again.router.classes[int(about.argmax())] == "cost_gap"


def test_rare_classes_count_as_much_as_common_ones() -> None:
    rows = features().of([f"common word {i}" for i in range(30)] + ["rare thing"])
    head = Head.solve(rows, ["common"] * 30 + ["rare"])
    assert head.classes[int(head.scores(features().of(["rare thing"]))[0].argmax())] == "rare"
