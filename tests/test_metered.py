"""Metered turns: what a model took is looked up before and written down after, and a store that is away stops no turn."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.core.session import Session
from bot.core.usage import CallUsage, TurnUsage
from bot.engine.metrics import Metrics
from bot.errors import StoreError
from bot.metered import Metered, Turned
from bot.talk.message import Message
from bot.talk.replies import Reply

DAY = date(2026, 11, 20)
HELLO = Message(by="ana", text="hello")


class Ledger:
    """Keeps use in memory; where it is `away`, it raises as a store does."""

    def __init__(self, spent: int = 0, away: bool = False) -> None:
        self._spent, self._away, self.kept = spent, away, list[tuple[str, date, TurnUsage]]()

    async def spent(self, workspace: str, day: date) -> int:
        if self._away:
            raise StoreError("away")
        return self._spent

    async def record(self, workspace: str, day: date, usage: TurnUsage) -> None:
        if self._away:
            raise StoreError("away")
        self.kept.append((workspace, day, usage))


class Taken:
    """A turn that remembers what it was given, and says that a model was called."""

    def __init__(self, *calls: CallUsage) -> None:
        self.usage, self.given = TurnUsage(prompts="p", calls=calls), dict[str, Any]()

    def __call__(self, session: Session, message: Message, **given: Any) -> Turned:
        self.given = given
        return Turned(session, [Reply(type="text", text="hi")], self.usage)


CALL = CallUsage(purpose="understand", model="m", outcome="ok", seconds=0.1, input_tokens=30, output_tokens=7)


async def test_use_is_looked_up_written_down_and_counted() -> None:
    turn, ledger, metrics = Taken(CALL, CALL), Ledger(spent=500), Metrics()
    metered = Metered(turn, ledger, lambda: DAY, True, metrics.count_tokens)
    _, replies = await metered.turn(Session(thread="t"), HELLO, workspace="T1")
    assert replies[0].text == "hi" and turn.given["spent"] == 500 and turn.given["workspace"] == "T1"
    assert ledger.kept == [("T1", DAY, turn.usage)]
    assert b'tunewise_model_tokens_total{direction="read"} 60.0' in metrics.text()
    assert b'tunewise_model_tokens_total{direction="written"} 14.0' in metrics.text()


@pytest.mark.parametrize(("models", "model"), [(False, True), (True, False)])
async def test_where_no_model_may_be_used_nothing_is_looked_up(models: bool, model: bool) -> None:
    turn, ledger = Taken(), Ledger(spent=500)
    await Metered(turn, ledger, lambda: DAY, models).turn(Session(thread="t"), HELLO, model=model)
    assert turn.given["spent"] == 0 and turn.given["model"] is model and not ledger.kept


async def test_a_store_that_is_away_stops_no_turn() -> None:
    turn = Taken(CALL)
    _, replies = await Metered(turn, Ledger(away=True), lambda: DAY, True).turn(Session(thread="t"), HELLO)
    assert replies and turn.given["spent"] == 0


async def test_an_answer_outside_a_case_counts_as_well() -> None:
    given: dict[str, Any] = {}

    def ask(question: str, **more: Any) -> tuple[Reply, TurnUsage]:
        given.update(more)
        return Reply(type="answer", text=question), TurnUsage(prompts="p", calls=(CALL,))

    ledger, metrics = Ledger(spent=70), Metrics()
    metered = Metered(Taken(), ledger, lambda: DAY, True, metrics.count_tokens, ask)
    assert (await metered.ask("why?", workspace="T2")).text == "why?"
    assert given["spent"] == 70 and [(w, d, u.calls) for w, d, u in ledger.kept] == [("T2", DAY, (CALL,))]
    assert b'tunewise_model_tokens_total{direction="read"} 30.0' in metrics.text()


BOT = Path(__file__).parent.parent / "bot"
# Who may do what takes a model's time, and why nothing is forgotten there: `metered` writes it down, `eval` does so after a trial.
MAY = {
    "ModelTurn": {"app.py"},
    "turn": {"app.py", "metered.py", "trial.py"},
    "ask": {"app.py", "metered.py"},
}


def unmetered(source: str) -> Iterator[tuple[str, int]]:
    """Uses of an app's own `turn` and `ask`, and turns of a model made by hand."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in ("turn", "ask"):
            of = ast.unparse(node.value)
            if of.split(".")[-1].strip("_") in ("app", "make_app()"):
                yield node.attr, node.lineno
        if isinstance(node, ast.Name) and node.id == "ModelTurn" and isinstance(node.ctx, ast.Load):
            yield "ModelTurn", node.lineno


@pytest.mark.parametrize("path", sorted(BOT.rglob("*.py")), ids=lambda path: path.relative_to(BOT).as_posix())
def test_nothing_calls_a_model_past_the_meter(path: Path) -> None:
    name = path.relative_to(BOT).as_posix()
    for what, line in unmetered(path.read_text("utf-8")):
        assert name in MAY[what], f"bot/{name}:{line}: {what} calls a model unrecorded; go through bot.metered.Metered"


def test_what_goes_past_the_meter_is_seen() -> None:
    source = "app.turn(s, m)\nself._app.ask('q')\nmake_app().ask('q')\nModelTurn(parts, e)\nmetered.turn(s, m)\ntalk.turn(s, m)"
    assert sorted(unmetered(source)) == [("ModelTurn", 4), ("ask", 2), ("ask", 3), ("turn", 1)]
