"""A server on loopback for each test that wants one, and an app that has it for its language model."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from apps import app_with, plain_app
from brains import Colleague
from loopback import ModelServer, serving

from bot.app import App


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
