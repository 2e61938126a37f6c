"""A server on loopback for each test that wants one, and an app that has it for its language model."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any

import pytest
from brains import Colleague
from loopback import ModelServer, serving

from bot.app import App
from bot.settings import Settings

SHARED = ("knowledge", "vectors", "search", "language", "prompts")  # made once for all tests


@lru_cache(maxsize=1)
def plain_app() -> App:
    """The app without a model."""
    app = App(Settings(TUNEWISE_DATA=tempfile.mkdtemp(prefix="tunewise-")), today=lambda: date(2026, 11, 20))
    for part in SHARED:
        getattr(app, part)
    return app


def app_with(url: str, **settings: Any) -> App:
    """The app with the model that answers at a URL."""
    given = {"TUNEWISE_MODEL": "openai:loopback", "OPENAI_BASE_URL": url, "TUNEWISE_MODEL_SECONDS": 5} | settings
    plain = plain_app()
    app = App(Settings(TUNEWISE_DATA=str(plain.settings.data_folder), **given), today=plain.today)
    app.__dict__ |= {part: plain.__dict__[part] for part in SHARED}
    assert app.model is not None
    app.model.client._sleep = lambda seconds: None  # waiting between tries is tested by itself
    return app


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving(Colleague()) as server:
        yield server


@pytest.fixture
def app(server: ModelServer) -> App:
    return app_with(server.url)


@pytest.fixture
def plain() -> App:
    return plain_app()


@pytest.fixture
def make_app(server: ModelServer) -> Callable[..., App]:
    return lambda **settings: app_with(server.url, **settings)
