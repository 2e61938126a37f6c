"""Tests the sentence embedder: its vectors, the error function in it, and its word pieces against `tokenizers`."""

import hashlib
import math
import random
import shutil
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordPiece as ReferenceModel
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from bot.retrieval.embedder import VOCABULARY, WEIGHTS, Embedder, erf, gelu
from bot.retrieval.wordpiece import WordPiece

FOLDER = Path(__file__).parents[2] / "knowledge" / "embedder"


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder(FOLDER)


@pytest.fixture(scope="module")
def pieces() -> WordPiece:
    return WordPiece(FOLDER / VOCABULARY)


@pytest.fixture(scope="module")
def reference() -> Tokenizer:
    """The same vocabulary in `tokenizers`, without special tokens, which a text cannot contain here."""
    tokenizer = Tokenizer(ReferenceModel.from_file(str(FOLDER / VOCABULARY), unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


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
    np.testing.assert_array_equal(Embedder(FOLDER).encode(texts), expected)
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
    assert Embedder(FOLDER).fingerprint == embedder.fingerprint
    shutil.copy(FOLDER / WEIGHTS, tmp_path)
    (tmp_path / VOCABULARY).write_bytes((FOLDER / VOCABULARY).read_bytes() + b"[new]\n")
    assert Embedder(tmp_path).fingerprint != embedder.fingerprint


def test_a_folder_without_the_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"holds no weights\.safetensors"):
        Embedder(tmp_path)


def test_the_notice_names_the_files_as_they_are() -> None:
    notice = (FOLDER / "NOTICE").read_text("utf-8")
    for name in (WEIGHTS, VOCABULARY):
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() in notice


def test_erf_and_gelu_are_exact_to_single_precision() -> None:
    x = np.concatenate((np.linspace(-7, 7, 100_001), [0, 1e-8, -40, 40])).astype(np.float32)
    true = np.array([math.erf(float(value)) for value in x])
    assert np.abs(erf(x) - true).max() < 1e-6
    true = np.array([float(value) * (1 + math.erf(float(value) / math.sqrt(2))) / 2 for value in x])
    gelu(x)
    assert np.abs(x - true).max() < 5e-6


def test_word_pieces_equal_those_of_tokenizers(pieces: WordPiece, reference: Tokenizer) -> None:
    texts = [*AWKWARD, *_mixtures(4000)]
    for text, encoded in zip(texts, reference.encode_batch(texts), strict=True):
        assert pieces.ids(text, 10**6)[1:-1] == encoded.ids, ascii(text)


def test_word_pieces_stop_at_the_limit(pieces: WordPiece) -> None:
    ids = pieces.ids("one two three four", 5)
    assert len(ids) == 5
    assert ids == [*pieces.ids("one two three", 5)]


AWKWARD = [
    "",
    " \t\n",
    "[CLS] [SEP] [MASK] ##ing",
    "naïve Ångström İstanbul ΣΊΣΥΦΟΣ Straße ŒUVRE ǅ",
    "e\u0301 n\u0303 \u0301alone ﬁne \uff21\uff42\uff43 ①²½",
    'don\'t re-tune: $5+<=>^`|~ {json: "yes"} a/b\\c …—“quoted”',
    "微调模型 mixed中文text 日本語カタカナ 한국어 \U00020000\U0002f800豈",
    "🙂🙃 👩‍👩‍👧 🇩🇪 1️⃣ ❤️ 🏳️‍🌈",
    "soft\u00adhyphen zero\u200bwidth \u202eright\u202c \ufeffbom \ue000private \u0085next \u00a0space\u3000wide",
    "one\u2028line",
    "tab\x0bfeed\x0c\x1c\x1f\x7fdelete\x00null \ufffd",
    "a" * 100,
    "a" * 101,
    "é" * 100,
    "é" * 101,
    "https://example.org/a?b=c&d=e#f user@example.org 1,234.56 C++ F# v2.0-rc1",
    "العربية עברית हिन्दी ไทย Русский Ελληνικά Հայերեն ქართული",
]


def _mixtures(count: int) -> list[str]:
    """Random texts from characters that Unicode has classified alike since 2002.

    Later ones are left out since `tokenizers` and each Python version know different editions of Unicode.
    """
    chosen = random.Random(17)
    old = unicodedata.ucd_3_2_0
    settled = [
        character
        for character in map(chr, range(0x110000))
        if old.category(character) == unicodedata.category(character) not in ("Cn", "Cs")
    ]
    alphabets: list[list[str]] = [
        settled,
        [character for character in settled if ord(character) < 0x250],
        [character for character in settled if unicodedata.category(character)[0] in "MPSZC"],
        list("abcdefghij tuning-model's ÀÉÎõü.,!?"),
        ["fine", "tun", "ing", "##", "token", "ization", " ", " ", "-", "é", "微", "🙂", "\u200d", "İ", "\u0301"],
    ]
    return ["".join(chosen.choices(chosen.choice(alphabets), k=chosen.randint(1, 120))) for _ in range(count)]
