"""The embedded server's life: started once, shared, stopped by the last, recovered after a crash. Real processes."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import signal
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from store_processes import client, leave, running, said, server_pid, valkey

from bot.core.session import Session
from bot.errors import StoreError
from bot.settings import Settings
from bot.stores import server
from bot.stores.sessions import open_sessions


async def opened(folder: Path):
    return await open_sessions(Settings(data=folder, redis_url=None))


async def test_sessions_survive_the_last_client_leaving(folder):
    first = await opened(folder)
    await first.save(Session(thread="t"))
    await first.close()
    assert not running(folder)
    second = await opened(folder)
    assert await second.load("t") == Session(thread="t")
    await second.close()


async def test_a_killed_server_keeps_what_was_synced(folder):
    first = await opened(folder)
    await first.save(Session(thread="t"))
    os.kill(server_pid(folder), signal.SIGKILL)
    while running(folder):
        await asyncio.sleep(0.005)
    with pytest.raises(StoreError, match="cannot be reached"):
        await first.load("t")
    assert (folder / "store.sock").exists() and (folder / "server.pid").exists()
    second = await opened(folder)
    assert await second.load("t") == Session(thread="t")
    assert await first.load("t") == Session(thread="t")  # the first client finds the new server too
    await second.close()
    assert running(folder)
    await first.close()
    assert not running(folder)


def test_two_processes_share_a_server_and_the_last_stops_it(folder):
    one, two = client(folder), client(folder)
    assert said(one) == said(two) == f"embedded Valkey 9.1 in {folder}"
    pid = server_pid(folder)
    leave(one)
    assert running(folder) and server_pid(folder) == pid
    leave(two)
    assert not running(folder)


def test_a_killed_client_does_not_count(folder):
    one, two = client(folder), client(folder)
    said(one), said(two)
    one.kill()
    one.communicate()
    leave(two)
    assert not running(folder)


def test_the_server_outlives_a_client_that_crashes_and_the_next_one_stops_it(folder):
    only = client(folder)
    said(only)
    only.kill()
    only.communicate()
    assert running(folder)
    server.attach(folder).detach()
    assert not running(folder)


def test_many_comers_and_goers_never_miss_each_other(folder):
    def visit(_: int) -> bool:
        visitor = server.attach(folder)
        answered = server._talk(visitor.address, b"PING\r\n") == b"+PONG\r\n"
        visitor.detach()
        return answered

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(visit, range(80)))
    assert not running(folder)


def test_the_folder_and_the_socket_are_private(folder):
    attached = server.attach(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(attached.address.stat().st_mode) == 0o700
    assert not any(file.stat().st_mode & 0o077 for file in folder.rglob("*.aof"))
    attached.detach()


async def test_a_long_path_gets_its_socket_elsewhere(tmp_path):
    folder = tmp_path / ("long" * 20) / "and ünusual"
    sessions = await opened(folder)
    address = Path(os.fsdecode((folder / "address").read_bytes()))
    assert len(os.fsencode(folder)) > 108 > len(os.fsencode(address))
    assert stat.S_IMODE(address.parent.stat().st_mode) == 0o700
    await sessions.save(Session(thread="t"))
    await sessions.close()
    address.parent.chmod(0o755)
    with pytest.raises(StoreError, match="is not a private folder of yours"):
        await opened(folder)
    address.parent.rmdir()


async def test_a_folder_that_cannot_be_made_is_said_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"cannot be used .*set TUNEWISE_DATA .*or REDIS_URL"):
        await opened(tmp_path / "file" / "data")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_that_cannot_be_written_is_said_so(folder):
    folder.mkdir(mode=0o500)
    with pytest.raises(StoreError, match=r"cannot be used .*set TUNEWISE_DATA .*or REDIS_URL"):
        await opened(folder)


def test_a_locked_folder_is_said_so(folder):
    folder.mkdir()
    with (folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(StoreError, match=r"keeps the data folder .* locked"):
            server.attach(folder, wait=0.1)
    server.attach(folder).detach()


def test_a_server_that_hangs_is_said_so(folder):
    attached = server.attach(folder)
    pid = server_pid(folder)
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(StoreError, match=rf"process {pid}\) does not answer"):
        server.attach(folder, wait=0.2)
    os.kill(pid, signal.SIGCONT)
    attached.detach()
    assert not running(folder)


def test_damaged_data_are_said_so_and_left_alone(folder):
    server.attach(folder).detach()
    (file,) = folder.rglob("*.incr.aof")
    file.write_bytes(b"nonsense" * 100)
    with pytest.raises(StoreError, match=r"stops while starting \(.*Bad file format.*\)"):
        server.attach(folder)
    assert file.read_bytes() == b"nonsense" * 100


HIDE_PACKAGE = "import sys; from bot.stores import server; server.find_spec = lambda name: None\n"


def test_a_server_on_the_path_is_used_where_the_package_has_none(folder, tmp_path):
    (tmp_path / "valkey-server").symlink_to(valkey())
    process = client(folder, HIDE_PACKAGE, PATH=str(tmp_path))
    assert said(process).startswith("embedded Valkey")
    leave(process)


def test_a_binary_that_cannot_run_is_passed_over(folder, tmp_path):
    (tmp_path / "valkey-server").write_text("#!/nowhere/sh\n")
    (tmp_path / "valkey-server").chmod(0o755)
    (tmp_path / "redis-server").symlink_to(valkey())
    process = client(folder, HIDE_PACKAGE, PATH=str(tmp_path))
    assert said(process).startswith("embedded Valkey")
    leave(process)


def test_without_any_server_sessions_live_in_memory_and_it_says_so(folder, tmp_path):
    process = client(folder, HIDE_PACKAGE, PATH=str(tmp_path))
    assert said(process) == (
        "Sessions live in memory only, because no valkey-server or redis-server can run on this machine; "
        "set REDIS_URL to keep them."
    )
    leave(process)


@pytest.mark.skipif(not shutil.which("redis-server"), reason="no redis-server on PATH")
async def test_redis_reads_what_valkey_wrote(folder, tmp_path, monkeypatch):
    first = await opened(folder)
    await first.save(Session(thread="t"))
    await first.close()
    (tmp_path / "redis-server").symlink_to(shutil.which("redis-server"))
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    second = await opened(folder)
    assert second.where.startswith("embedded Redis")
    assert await second.load("t") == Session(thread="t")
    await second.close()


def test_starting_is_quick(folder):
    began = time.monotonic()
    server.attach(folder).detach()
    assert time.monotonic() - began < 2
