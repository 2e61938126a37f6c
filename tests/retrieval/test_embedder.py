"""Tests the sentence embedder."""

import hashlib
import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.encoder.bert import VOCABULARY, WEIGHTS, Bert
from bot.retrieval.embedder import Embedder

FOLDER = Path(__file__).parents[2] / "knowledge" / "embedder"


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder(Bert(FOLDER))


def test_gives_one_unit_vector_for_each_text(embedder: Embedder) -> None:
    vectors = embedder.encode(["Should we fine-tune?", "No.", ""])
    assert vectors.shape == (3, embedder.dimensions) == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.encode([]).shape == (0, 384)


def test_agrees_with_the_published_model(embedder: Embedder) -> None:
    """The cosines the full-precision model gives for the example in the Sentence Transformers quick start."""
    vectors = embedder.encode(["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."])
    weather, sunny, stadium = vectors
    assert weather @ sunny == pytest.approx(0.6660, abs=0.01)
    assert weather @ stadium == pytest.approx(0.1046, abs=0.01)
    assert sunny @ stadium == pytest.approx(0.1411, abs=0.01)


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("Replies arrive too late.", "Customers wait too long for an answer.", "The licence forbids commercial use."),
        ("How many labelled examples do we need?", "What size of training set is enough?", "Who hosts the database?"),
        ("Our prices change every night.", "The facts are updated daily.", "The tone of the answers is too formal."),
    ],
)
def test_similar_texts_lie_closer(embedder: Embedder, text: str, near: str, far: str) -> None:
    first, second, third = embedder.encode([text, near, far])
    assert first @ second > first @ third + 0.1


def test_a_batch_equals_its_texts_one_by_one(embedder: Embedder) -> None:
    chosen = random.Random(3)
    words = ["model", "prompt", "tune", "cost", "latency", "facts", "évaluation", "微调", "drift", "🙂", "retrieval"]
    texts = [" ".join(chosen.choices(words, k=chosen.randint(0, 90))) for _ in range(60)]
    together = embedder.encode(texts)
    alone = np.concatenate([embedder.encode([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_the_same_text_gives_the_same_vector_in_every_thread_and_instance(embedder: Embedder) -> None:
    texts = ["Fine-tune for tone, retrieve for facts.", "Start with a prompt."]
    expected = embedder.encode(texts)
    np.testing.assert_array_equal(Embedder(Bert(FOLDER)).encode(texts), expected)
    with ThreadPoolExecutor(4) as threads:
        for vectors in threads.map(lambda _: embedder.encode(texts), range(16)):
            np.testing.assert_array_equal(vectors, expected)


def test_a_long_text_is_cut_and_not_refused(embedder: Embedder) -> None:
    long = "The answers must follow our house style. " * 2500
    assert len(long) > 100_000
    cut, head, unbroken = embedder.encode([long, long[:4000], "x" * 100_000])
    np.testing.assert_allclose(cut, head, atol=1e-5)
    assert np.isfinite(unbroken).all()


def test_control_characters_do_not_count(embedder: Embedder) -> None:
    plain, dirty, nothing = embedder.encode(["two words", "\x00two\r\n\x07wo\u200brds\ufffd", "\x00\x01\ud800"])
    np.testing.assert_allclose(plain, dirty, atol=1e-5)
    assert np.isfinite(nothing).all()


def test_the_fingerprint_follows_the_files(embedder: Embedder, tmp_path: Path) -> None:
    assert Embedder(Bert(FOLDER)).fingerprint == embedder.fingerprint
    shutil.copy(FOLDER / WEIGHTS, tmp_path)
    (tmp_path / VOCABULARY).write_bytes((FOLDER / VOCABULARY).read_bytes() + b"[new]\n")
    assert Embedder(Bert(tmp_path)).fingerprint != embedder.fingerprint


def test_a_folder_without_the_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"holds no weights\.safetensors"):
        Embedder(Bert(tmp_path))


def test_the_notice_names_the_files_as_they_are() -> None:
    notice = (FOLDER / "NOTICE").read_text("utf-8")
    for name in (WEIGHTS, VOCABULARY):
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() in notice
