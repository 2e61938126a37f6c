"""Labelled talk: what is shipped is sound, and what is wrong in it is named with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.core.knowledge import Knowledge
from bot.errors import ContentError
from bot.language.labelled import FILE, load_talk

FOLDER = Path(__file__).parents[2] / "knowledge"
SOUND: dict[str, Any] = {
    "id": "a",
    "text": "no evals yet",
    "told": [{"fact": "evals", "level": "none", "quote": "no evals"}],
    "answers": {"volume": {"text": "a thousand a day", "level": 1000}},
}


def test_the_shipped_talk_is_sound_and_plenty(knowledge: Knowledge) -> None:
    talks = load_talk(FOLDER, knowledge.catalogue)
    told = {(fact.fact, fact.level) for talk in talks for fact in talk.told}
    assert len(talks) > 900
    for key, spec in knowledge.catalogue.facts.items():
        if spec.kind == "levels" and key != "task_kind":
            assert {(key, level) for level in spec.levels} <= told, key


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"told": [{"fact": "evals", "level": "none", "quote": "nothing"}]}, "are not in the text"),
        ({"told": [{"fact": "evals", "level": "weekly", "quote": "no evals"}]}, "evals is one of"),
        ({"answers": {"moon": {"text": "full", "level": "full"}}}, "moon"),
        ({"answers": {"evals": {"text": " ", "level": "none"}}}, "is empty"),
        ({"more": 1}, "Extra inputs"),
    ],
)
def test_what_is_wrong_is_named(knowledge: Knowledge, tmp_path: Path, change: dict[str, Any], words: str) -> None:
    lines = [SOUND, SOUND | {"id": "b"} | change]
    (tmp_path / FILE).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with pytest.raises(ContentError, match=words) as raised:
        load_talk(tmp_path, knowledge.catalogue)
    assert raised.value.problems[0].startswith(f"{FILE}:2: ")


def test_an_id_stands_once(knowledge: Knowledge, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(f"{json.dumps(SOUND)}\n{json.dumps(SOUND)}\nnot json", encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        load_talk(tmp_path, knowledge.catalogue)
    assert [problem.split(": ")[0] for problem in raised.value.problems] == [f"{FILE}:2", f"{FILE}:3"]
