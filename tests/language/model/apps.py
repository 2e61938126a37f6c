"""Apps for tests: one without a language model, and one that has a server on loopback for it; they share what is costly."""

from __future__ import annotations

import tempfile
from datetime import date
from functools import lru_cache
from typing import Any

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
