"""A store for every test of the engine: the embedded one, and the system's redis-server."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "stores"))
from store_processes import running, server_pid, store

from bot.stores.connect import Connection, connect


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder; a server that a failing test leaves behind is ended."""
    yield (data := tmp_path / "data")
    if (data / "server").exists() and running(data):
        os.kill(server_pid(data), signal.SIGKILL)


@pytest.fixture(params=["embedded", "redis by URL"])
async def connection(request: pytest.FixtureRequest, folder: Path, tmp_path: Path) -> AsyncIterator[Connection]:
    with store(request.param, folder, tmp_path) as kept:
        opened = await connect(kept.settings)
        yield opened
        await opened.close()
