"""What the Slack tests share: the talk as it ships, one embedded store, and a workspace that Tunewise is in."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from slack_peer.slack import Slack
from slack_serving import Served, serving

from bot.app import App
from bot.settings import Settings
from bot.stores import server
from bot.stores.connect import Connection, connect


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, today: date) -> App:
    """The talk as it ships, on a fixed day."""
    return App(Settings(_env_file=None, redis_url=None, data=tmp_path_factory.mktemp("data")), today=lambda: today)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of an embedded store that runs for the whole session."""
    folder = tmp_path_factory.mktemp("slack")
    held = server.attach(folder)
    yield folder
    held.detach()


@pytest.fixture
async def connection(store: Path) -> AsyncIterator[Connection]:
    """The store, empty."""
    opened = await connect(Settings(_env_file=None, data=store, redis_url=None))
    await opened.client.flushall()
    yield opened
    await opened.close()


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """A workspace. Whatever it had to refuse for its form fails the test, and whatever breaks our own rules: see `Slack`."""
    async with Slack() as peer:
        yield peer


@pytest.fixture
async def served(app: App, connection: Connection, slack: Slack) -> AsyncIterator[Served]:
    """Tunewise in the workspace, over HTTP."""
    async with serving(app, connection, slack) as running:
        yield running
