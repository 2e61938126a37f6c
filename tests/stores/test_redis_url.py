"""A Redis of somebody else behind REDIS_URL: its troubles come as one sentence, without the password."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from store_processes import Remote, start_remote, stop_remote, valkey

from bot.core.session import Session
from bot.errors import SettingsError, StoreError
from bot.settings import Settings
from bot.stores.sessions import open_sessions

SECRET = "s3cr:t"
LOGIN = ":s3cr%3At@"


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    started = start_remote(valkey(), tmp_path, "--requirepass", SECRET)
    yield started
    stop_remote(started)


def plain(error: pytest.ExceptionInfo[Exception]) -> str:
    text = str(error.value)
    assert "s3cr" not in text and "\n" not in text and text.endswith(".")
    assert error.value.__cause__ is None and error.value.__suppress_context__
    return text


async def test_the_right_password_opens(remote):
    sessions = await open_sessions(Settings(redis_url=remote.url(LOGIN)))
    assert sessions.where == f"Redis at 127.0.0.1:{remote.port}"
    await sessions.close()


@pytest.mark.parametrize("login", ["", ":s3crX@", "nobody:s3crY@"])
async def test_a_wrong_password_is_said_so(remote, login):
    with pytest.raises(StoreError, match="correct REDIS_URL") as error:
        await open_sessions(Settings(redis_url=remote.url(login)))
    plain(error)


async def test_a_dead_url_answers_at_once(remote):
    stop_remote(remote)
    began = time.monotonic()
    with pytest.raises(StoreError, match="cannot be reached") as error:
        await open_sessions(Settings(redis_url=remote.url(LOGIN)))
    plain(error)
    assert time.monotonic() - began < 1


async def test_a_url_that_never_answers_is_given_up():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"redis://{LOGIN}127.0.0.1:{silent.getsockname()[1]}/0?socket_timeout=0.2"
        with pytest.raises(StoreError, match="does not answer in time") as error:
            await open_sessions(Settings(redis_url=url))
        plain(error)


@pytest.mark.parametrize(
    "url",
    ["s3cr@host", "redis://:s3cr/t@host:6379", "redis://u:s3cr@host:port", "redis://host/0?s3cr=1", "http://s3cr"],
)
async def test_a_malformed_url_is_a_setting_to_mend(url):
    with pytest.raises(SettingsError, match="REDIS_URL cannot be used") as error:
        await open_sessions(Settings(redis_url=url))
    plain(error)


@pytest.mark.parametrize(
    ("command", "told"),
    [("CONFIG SET maxmemory 1", "no memory left"), ("REPLICAOF 127.0.0.1 1", "read-only replica")],
)
async def test_a_server_that_refuses_writes_is_said_so(remote, command, told):
    sessions = await open_sessions(Settings(redis_url=remote.url(LOGIN)))
    await sessions.save(Session(thread="t"))
    async with Redis.from_url(remote.url(LOGIN)) as raw:
        await raw.execute_command(command)
    with pytest.raises(StoreError, match=told) as error:
        await sessions.save(Session(thread="t", rounds=1))
    plain(error)
    assert await sessions.load("t") == Session(thread="t")
    await sessions.close()


async def test_a_server_that_goes_and_comes_back_is_found_again(remote, tmp_path):
    sessions = await open_sessions(Settings(redis_url=remote.url(LOGIN)))
    stop_remote(remote)
    with pytest.raises(StoreError, match="cannot be reached") as error:
        await sessions.save(Session(thread="t"))
    plain(error)
    again = start_remote(valkey(), tmp_path, "--requirepass", SECRET, port=remote.port)
    try:
        await sessions.save(Session(thread="t"))
    finally:
        stop_remote(again)
    await sessions.close()
