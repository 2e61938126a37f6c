"""Usage in the store: what calls to a language model took, one hash per workspace and day.

tunewise:{workspace}:usage:{day}    "{model}|{figure}" -> amount; money in millionths of a US dollar, time in milliseconds
tunewise:usage                      sorted set of "{workspace}|{day}" by day, to find them
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import cast

from redis import exceptions as redis_errors
from redis.asyncio import Redis

from bot.core.facts import Frozen
from bot.core.usage import TurnUsage
from bot.errors import StoreError
from bot.stores.memory import MemorySessions
from bot.stores.sessions import RedisSessions

Fields = Mapping[bytes, bytes] | Mapping[str, int]
KEPT = 400  # days
INDEX = "tunewise:usage"
FIGURES = ("calls", "unused", "input", "cached", "output", "estimated", "cost", "unpriced", "milliseconds")


class DayUsage(Frozen):
    """What one workspace took of one model on one day. `unused` calls came to nothing; `unpriced` ones have no price, so that
    `cost` (US dollars) lacks them; `estimated` are calls whose tokens the server did not report."""

    workspace: str
    day: date
    model: str
    calls: int = 0
    unused: int = 0
    input: int = 0
    cached: int = 0
    output: int = 0
    estimated: int = 0
    cost: float = 0.0
    unpriced: int = 0
    seconds: float = 0.0


class RedisUsage:
    """Counts in Redis. Raises StoreError where it cannot be reached."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def spent(self, workspace: str, day: date) -> int:
        """The tokens that a workspace took on a day."""
        try:
            return _tokens(cast(Fields, await self._client.hgetall(_key(workspace, day))))
        except (redis_errors.RedisError, OSError):
            raise _unreachable() from None

    async def record(self, workspace: str, day: date, usage: TurnUsage) -> None:
        """Adds the calls of one turn."""
        if not usage.calls:
            return
        key = _key(workspace, day)
        try:
            async with self._client.pipeline() as pipe:
                for field, amount in figures(usage).items():
                    pipe.hincrby(key, field, amount)
                pipe.expire(key, KEPT * 86_400)
                pipe.zadd(INDEX, {f"{workspace}|{day}": day.toordinal()})
                pipe.zremrangebyscore(INDEX, "-inf", day.toordinal() - KEPT)
                await pipe.execute()
        except (redis_errors.RedisError, OSError):
            raise _unreachable() from None

    async def all(self) -> list[DayUsage]:
        """Everything kept, by day, workspace and model."""
        rows: list[DayUsage] = []
        try:
            for member in await self._client.zrange(INDEX, 0, -1):
                workspace, _, day = cast(bytes, member).decode().rpartition("|")
                fields = await self._client.hgetall(_key(workspace, date.fromisoformat(day)))
                rows += _rows(workspace, date.fromisoformat(day), cast(Fields, fields))
        except (redis_errors.RedisError, OSError):
            raise _unreachable() from None
        return sorted(rows, key=lambda row: (row.day, row.workspace, row.model))


class MemoryUsage:
    """The same in the memory of this process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, date], Counter[str]] = {}

    async def spent(self, workspace: str, day: date) -> int:
        return _tokens(self._kept.get((workspace, day), {}))

    async def record(self, workspace: str, day: date, usage: TurnUsage) -> None:
        if usage.calls:
            self._kept.setdefault((workspace, day), Counter()).update(figures(usage))

    async def all(self) -> list[DayUsage]:
        rows = [row for (workspace, day), fields in self._kept.items() for row in _rows(workspace, day, fields)]
        return sorted(rows, key=lambda row: (row.day, row.workspace, row.model))


Usage = RedisUsage | MemoryUsage


def usage_beside(sessions: RedisSessions | MemorySessions) -> Usage:
    """Where usage is counted for the store that sessions are kept in."""
    return RedisUsage(sessions._client) if isinstance(sessions, RedisSessions) else MemoryUsage()


def figures(usage: TurnUsage) -> Counter[str]:
    """A turn's calls as amounts to add, by "{model}|{figure}"."""
    sums: Counter[str] = Counter()
    for call in usage.calls:
        amounts = {
            "calls": 1,
            "unused": int(call.outcome != "ok"),
            "input": call.input_tokens,
            "cached": call.cached_tokens,
            "output": call.output_tokens,
            "estimated": int(call.estimated),
            "cost": round(1e6 * call.cost) if call.cost is not None else 0,
            "unpriced": int(call.cost is None),
            "milliseconds": round(1000 * call.seconds),
        }
        sums.update({f"{call.model}|{figure}": amount for figure, amount in amounts.items() if amount})
    return sums


def _rows(workspace: str, day: date, fields: Fields) -> list[DayUsage]:
    models: dict[str, dict[str, int]] = {}
    for field, amount in fields.items():
        model, _, figure = (field.decode() if isinstance(field, bytes) else field).rpartition("|")
        if figure in FIGURES:
            models.setdefault(model, {})[figure] = int(amount)
    rows = []
    for model, amounts in models.items():
        cost, seconds = amounts.pop("cost", 0) / 1e6, amounts.pop("milliseconds", 0) / 1000
        rows.append(DayUsage(workspace=workspace, day=day, model=model, cost=cost, seconds=seconds, **amounts))
    return rows


def _tokens(fields: Fields) -> int:
    names = ((field.decode() if isinstance(field, bytes) else field, int(amount)) for field, amount in fields.items())
    return sum(amount for name, amount in names if name.rpartition("|")[2] in ("input", "output"))


def _key(workspace: str, day: date) -> str:
    return f"tunewise:{workspace}:usage:{day}"


def _unreachable() -> StoreError:
    return StoreError("The store cannot be reached to count what a language model took; check that it runs.")
