"""Real processes for the tests: clients of the embedded store, and servers of their own behind a REDIS_URL."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.stores import server

ROOT = Path(__file__).parents[2]
# A client of the embedded store in a process of its own: says where its sessions are, then stays until its input ends.
CLIENT = """
import asyncio, sys
from pathlib import Path
from bot.settings import Settings
from bot.stores.sessions import open_sessions

async def main():
    sessions = await open_sessions(Settings(data=Path(sys.argv[1]), redis_url=None))
    print(sessions.notice or sessions.where, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await sessions.close()

asyncio.run(main())
"""


def client(folder: Path, before: str = "", **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", before + CLIENT, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | environment,
    )  # fmt: skip


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=10)
    assert process.returncode == 0


def server_pid(folder: Path) -> int:
    return int((folder / "server.pid").read_text())


def running(folder: Path) -> bool:
    return server._running(folder)


def valkey() -> str:
    """The packaged binary (or one on PATH)."""
    return next(server._binaries())


@dataclass(frozen=True)
class Remote:
    """A server of its own on a loopback port, as somebody else would run it."""

    port: int
    process: subprocess.Popen[bytes]

    def url(self, login: str = "") -> str:
        return f"redis://{login}127.0.0.1:{self.port}/0"


def start_remote(binary: str, folder: Path, *options: str, port: int = 0) -> Remote:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        port = probe.getsockname()[1]
    command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder), *options]
    remote = Remote(port, subprocess.Popen(command, stdout=subprocess.DEVNULL))
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port)):
                return remote
        except OSError:
            time.sleep(0.005)
    stop_remote(remote)
    raise AssertionError(f"{binary} did not start")


def stop_remote(remote: Remote) -> None:
    remote.process.kill()
    remote.process.wait()


@dataclass(frozen=True)
class Store:
    """One way to keep sessions; `url` reaches its server behind the adapter's back once it is open."""

    settings: Settings
    url: str


@contextmanager
def store(kind: str, folder: Path, tmp_path: Path) -> Iterator[Store]:
    """The embedded store of a folder, or the packaged Valkey or the system's Redis as a server of its own."""
    if kind == "embedded":
        yield Store(Settings(data=folder, redis_url=None), f"unix://{folder}/store.sock")
        return
    binary = valkey() if kind == "valkey by URL" else shutil.which("redis-server")
    if binary is None:
        pytest.skip("no redis-server on PATH")
    remote = start_remote(binary, tmp_path)
    try:
        yield Store(Settings(redis_url=remote.url()), remote.url())
    finally:
        stop_remote(remote)


STORES = ("embedded", "valkey by URL", "redis by URL")
