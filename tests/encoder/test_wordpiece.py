"""Tests the word pieces against `tokenizers`."""

import random
import unicodedata
from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordPiece as ReferenceModel
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from bot.encoder.bert import VOCABULARY
from bot.encoder.wordpiece import WordPiece

FOLDER = Path(__file__).parents[2] / "knowledge" / "embedder"


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
