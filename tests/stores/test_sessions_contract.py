"""What every adapter of the port Sessions does alike, and what every stored one does beside that."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from store_processes import STORES, store

from bot.core.session import SCHEMA, Entry, Line, Session
from bot.errors import Stale, StoreError
from bot.stores import sessions as stored
from bot.stores.connect import Connection
from bot.stores.memory import MemorySessions
from bot.stores.sessions import RedisSessions, open_sessions

FULL = Session(
    thread="C1/17.5",
    state="asking",
    entries={
        "evals": Entry(level="none", by="ana", quote="no evals yet ü \x00"),
        "examples": Entry(level=300, by="bo", quote="300", grade="measured"),
        "latency_gap": Entry(level=True, by="bo", quote="too slow"),
        "score": Entry(level=82.5, by="bo", quote="82.5 %"),
    },
    dont_know={"teacher": "ana"},
    asked=("evals",),
    skipped=frozenset({"residency"}),
    rounds=2,
    transcript=(Line(by="ana", text="Should we fine-tune?"),),
)


@pytest.fixture(params=["memory", *STORES])
async def sessions(
    request: pytest.FixtureRequest, folder: Path, tmp_path: Path
) -> AsyncIterator[MemorySessions | RedisSessions]:
    if request.param == "memory":
        yield MemorySessions()
        return
    with store(request.param, folder, tmp_path) as kept:
        opened = await open_sessions(kept.settings)
        yield opened
        await opened.close()


@pytest.fixture(params=STORES)
async def opened(request: pytest.FixtureRequest, folder: Path, tmp_path: Path) -> AsyncIterator[tuple[Any, Redis]]:
    """Sessions in a store, and a way to that store behind their back."""
    with store(request.param, folder, tmp_path) as kept:
        sessions = await open_sessions(kept.settings)
        async with Redis.from_url(kept.url) as raw:
            yield sessions, raw
        await sessions.close()


KEY = "tunewise:local:session:"


async def test_a_session_comes_back_as_it_was(sessions):
    assert await sessions.load(FULL.thread) is None
    await sessions.save(FULL)
    assert await sessions.load(FULL.thread) == FULL
    changed = FULL.model_copy(update={"rounds": 3})
    await sessions.save(changed)
    assert await sessions.load(FULL.thread) == changed


async def test_last_is_the_thread_saved_last(sessions):
    assert await sessions.last() is None
    for thread in ("b", "a", "c", "a"):
        await sessions.save(Session(thread=thread))
    assert await sessions.last() == "a"
    await sessions.delete("a")
    assert await sessions.last() == "c"


async def test_a_deleted_thread_is_gone(sessions):
    await sessions.save(FULL)
    assert await sessions.delete(FULL.thread) is True
    assert await sessions.delete(FULL.thread) is False
    assert await sessions.load(FULL.thread) is None
    assert await sessions.last() is None


async def test_many_saves_at_once_all_arrive(sessions):
    await asyncio.gather(*(sessions.save(Session(thread=f"t{n % 5}", rounds=n)) for n in range(50)))
    assert {(await sessions.load(f"t{n}")).rounds % 5 for n in range(5)} == set(range(5))


async def test_it_says_where_sessions_are(sessions):
    assert sessions.where and sessions.notice is None


async def test_retention_starts_anew_at_each_save(opened):
    sessions, raw = opened
    await sessions.save(FULL)
    await raw.expire(KEY + FULL.thread, 5)
    await sessions.save(FULL)
    assert 179 * 86_400 < await raw.ttl(KEY + FULL.thread) <= 180 * 86_400


async def test_last_forgets_threads_that_expired(opened):
    sessions, raw = opened
    await sessions.save(Session(thread="old"))
    await sessions.save(Session(thread="new"))
    await raw.pexpire(KEY + "new", 1)
    await asyncio.sleep(0.01)
    assert await sessions.last() == "old"
    assert await raw.zcard("tunewise:local:threads") == 1


GOOD = Session(thread="t").model_dump_json()
DAMAGED = {
    "half a JSON": GOOD[: len(GOOD) // 2].encode(),
    "not text": b"\xff\xfe\x00",
    "not an object": b"[1, 2]",
    "no schema version": b'{"thread": "t"}',
    "an old schema nobody knows": json.dumps(json.loads(GOOD) | {"schema_version": 0}).encode(),
    "a wrong type": json.dumps(json.loads(GOOD) | {"rounds": "many"}).encode(),
    "a field we do not know": json.dumps(json.loads(GOOD) | {"mood": "fine"}).encode(),
    "another thread's": Session(thread="u").model_dump_json().encode(),
    "nested too deeply": b"[" * 100_000,
}


async def check_left_alone(sessions, raw, value: bytes, message: str) -> None:
    await sessions.save(Session(thread="other"))
    await raw.set(KEY + "t", value)
    with pytest.raises(StoreError, match=message):
        await sessions.load("t")
    with pytest.raises(StoreError, match=message):
        await sessions.save(Session(thread="t"))
    assert await raw.get(KEY + "t") == value
    assert await sessions.load("other") == Session(thread="other")


async def test_a_damaged_session_is_named_and_left_alone(opened):
    for value in DAMAGED.values():
        await check_left_alone(*opened, value, "thread 't' is damaged")


async def test_a_newer_session_is_named_and_left_alone(opened):
    newer = json.dumps({"thread": "t", "schema_version": SCHEMA + 1, "mood": "fine"}).encode()
    await check_left_alone(*opened, newer, "thread 't' was saved by a newer Tunewise")


async def test_a_key_of_another_type_is_left_alone(opened):
    sessions, raw = opened
    await raw.rpush(KEY + "t", "x")
    for attempt in (sessions.load("t"), sessions.save(Session(thread="t"))):
        with pytest.raises(StoreError, match="thread 't' is damaged"):
            await attempt
    assert await raw.lrange(KEY + "t", 0, -1) == [b"x"]


async def test_a_damaged_session_can_be_forgotten(opened):
    sessions, raw = opened
    await raw.set(KEY + "t", b"{")
    assert await sessions.delete("t")
    await sessions.save(Session(thread="t"))
    assert await sessions.load("t") == Session(thread="t")


async def test_an_older_session_is_migrated(opened, monkeypatch):
    sessions, raw = opened
    older = json.loads(GOOD) | {"schema_version": SCHEMA - 1, "turns": 4}
    await raw.set(KEY + "t", json.dumps(older))
    monkeypatch.setitem(stored.MIGRATIONS, SCHEMA - 1, lambda record: record | {"rounds": record.pop("turns")})
    assert await sessions.load("t") == Session(thread="t", rounds=4)


async def test_workspaces_do_not_see_each_other(opened):
    sessions, raw = opened
    await sessions.save(FULL)
    other = RedisSessions(Connection(raw, "the same server", ""), retention_days=1, workspace="T2")
    assert await other.load(FULL.thread) is None
    assert await other.last() is None


async def test_a_save_instead_of_what_is_no_longer_stored_is_refused(opened):
    sessions, _ = opened
    empty, first, second = Session(thread="t"), Session(thread="t", rounds=1), Session(thread="t", rounds=2)
    await sessions.save(first, instead_of=empty)
    with pytest.raises(Stale):
        await sessions.save(second, instead_of=empty)
    assert await sessions.load("t") == first
    await sessions.save(second, instead_of=first)
    assert await sessions.load("t") == second


async def test_a_session_of_the_first_schema_learns_who_started_it(opened):
    sessions, raw = opened
    first = json.loads(FULL.model_dump_json()) | {"schema_version": 1}
    del first["started_by"]
    await raw.set(KEY + FULL.thread, json.dumps(first))
    loaded = await sessions.load(FULL.thread)
    assert loaded == FULL.model_copy(update={"started_by": next(x.by for x in FULL.transcript if x.by != "tunewise")})
