"""Conversations that anybody can read, played through the talk and, for some of them, through the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from play import AsProcess, InMemory, play, read_script

from bot.app import App
from bot.core.decide import decide
from bot.core.facts import read_facts
from bot.core.knowledge import Knowledge
from bot.settings import Settings

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.yaml"))
SITUATIONS = [path for path in FILES if path.name.startswith("situation-")]
PROCESSES = [path for path in FILES if read_script(path).as_process]


def expected(paths: list[Path]) -> list[object]:
    """The scripts as parameters; one with a known gap has to fail, and fails the run when it no longer does."""
    gaps = {path: read_script(path).known_gap for path in paths}
    return [
        pytest.param(path, marks=pytest.mark.xfail(strict=True, reason=gap)) if gap else path
        for path, gap in gaps.items()
    ]


def name(path: Path) -> str:
    return path.stem


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, today: date) -> App:
    """The talk as it ships, on a fixed day."""
    return App(Settings(_env_file=None, redis_url=None, data=tmp_path_factory.mktemp("data")), today=lambda: today)


@pytest.mark.parametrize("path", expected(FILES), ids=name)
def test_the_talk_goes_as_the_script_says(path: Path, app: App) -> None:
    played = play(read_script(path), InMemory(app))
    if played.problems:
        pytest.fail(f"{path.name}: {played.report()}", pytrace=False)


@pytest.mark.parametrize("path", SITUATIONS, ids=name)
def test_the_policy_agrees_on_the_true_facts(path: Path, knowledge: Knowledge, today: date) -> None:
    """Tells a wrong rule from a misunderstanding: the facts of the situation, all told, must give its verdict."""
    script = read_script(path)
    decision = decide(knowledge, read_facts(knowledge.catalogue, script.true_facts), today)
    assert decision.verdict == script.expect.verdict, f"by the rule {decision.rule}"
    assert set(script.expect.disputed) <= {point.id for point in decision.disputed}, f"by the rule {decision.rule}"


@pytest.mark.slow
@pytest.mark.parametrize("path", expected(PROCESSES), ids=name)
def test_the_command_line_talks_alike(path: Path, tmp_path: Path) -> None:
    script = read_script(path)
    with AsProcess(tmp_path / "data", script.talk[0].by) as process:
        played = play(script, process)
    if played.problems:
        pytest.fail(f"{path.name}, through the command line: {played.report()}", pytrace=False)


@pytest.mark.parametrize("path", SITUATIONS, ids=name)
def test_every_situation_says_where_it_comes_from(path: Path, knowledge: Knowledge) -> None:
    script = read_script(path)
    assert script.documents and script.expect.verdict
    for key in script.answers_to:
        knowledge.catalogue.spec(key)
        assert key in script.true_facts, f"{key} is answered, but true_facts does not say what the answer means"
