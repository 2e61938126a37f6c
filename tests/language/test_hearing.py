"""Hearing: what is learned from labelled messages, and what a message looks like to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.app import App
from bot.language.hearing import SHIPPED, Hearing, Lessons, digest_of, learn, read_hearing
from bot.language.situation import pieces_of
from bot.language.threads import ThreadMessage, load_threads

FOLDER = Path(__file__).parents[2] / "knowledge"
ENOUGH = 0.9  # of the messages learned from; how it does on others is measured by tests/slack/test_slack_addressed.py


@pytest.fixture(scope="module")
def app() -> App:
    return App()


def lessons(number: int = 60) -> Lessons:
    """Two columns, the first of which tells whose a message is, but for one in ten."""
    chance = np.random.default_rng(1)
    ours = np.arange(number) % 2 == 0
    sign = np.where(ours, 1.0, -1.0) * np.where(np.arange(number) % 10 == 9, -1, 1)
    rows = np.stack([sign, chance.normal(size=number)], axis=1).astype(np.float32)
    return Lessons(rows=rows, ours=ours, authors=np.array(["a", "b", "c"])[np.arange(number) // 2 % 3])


def test_a_line_is_found_and_figures_are_of_authors_left_out() -> None:
    hearing = lessons().solve()
    assert hearing.is_ours(np.array([1, 0], np.float32)) and not hearing.is_ours(np.array([-1, 0], np.float32))
    figures = lessons().figures()
    assert [author for author, _, _ in figures] == ["a", "b", "c"]
    assert 0.8 <= np.mean([shares for _, *shares in figures]) < 1  # one message in ten misleads


def test_what_lies_on_the_threshold_is_left_alone() -> None:
    assert not Hearing(weights=np.ones(2, np.float32), threshold=2.0).is_ours(np.ones(2, np.float32))


def test_what_one_could_argue_about_teaches_nothing() -> None:
    given = [
        ThreadMessage(id=f"a{i}", state="decided", asked=(), text="so", to_us=ours)
        for i, ours in enumerate((True, False, None))
    ]
    learned = learn(lambda text, asked, known: np.ones(3, np.float32), given)
    assert learned.rows.shape == (2, 3) and learned.ours.tolist() == [True, False]


def test_what_is_saved_is_what_is_read(tmp_path: Path) -> None:
    hearing = lessons().solve()
    hearing.save(tmp_path / SHIPPED, "digest")
    again = read_hearing(tmp_path / SHIPPED, "digest")
    assert again is not None and np.allclose(again.weights, hearing.weights, atol=1e-3)
    assert again.threshold == hearing.threshold and read_hearing(tmp_path / SHIPPED, "other") is None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\x93NUMPY", bytes(range(256)) * 8])
def test_a_broken_file_is_no_hearing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / SHIPPED).write_bytes(content)
    assert read_hearing(tmp_path / SHIPPED, "x") is None and read_hearing(tmp_path / "missing", "x") is None


def test_other_messages_are_another_hearing(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "threads.jsonl", tmp_path)
    assert digest_of(tmp_path) == digest_of(FOLDER)
    with (tmp_path / "threads.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert digest_of(tmp_path) != digest_of(FOLDER)


def test_what_ships_hears_what_it_was_taught(app: App) -> None:
    """Other heads or another reading model would make other rows of numbers: then `python -m bot.ship` is due."""
    some = [m for m in load_threads(FOLDER, app.knowledge.catalogue) if m.to_us is not None][::40]
    right = [app.language.is_to_us(m.text, [(fact,) for fact in m.asked], frozenset()) is m.to_us for m in some]
    assert np.mean(right) >= ENOUGH, "run: python -m bot.ship"


def test_people_and_pictures_count_by_their_kind() -> None:
    assert pieces_of("@jon is right, ask Priya 🙂 https://x.org 1,200") == [
        "@P", "is", "right", ",", "ask", "NAME", "EMO", "URL", "0",
    ]  # fmt: skip
    assert pieces_of("Nadia, yes. Then GPT") == ["CAP", "nadia", ",", "yes", ".", "CAP", "then", "gpt"]
