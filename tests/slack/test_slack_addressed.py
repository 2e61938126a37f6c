"""Addressed: labelled messages in threads of ours - answered when meant for us, silent when not."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from bot.app import App
from bot.core.ask import pick_question
from bot.core.session import Session
from bot.surfaces.slack.addressed import is_to_us
from bot.surfaces.slack.plain import plain_words

LABELLED = Path(__file__).parent.parent / "evals" / "thread-messages.jsonl"
MESSAGES = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
BOT = "U0TUNEWISE"
ENOUGH = 0.95


def verdicts(app: App) -> list[tuple[dict[str, object], bool]]:
    """Each labelled message and whether it is taken as meant for us."""
    found = []
    for message in MESSAGES:
        questions = tuple(pick_question(app.knowledge, key) for key in message["asked"])
        session = Session(thread="t", state=message["state"], open=questions)
        found.append((message, is_to_us(plain_words(message["text"], BOT), session, app.talk)))
    return found


def test_there_are_enough_of_both_kinds() -> None:
    meant = [message for message in MESSAGES if message["to_us"]]
    assert len(MESSAGES) >= 60 and 25 <= len(meant) <= len(MESSAGES) - 25
    assert len({message["text"] for message in MESSAGES}) == len(MESSAGES)


@pytest.mark.parametrize("meant", [True, False], ids=["answered when meant", "silent when not"])
def test_it_answers_when_meant_and_only_then(app: App, meant: bool) -> None:
    judged = [(message, taken) for message, taken in verdicts(app) if message["to_us"] is meant]
    wrong = [message["text"] for message, taken in judged if taken is not meant]
    assert 1 - len(wrong) / len(judged) >= ENOUGH, wrong


@pytest.mark.parametrize("piece", ["k", ":+", ":+:", "ok ", "haha", "a ", "+1", "-1", "https://:", "hm", "@", "Jon, "])
def test_no_message_takes_long_to_judge(app: App, piece: str) -> None:
    """The longest message that is read, made to have the patterns try again and again."""
    start = time.process_time()
    for end in ("", "?", "x!", "?x"):
        is_to_us((piece * 12_000)[:11_990] + end, Session(thread="t"), app.talk)
    assert time.process_time() - start < 20
