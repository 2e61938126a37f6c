"""Usage in the store: what turns took adds up, per workspace, day and model, and is there for the next process."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.core.usage import CallUsage, Prices, TurnUsage
from bot.errors import StoreError
from bot.settings import Settings
from bot.stores.memory import MemorySessions
from bot.stores.sessions import open_sessions
from bot.stores.usage import MemoryUsage, RedisUsage, Usage, usage_beside

DAY, NEXT = date(2026, 11, 20), date(2026, 11, 21)


def call(outcome: str = "ok", cost: float | None = 0.001, model: str = "openai:m") -> CallUsage:
    return CallUsage(
        purpose="understand",
        model=model,
        outcome=outcome,
        input_tokens=1200,
        cached_tokens=1000,
        output_tokens=80,
        seconds=1.25,
        cost=cost,
    )


def turn(*calls: CallUsage) -> TurnUsage:
    return TurnUsage(prompts="abc", calls=calls)


async def add_up(usage: Usage) -> None:
    assert await usage.spent("w", DAY) == 0 and await usage.all() == []
    await usage.record("w", DAY, turn())
    assert await usage.all() == [], "a turn without calls is not counted"
    await usage.record("w", DAY, turn(call(), call("timeout")))
    await usage.record("w", DAY, turn(call(cost=None, model="anthropic:n|x")))
    await usage.record("v", NEXT, turn(call()))
    assert await usage.spent("w", DAY) == 3 * 1280 and await usage.spent("w", NEXT) == 0
    odd, two, other = await usage.all()
    assert (two.workspace, two.day, two.model, two.calls, two.unused) == ("w", DAY, "openai:m", 2, 1)
    assert (two.input, two.cached, two.output, two.seconds) == (2400, 2000, 160, 2.5)
    assert two.cost == pytest.approx(0.002) and two.unpriced == 0
    assert (odd.model, odd.calls, odd.unpriced, odd.cost) == ("anthropic:n|x", 1, 1, 0)
    assert (other.workspace, other.day) == ("v", NEXT)


async def test_in_memory() -> None:
    usage = usage_beside(MemorySessions())
    assert isinstance(usage, MemoryUsage)
    await add_up(usage)


async def test_in_the_store(tmp_path: Path) -> None:
    settings = Settings(TUNEWISE_DATA=str(tmp_path))
    sessions = await open_sessions(settings)
    try:
        usage = usage_beside(sessions)
        assert isinstance(usage, RedisUsage)
        await add_up(usage)
    finally:
        await sessions.close()
    again = await open_sessions(settings)
    try:
        assert len(await usage_beside(again).all()) == 3
    finally:
        await again.close()


async def test_a_store_that_is_gone_is_told(tmp_path: Path) -> None:
    sessions = await open_sessions(Settings(TUNEWISE_DATA=str(tmp_path)))
    usage = usage_beside(sessions)
    await sessions.close()
    with pytest.raises(StoreError, match="cannot be reached"):
        await usage.spent("w", DAY)
    with pytest.raises(StoreError, match="cannot be reached"):
        await usage.record("w", DAY, turn(call()))


def test_prices() -> None:
    assert Prices(input=1, cached=0.1, output=10).cost(1_000_000, 500_000, 100_000) == pytest.approx(0.5 + 0.05 + 1)
    assert turn(call(), call()).tokens == 2560 and turn(call(cost=None)).as_fields()["cost"] is None
