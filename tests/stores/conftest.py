"""The data folder of the embedded store under test."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_processes import running, server_pid


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder; a server that a failing test leaves behind is ended."""
    yield (data := tmp_path / "data")
    if (data / "server").exists() and running(data):
        os.kill(server_pid(data), signal.SIGKILL)
