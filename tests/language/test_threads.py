"""Labelled thread messages: what is shipped is sound, and what is wrong in them is named with its line."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.core.knowledge import Knowledge
from bot.errors import ContentError
from bot.language.threads import FILE, load_threads

ROOT = Path(__file__).parents[2]
SOUND: dict[str, Any] = {"id": "x1", "state": "asking", "asked": ["evals"], "text": "none yet", "to_us": True}


def test_the_shipped_messages_are_sound_and_plenty(knowledge: Knowledge) -> None:
    messages = load_threads(ROOT / "knowledge", knowledge.catalogue)
    of_each = Counter((message.state, message.to_us) for message in messages)
    assert all(of_each[state, ours] >= 200 for state in ("asking", "decided") for ours in (True, False)), of_each
    by = Counter(message.author for message in messages)
    assert len(by) >= 3 and min(by.values()) >= 200, by
    assert message_of(messages, "a").author == "a"


def message_of(messages: Any, author: str) -> Any:
    return next(message for message in messages if message.id.startswith(author))


def test_nothing_is_learned_from_what_is_measured_on(knowledge: Knowledge) -> None:
    measured = (ROOT / "tests" / "evals" / "thread-messages.jsonl").read_text(encoding="utf-8").splitlines()
    texts = {" ".join(json.loads(line)["text"].lower().split()) for line in measured}
    learned = load_threads(ROOT / "knowledge", knowledge.catalogue)
    long = {" ".join(message.text.lower().split()) for message in learned if len(message.text.split()) > 3}
    assert not texts & long


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"asked": ["moon"]}, "moon"),
        ({"state": "decided"}, "in the state asking, and in no other"),
        ({"asked": []}, "in the state asking, and in no other"),
        ({"text": " "}, "the text is empty"),
        ({"to_us": "maybe"}, "to_us"),
        ({"id": "x1"}, "twice"),
        ({"id": "17"}, "not letters and a number"),
        ({"more": 1}, "Extra inputs"),
    ],
)
def test_what_is_wrong_is_named(knowledge: Knowledge, tmp_path: Path, change: dict[str, Any], words: str) -> None:
    lines = [SOUND, SOUND | {"id": "x2"} | change]
    (tmp_path / FILE).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with pytest.raises(ContentError, match=words) as raised:
        load_threads(tmp_path, knowledge.catalogue)
    assert raised.value.problems[0].startswith(f"{FILE}:2: ")
