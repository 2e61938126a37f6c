"""Tests stored sentence vectors: what int8 costs, what is trusted, and what happens to files that cannot be."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.encoder.bert import Bert
from bot.encoder.weights import Floats
from bot.retrieval.embedder import Embedder
from bot.retrieval.vectors import RECENT, SHIPPED, WIDTH, Vectors, precompute, read_vectors

FOLDER = Path(__file__).parents[2] / "knowledge" / "embedder"
TEXTS = ["how many examples", "is it too slow", "retrieval first"]


class FakeEncoder:
    """Random directions, the same for the same text; remembers what it was asked for."""

    def __init__(self, fingerprint: str = "one") -> None:
        self.fingerprint = fingerprint
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Floats:
        self.asked.extend(texts)
        seeds = [sum(text.encode()) + 1000 * len(self.fingerprint) for text in texts]
        rows = np.stack([np.random.default_rng(seed).normal(size=WIDTH) for seed in seeds])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def never() -> FakeEncoder:
    raise AssertionError("the embedder was loaded")


def test_known_texts_come_from_the_file_without_the_embedder(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    assert precompute([*TEXTS, TEXTS[0]], encoder, tmp_path / SHIPPED) == 3
    got = Vectors(never, tmp_path / SHIPPED).of([TEXTS[2], TEXTS[0]])
    assert got.dtype == np.float32
    assert np.allclose(np.linalg.norm(got, axis=1), 1, atol=1e-5)
    assert (np.sum(got * encoder.encode([TEXTS[2], TEXTS[0]]), axis=1) > 0.999).all()


def test_int8_loses_nothing_that_matters() -> None:
    embedder = Embedder(Bert(FOLDER))
    texts = [f"{verb} we {what}" for verb in ("should", "can", "why do") for what in ("tune it", "retrieve", "stop")]
    exact = embedder.encode(texts)
    stored = _round_trip(embedder, texts)
    assert np.abs(exact @ exact.T - stored @ exact.T).max() < 0.005


def _round_trip(embedder: Embedder, texts: list[str]) -> Floats:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        precompute(texts, embedder, Path(folder) / SHIPPED)
        return Vectors(never, Path(folder) / SHIPPED).of(texts)


def test_another_embedders_vectors_are_dropped_once_ours_is_loaded(tmp_path: Path) -> None:
    precompute(TEXTS, FakeEncoder("two-longer"), tmp_path / SHIPPED)
    ours = FakeEncoder()
    vectors = Vectors(lambda: ours, tmp_path / SHIPPED)
    vectors.of(["a question that nobody stored"])
    assert np.allclose(vectors.of(TEXTS), ours.encode(TEXTS))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"not a zip file"])
def test_a_broken_file_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / SHIPPED).write_bytes(content)
    ours = FakeEncoder()
    (tmp_path / f"vectors-{ours.fingerprint}.npz").write_bytes(content)
    got = Vectors(lambda: ours, tmp_path / SHIPPED, tmp_path).of(TEXTS, keep=True)
    assert np.allclose(got, ours.encode(TEXTS))
    assert read_vectors(tmp_path / "vectors-one.npz")[0] == "one"


@pytest.mark.parametrize("damage", ["cut", "flipped", "shape"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: str) -> None:
    path = tmp_path / SHIPPED
    precompute(TEXTS, FakeEncoder(), path)
    content = bytearray(path.read_bytes())
    if damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "flipped":
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
    else:
        np.savez(path, fingerprint=np.array("one"), keys=np.zeros(3, np.uint64), rows=np.zeros((2, 5), np.int8))
    assert read_vectors(path) == ("", {})


def test_what_is_kept_is_not_embedded_again(tmp_path: Path) -> None:
    cache = tmp_path / "new" / "cache"
    Vectors(FakeEncoder, tmp_path / "none.npz", cache).of(TEXTS, keep=True)
    later = FakeEncoder()
    Vectors(lambda: later, tmp_path / "none.npz", cache).of(TEXTS, keep=True)
    assert later.asked == []
    assert [path.name for path in cache.iterdir()] == ["vectors-one.npz"]


def test_what_people_write_is_never_kept(tmp_path: Path) -> None:
    vectors = Vectors(FakeEncoder, tmp_path / "none.npz", tmp_path / "cache")
    vectors.of(["our revenue is secret"])
    assert not (tmp_path / "cache").exists()


def test_what_was_asked_for_lately_is_not_embedded_again_and_the_oldest_goes(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    vectors = Vectors(lambda: encoder, tmp_path / "none.npz", tmp_path / "cache")
    first = vectors.of(TEXTS)
    assert np.array_equal(vectors.of([*TEXTS, "one more"])[: len(TEXTS)], first)
    assert sorted(encoder.asked) == sorted([*TEXTS, "one more"])
    vectors.of([f"text {number}" for number in range(RECENT)])
    encoder.asked.clear()
    vectors.of(TEXTS)
    assert encoder.asked == TEXTS


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    ours = FakeEncoder()
    got = Vectors(lambda: ours, tmp_path / "none.npz", tmp_path / "file" / "cache").of(TEXTS, keep=True)
    assert np.allclose(got, ours.encode(TEXTS), atol=0.02)


def test_no_texts_no_rows(tmp_path: Path) -> None:
    assert Vectors(never, tmp_path / "none.npz").of([]).shape == (0, WIDTH)


def test_the_shipped_file_is_the_shipped_embedders() -> None:
    assert read_vectors(FOLDER / SHIPPED)[0] == Embedder(Bert(FOLDER)).fingerprint
