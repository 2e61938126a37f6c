"""Situation: a message and where it was typed, as a row of numbers that tell whether it is meant for us.

Beside the words stand what they were read as, whether they answer what is asked, and by whom they may be meant to be
heard: names and mentions are told by their form, so that no list of names is needed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from bot.core.facts import Frozen
from bot.language.heads import Floats
from bot.language.solved import DONT_KNOW, NONE
from bot.ports import ReadMessage

READ = 1500  # characters of a message that its addressee is judged by
BUCKETS = 2048
SIGNIFICANCE = 0.3  # how much a circumstance weighs beside a sentence vector, whose length is 1
IN_STATE = 0.9  # the same of words that mean something only while, or only when nothing, is asked
BY_STATE = 0.7  # the same of the sentence vector
ACTS = (
    "why_asked", "what_if", "explain", "disagree", "status", "help", "restart", "forget", "correct", "dont_know", "skip",
    "thanks", "greet", "injection",
)  # fmt: skip
SURELY = 0.9  # from this chance on a message answers what is asked
SIGNS = ("ours", "general", "topic", "orders")
EMOJI = 0x2600  # the first of the characters that are pictures
_PIECE = re.compile(r"@[\w.-]+|https?://\S+|[^\W\d_]+(?:'[^\W\d_]+)?|\d[\d.,]*|[?!,.%$:]|[^\w\s]")


class Heard(Frozen):
    """What the parts of the embedded language make of a message.

    `about` is how probably it answers a question that is open, `nobody` that it says that nobody knows, each from 0 to 1;
    the scores of `kinds` and `routes` run from about -1 to 1.
    """

    read: ReadMessage
    kinds: Mapping[str, float]
    routes: Mapping[str, float]
    signs: frozenset[str]
    about: float
    nobody: float


def row_of(text: str, vector: Floats, asked: Sequence[str], heard: Heard) -> Floats:
    """The numbers, `vector` being the sentence vector of the text: shape (2 · 384 + 3 · BUCKETS + circumstances,)."""
    text = text[:READ]
    pieces = pieces_of(text)
    short, long = _grams(pieces)
    return np.concatenate(
        [
            vector,
            BY_STATE * (vector if asked else -vector),
            _hashed(short | long, BUCKETS),
            IN_STATE * _hashed((f"{'asked' if asked else 'told'} {gram}" for gram in short), 2 * BUCKETS),
            SIGNIFICANCE * np.array(_circumstances(text, pieces, frozenset(asked), heard), np.float32),
        ]
    ).astype(np.float32)


def pieces_of(text: str) -> list[str]:
    """The words and signs of a message; mentions, capitalised words within a sentence, numbers and pictures by kind alone."""
    pieces: list[str] = []
    begins = True
    for piece in _PIECE.findall(text):
        word = piece.lower()
        if piece[0] == "@":
            pieces.append("@P")
        elif word.startswith("http"):
            pieces.append("URL")
        elif piece[0].isdigit():
            pieces.append("0")
        elif piece[0].isalpha():
            capital = len(piece) > 1 and piece[0].isupper() and piece[1:].islower()
            pieces += ["NAME"] if capital and not begins else ["CAP", word] if capital else [word]
        else:
            pieces.append("EMO" if ord(piece[0]) > EMOJI else piece)
        begins = piece in ".?!:"
    return pieces


def _grams(pieces: Sequence[str]) -> tuple[set[str], set[str]]:
    """Pieces with their neighbours: up to two together, and three."""
    framed = ["<", *pieces, ">"]
    short = {*framed, *(f"{a}_{b}" for a, b in pairwise(framed))}
    return short, {f"{a}_{b}_{c}" for a, b, c in zip(framed, framed[1:], framed[2:], strict=False)}


def _hashed(grams: Iterable[str], buckets: int) -> Floats:
    hashed = np.zeros(buckets, np.float32)
    for gram in grams:
        code = zlib.crc32(gram.encode())
        hashed[code % buckets] += 1.0 if code >> 20 & 1 else -1.0
    return hashed / max(float(np.linalg.norm(hashed)), 1e-9)


def _circumstances(text: str, pieces: Sequence[str], asked: frozenset[str], heard: Heard) -> list[float]:
    """What is known beside the words, each number from -1 to 1."""
    read = heard.read
    told = {fact.fact for fact in read.facts}
    ask, words = bool(asked), len(text.split())
    question, topic = "?" in text, "topic" in heard.signs
    elsewhere = max(
        (score for name, score in heard.routes.items() if name not in asked and name[0].isalpha()), default=-1.0
    )
    return [
        1.0,
        ask,
        bool(told & asked),
        bool(told - {"task"}),
        min(len(told), 3) / 3,
        bool(asked.intersection(read.unclear)),
        bool(read.dont_know),
        bool(read.corrects),
        heard.about,
        heard.about > SURELY,
        heard.nobody,
        max((heard.routes.get(name, -1.0) for name in asked), default=-1.0),
        elsewhere,
        heard.routes[NONE],
        heard.routes[DONT_KNOW],
        question,
        text.endswith("?"),
        "@" in text,
        text.startswith("@"),
        "NAME" in pieces,
        min(pieces.count("NAME"), 3) / 3,
        min(float(np.log1p(words)) / 3, 1.5),
        words <= 2,
        words <= 5,
        ask and words <= 3,
        ask and topic,
        ask and question,
        not ask and topic,
        not ask and question,
        not ask and question and topic,
        not ask and bool(told),
        *(name in heard.signs for name in SIGNS),
        *(heard.kinds[name] for name in sorted(heard.kinds)),
        *(read.act == name for name in ACTS),
    ]
