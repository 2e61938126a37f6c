"""An embedded store for every test of the engine."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "stores"))
from store_processes import running, server_pid

from bot.settings import Settings
from bot.stores.connect import Connection, connect


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder; a server that a failing test leaves behind is ended."""
    yield (data := tmp_path / "data")
    if (data / "server").exists() and running(data):
        os.kill(server_pid(data), signal.SIGKILL)


@pytest.fixture
async def connection(folder: Path) -> AsyncIterator[Connection]:
    opened = await connect(Settings(data=folder, redis_url=None))
    yield opened
    await opened.close()
