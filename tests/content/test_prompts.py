"""Prompts: what ships is sound, and what is wrong with one is said with file and line, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.prompts import NEEDED, load_prompts
from bot.errors import ContentError

ROOT = Path(__file__).parents[2] / "prompts"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in ROOT.glob("*.md"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def test_what_ships_is_sound() -> None:
    prompts = load_prompts(ROOT)
    assert set(prompts.prompts) == set(NEEDED)
    assert "{{" not in prompts["understand"].filled(facts="evals: none")
    with pytest.raises(KeyError):
        prompts["understand"].filled()


def test_the_hash_tells_every_change(folder: Path) -> None:
    before = load_prompts(folder).version
    assert before == load_prompts(ROOT).version
    path = folder / "word.md"
    path.write_text(path.read_text("utf-8") + "\nBe brief.", "utf-8")
    assert load_prompts(folder).version != before


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("word.md", "---\nid", "id", "word.md:1: a prompt starts with front matter"),
        ("word.md", "version: 2", "version: soon", "word.md:3: version"),
        ("word.md", "id: word", "id: wording", "word.md:2: the id 'wording' differs"),
        ("word.md", "schema: said", "schema: heard", "word.md:1: its schema is 'said'"),
        ("word.md", "schema: said", "schema: poem", "word.md:6: schema"),
        ("word.md", "purpose:", "use:", "word.md:2: purpose: Field required"),
        ("understand.md", "{{facts}}", "none", "understand.md:1: the variable 'facts' is not used"),
        ("understand.md", "variables: [facts]", "variables: []", "understand.md:1: {{facts}} is not among its variables"),
        ("understand.md", "{{facts}}", "{{facts}} {{name}}", "understand.md:1: {{name}} is not among its variables"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(folder: Path, file: str, old: str, new: str, said: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ContentError) as error:
        load_prompts(folder)
    assert any(problem.startswith(said) for problem in error.value.problems), error.value.problems


def test_all_problems_come_together(folder: Path) -> None:
    (folder / "word.md").unlink()
    (folder / "answer.md").write_bytes(b"\xff\xfe")
    (folder / "poem.md").write_text(
        "---\nid: poem\nversion: 1\npurpose: rhymes about tuning\nschema: text\n---\n" + "rhyme " * 20, "utf-8"
    )
    with pytest.raises(ContentError) as error:
        load_prompts(folder)
    said = "\n".join(error.value.problems)
    assert "word.md:1: this prompt is missing" in said and "answer.md:1: cannot be read" in said
    assert "poem.md:1: nothing uses a prompt called 'poem'" in said and len(error.value.problems) == 3
