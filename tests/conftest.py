"""What every test may use: the real knowledge, a fixed day, and every sort of case a team might describe."""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy loads: threads that fight over two cores cost more than they give
for _name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "TUNEWISE_MODEL", "TUNEWISE_EMBEDDER"):
    os.environ.pop(_name, None)  # no test calls a model that somebody happens to have a key for
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bot.content.load import load_knowledge
from bot.core.facts import FactSpec, holds
from bot.core.knowledge import Knowledge
from bot.core.policy import Rule

ROOT = Path(__file__).parent.parent
TASKS = ("answer customers' questions", "classify tickets", "translate manuals", "an agent that books rooms")

# The same examples in every run, so that a failure is never a matter of luck.
settings.register_profile("tunewise", derandomize=True, deadline=None, database=None, max_examples=20)
settings.load_profile("tunewise")


class Shipped(Knowledge):
    """The content as it ships; its own repr would fill screens when a property fails."""

    def __repr__(self) -> str:
        return "knowledge"


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The content as it ships."""
    return Shipped(**dict(load_knowledge(ROOT / "knowledge")))


@pytest.fixture(scope="session")
def today() -> date:
    """The day on which the tests take place."""
    return date(2026, 11, 20)


class ByHand:
    """The policy as its files read, without the compiled table: what that one has to agree with."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def first_hit(self, levels: Mapping[str, str]) -> Rule:
        """The first row whose conditions all hold, read from the top."""
        for rule in self.knowledge.policy.rules:
            if holds(rule.when, levels, {}) and (not rule.any_of or any(holds(c, levels, {}) for c in rule.any_of)):
                return rule
        raise AssertionError(f"no row holds for {levels}")

    def possible(self, levels: Mapping[str, str]) -> bool:
        """Whether no impossible combination holds."""
        return not any(holds(row.when, levels, {}) for row in self.knowledge.catalogue.impossible)


@pytest.fixture(scope="session")
def by_hand(knowledge: Knowledge) -> ByHand:
    return ByHand(knowledge)


@st.composite
def any_case(draw: st.DrawFn, knowledge: Knowledge) -> dict[str, Any]:
    """Facts as plain JSON: any number of them, any values, `null` among them."""
    optional = {key: st.none() | _values(spec) for key, spec in knowledge.catalogue.facts.items()}
    return draw(st.fixed_dictionaries({}, optional=optional))


@pytest.fixture(scope="session")
def cases(knowledge: Knowledge) -> SearchStrategy[dict[str, Any]]:
    """Every case that a team might describe, as facts in JSON."""
    return any_case(knowledge)


def _values(spec: FactSpec) -> SearchStrategy[Any]:
    if spec.kind == "yes_no":
        return st.booleans()
    if spec.kind == "levels":
        return st.sampled_from(spec.level_names)
    if spec.kind == "text":
        return st.sampled_from(TASKS)
    if spec.bands:
        ends = {int(end) for band in spec.bands.values() for end in band.range if end is not None}
        return st.sampled_from(sorted(ends | {band.typical for band in spec.bands.values()}))
    return st.integers(0, 1000).map(lambda tenths: tenths / 10)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With TUNEWISE_NO_SKIPS set, a skipped test fails the run: a missing server must not pass for a tested one.

    A test that root cannot make fail (root may write everywhere) says so in its reason and may be skipped.
    """
    if not os.environ.get("TUNEWISE_NO_SKIPS"):
        return
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    reports = terminal.stats.get("skipped", []) if terminal else []
    skipped = [(report.nodeid, report.longrepr[2]) for report in reports if isinstance(report.longrepr, tuple)]
    unwanted = [f"{test}: {reason}" for test, reason in skipped if not reason.startswith("Skipped: root ")]
    for line in unwanted:
        terminal.write_line(f"\nskipped, and TUNEWISE_NO_SKIPS is set: {line}", red=True)
    if unwanted and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
