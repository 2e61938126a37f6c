"""Asking: `/tunewise ask` is answered by the language model where one is allowed, and shared as it was seen."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from slack_peer.slack import Slack
from slack_serving import RETENTION, Served, serving
from test_slack_mention import shown

sys.path.append(str(Path(__file__).parents[1] / "language" / "model"))
from apps import app_with
from brains import Colleague
from loopback import ModelServer
from loopback import serving as answering

from bot.engine.pace import Pace
from bot.stores.connect import Connection
from bot.stores.usage import RedisUsage
from bot.surfaces.slack import asking
from bot.surfaces.slack.values import Own, Rules

ASKED = "How many examples does fine-tuning need?"
RULES = Rules(provider="openai", retention_days=RETENTION)
PACE = Pace(settle=0.05, first_wait=0.05, sweep=0.05)


@pytest.fixture
def model() -> Iterator[ModelServer]:
    said: list[str] = []

    def answer(asked: Any) -> str:  # no two answers are the same
        passage = asked.data["passages"][len(said)]
        said.append(f"{passage['text'].split('. ')[0].rstrip('.')}. [{passage['n']}]")
        return said[-1]

    with answering(Colleague(answer=answer)) as server:
        server.said = said  # type: ignore[attr-defined]
        yield server


def words(model: ModelServer, number: int) -> str:
    """What the model answered, the first time or a later one."""
    return str(model.said[number]).split(". [")[0][:60]  # type: ignore[attr-defined]


async def spent(served: Served) -> int:
    usage = RedisUsage(served.engine.connection.client)
    return await usage.spent(served.slack.workspace.team, date(2026, 11, 20))


async def test_the_model_answers_and_the_very_answer_is_shared(
    model: ModelServer, connection: Connection, slack: Slack
) -> None:
    async with serving(app_with(model.url), connection, slack, rules=RULES, pace=PACE) as served:
        channel = slack.workspace.channel("support", "ana", "jon")
        await slack.commands("ana", channel, f"ask {ASKED}")
        await served.settled()
        [answer] = slack.workspace.responses
        assert words(model, 0) in shown(answer) and "Only you see this" in shown(answer)
        assert await spent(served) > 0, "what the model took is written down"
        calls = len(model.asked)
        await slack.clicks_private("ana", channel, answer["blocks"], "Share")
        await served.settled()
        [shared] = served.posted(channel)
        assert "ana asked" in shown(shared) and words(model, 0) in shown(shared) and len(model.asked) == calls


async def test_an_answer_is_kept_for_a_while_only(
    model: ModelServer, connection: Connection, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "KEPT", 0.2)
    async with serving(app_with(model.url), connection, slack, rules=RULES, pace=PACE) as served:
        channel = slack.workspace.channel("support", "ana", "jon")
        await slack.commands("ana", channel, f"ask {ASKED}")
        await served.settled()
        client = served.engine.connection.client
        for _ in range(100):
            if not (left := [key for key in await client.keys("*asked*") if b":thread:" in key]):
                break
            await asyncio.sleep(0.05)
        assert not left
        await slack.clicks_private("ana", channel, slack.workspace.responses[0]["blocks"], "Share")
        await served.settled()
        assert words(model, 1) in shown(served.posted(channel)[0]), "asked anew"


@pytest.mark.parametrize("why", ["no model", "not here"])
async def test_no_model_sees_a_question_where_it_may_not(
    model: ModelServer, connection: Connection, slack: Slack, why: str
) -> None:
    async with serving(app_with(model.url), connection, slack, rules=RULES, pace=PACE) as served:
        channel = slack.workspace.channel("support", "ana", "jon")
        about: dict[str, Any] = {"model": False} if why == "no model" else {"channels": ("C0OTHER",)}
        await served.joined.house.set(Own(**about, by="U1", at=1.0))
        await slack.commands("ana", channel, f"ask {ASKED}")
        await served.settled()
        [answer] = slack.workspace.responses
        assert "examples" in json.dumps(answer["blocks"]) and not model.asked and not await spent(served)
