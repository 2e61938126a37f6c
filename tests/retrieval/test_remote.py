"""Another embedder, over HTTP: it is asked once for the notes, its scale is brought to ours, and search does without it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.app import App
from bot.encoder.bert import Bert
from bot.errors import Passing
from bot.retrieval.embedder import Embedder
from bot.retrieval.fallback import PAUSE, FallbackSearch
from bot.retrieval.index import scale_to
from bot.retrieval.remote import EmbedderSpec, RemoteEmbedder
from bot.retrieval.vectors import SHIPPED, Vectors
from bot.settings import Settings

sys.path.insert(0, str(Path(__file__).parents[1] / "language" / "model"))
from loopback import Asked, ModelServer, serving

FOLDER = Path(__file__).parents[2] / "knowledge" / "embedder"
ASKED = [
    "how many examples do we need?",
    "what is LoRA?",
    "does retrieval beat fine-tuning for facts?",
    "how hot is the sun?",
]


class Shifted:
    """The shipped embedder behind HTTP, with 512 dimensions and every likeness squeezed into the range from 0.6 to 1."""

    def __init__(self) -> None:
        self.vectors = Vectors(lambda: Embedder(Bert(FOLDER)), FOLDER / SHIPPED)
        self.texts: list[str] = []
        self.down = False

    def __call__(self, asked: Asked) -> dict[str, Any]:
        texts = asked.body["input"]
        assert all(isinstance(text, str) for text in texts), "texts, not the tokens of somebody's tokenizer"
        self.texts += texts
        if self.down:
            return {"data": []}
        own = self.vectors.of(texts) * np.sqrt(0.4)
        rows = np.hstack([own, np.full((len(texts), 128), np.sqrt(0.6 / 128), np.float32)])
        data = [{"object": "embedding", "index": i, "embedding": row.tolist()} for i, row in enumerate(3 * rows)]
        return {"object": "list", "data": data, "model": "x", "usage": {"prompt_tokens": 1, "total_tokens": 1}}


@pytest.fixture(scope="module")
def shifted() -> Shifted:
    return Shifted()


@pytest.fixture(scope="module")
def server(shifted: Shifted) -> Iterator[ModelServer]:
    with serving(shifted) as server:
        yield server


def make(folder: Path, url: str, name: str = "openai:x") -> App:
    settings = Settings(TUNEWISE_DATA=str(folder), OPENAI_BASE_URL=url, OPENAI_API_KEY="k", TUNEWISE_EMBEDDER=name)
    return App(settings, today=lambda: date(2026, 11, 20))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def test_another_scale_finds_the_same_and_is_as_honest(folder: Path, server: ModelServer, shifted: Shifted) -> None:
    app, plain = make(folder, server.url), App(Settings(TUNEWISE_DATA=str(folder)))
    found = {query: app.search.search(query) for query in ASKED}
    assert len(shifted.texts) > 1000, "the index was built with its vectors"
    for query in ASKED:
        expected = plain.search.search(query)
        assert bool(found[query]) == bool(expected), query
        assert [note for note, _ in found[query]][:1] == [note for note, _ in expected][:1]
    assert not found[ASKED[-1]]


def test_the_notes_are_embedded_once_and_again_for_another_embedder(
    folder: Path, server: ModelServer, shifted: Shifted
) -> None:
    shifted.texts.clear()
    make(folder, server.url).search.search(ASKED[0])
    assert shifted.texts == [ASKED[0]] or len(shifted.texts) <= 2, (
        "only the question: the notes are kept in the data folder"
    )
    shifted.texts.clear()
    make(folder, server.url, "openai:y").search.search(ASKED[0])
    assert len(shifted.texts) > 1000


def test_search_does_without_one_that_is_away(tmp_path: Path, server: ModelServer, shifted: Shifted) -> None:
    shifted.down = True
    try:
        app = make(tmp_path, server.url)
        assert app.search.search(ASKED[0]) == App(Settings(TUNEWISE_DATA=str(tmp_path))).search.search(ASKED[0])
    finally:
        shifted.down = False


def test_one_that_is_not_there_raises_passing() -> None:
    for spec in (
        EmbedderSpec(provider="openai", name="x", base_url="http://127.0.0.1:9/v1", key="sk-secret"),
        EmbedderSpec(provider="nobody", name="x"),
    ):
        with pytest.raises(Passing, match="does not answer") as error:
            RemoteEmbedder(spec).encode(["x"])
        assert "sk-secret" not in str(error.value) + repr(spec)


def test_after_a_failure_it_is_left_alone_for_a_while() -> None:
    class Away:
        asked = 0

        def search(self, query: str, k: int = 5) -> list[tuple[str, float]]:
            self.asked += 1
            raise Passing("away")

    class There:
        def search(self, query: str, k: int = 5) -> list[tuple[str, float]]:
            return [("note", 1.0)]

    now, away = [0.0], Away()
    both = FallbackSearch(away, There(), clock=lambda: now[0])  # type: ignore[arg-type]
    assert both.search("x") == both.search("x") == [("note", 1.0)] and away.asked == 1
    now[0] = PAUSE + 1
    assert both.search("x") == [("note", 1.0)] and away.asked == 2


def test_scales() -> None:
    slope, offset = scale_to((0.7, 0.1), (0.9, 0.8))
    assert slope * 0.9 + offset == pytest.approx(0.7) and slope * 0.8 + offset == pytest.approx(0.1)
    assert scale_to((0.7, 0.1), (0.5, 0.5)) == (1.0, 0.0)
