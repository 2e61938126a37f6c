"""Hearing: what a message looks like to it, and that what ships hears what it was taught."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.app import App
from bot.language.hearing import LONGEST_SAID, NOTHING_ASKED, digest_of, pieces_of
from bot.language.threads import load_threads

FOLDER = Path(__file__).parents[2] / "knowledge"
ENOUGH = 0.95  # of the messages learned from; how it does on others is measured by tests/slack/test_slack_addressed.py


@pytest.fixture(scope="module")
def app() -> App:
    return App()


def test_what_ships_hears_what_it_was_taught(app: App) -> None:
    some = [m for m in load_threads(FOLDER, app.knowledge.catalogue) if m.to_us is not None][::40]
    right = [app.language.is_to_us(m.text, [(fact,) for fact in m.asked]) is m.to_us for m in some]
    assert np.mean(right) >= ENOUGH, "run: python knowledge/reader/hear.py"


def test_what_is_asked_stands_before_what_is_said(app: App) -> None:
    wordpiece, catalogue = app.bert.wordpiece, app.knowledge.catalogue

    def words(text: str) -> list[int]:
        return [piece for word in text.split() for piece in wordpiece.pieces(word)]

    ids, start = pieces_of(wordpiece, catalogue, "about 300", ["examples"])
    assert ids[start:-1] == words("about 300")
    assert ids[1 : start - 1] == words(catalogue.facts["examples"].name)
    ids, start = pieces_of(wordpiece, catalogue, "thanks", [])
    assert ids[1 : start - 1] == words(NOTHING_ASKED)


def test_the_same_words_are_heard_by_what_is_asked(app: App) -> None:
    """A bare number answers the bot while it asks for one, and nobody in particular afterwards."""
    hearing = app.language.hearing
    assert hearing.chance("around 300 I'd guess", ["examples"]) > hearing.chance("around 300 I'd guess", [])


@pytest.mark.parametrize("text", ["", " ", "\u200b", "a" * 50_000, "why? " * 20_000])
def test_no_message_is_too_short_or_too_long(app: App, text: str) -> None:
    ids, start = pieces_of(app.bert.wordpiece, app.knowledge.catalogue, text, ["evals"])
    assert len(ids) <= start + LONGEST_SAID + 1
    assert 0 <= app.language.hearing.chance(text, ["evals"]) <= 1


def test_other_messages_are_another_hearing(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "threads.jsonl", tmp_path)
    assert digest_of(tmp_path) == digest_of(FOLDER)
    with (tmp_path / "threads.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert digest_of(tmp_path) != digest_of(FOLDER)
