"""What is computed from the content and shipped with it is up to date. Where not: python -m bot.ship"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bot.core.knowledge import Knowledge
from bot.encoder.bert import Bert
from bot.language.hearing import Hearing
from bot.language.hearing import digest_of as digest_of_threads
from bot.language.solved import SHIPPED as HEADS
from bot.language.solved import digest_of, read_solved
from bot.retrieval.embedder import Embedder
from bot.retrieval.index import texts_of
from bot.retrieval.vectors import SHIPPED as VECTORS
from bot.retrieval.vectors import Vectors, read_vectors
from bot.retrieval.wording import read_wording

ROOT = Path(__file__).parents[1]

FOLDER = ROOT / "knowledge"
FILE = FOLDER / "embedder" / VECTORS
DUE = "run: python -m bot.ship"


def note_texts(knowledge: Knowledge) -> list[str]:
    """Every text whose vector ships."""
    texts = list(read_wording(FOLDER).outside)
    for note in knowledge.evidence.notes.values():
        texts += [*texts_of(note), *([note.case.task] if note.case else [])]
    return texts


def test_vectors_cover_all_notes(knowledge: Knowledge) -> None:
    class MissingError(Exception):
        pass

    def no_embedder() -> Embedder:
        raise MissingError

    vectors = Vectors(no_embedder, FILE)
    missing = []
    for text in dict.fromkeys(note_texts(knowledge)):
        try:
            vectors.of([text])
        except MissingError:
            missing.append(text)
    assert not missing, f"{DUE} ({len(missing)} texts have no vector, such as {missing[:1]})"


def test_vectors_are_no_more_than_that(knowledge: Knowledge) -> None:
    _, rows = read_vectors(FILE)
    assert len(rows) == len(set(note_texts(knowledge))), DUE


def test_vectors_are_this_embedders(knowledge: Knowledge) -> None:
    embedder = Embedder(Bert(FOLDER / "embedder"))
    fingerprint, _ = read_vectors(FILE)
    assert fingerprint == embedder.fingerprint, DUE
    some = sorted(note_texts(knowledge))[::200]
    shipped = Vectors(lambda: embedder, FILE).of(some)
    assert np.allclose(np.linalg.norm(shipped, axis=1), 1, atol=1e-3)
    assert (np.einsum("ij,ij->i", shipped, embedder.encode(some)) > 0.999).all(), DUE


def test_heads_are_fresh() -> None:
    assert read_solved(FOLDER / "reader" / HEADS, digest_of(FOLDER)) is not None, DUE


def test_hearing_is_fresh(knowledge: Knowledge) -> None:
    hearing = Hearing(Bert(FOLDER / "embedder"), FOLDER / "reader", knowledge.catalogue)
    assert hearing.taught_by == digest_of_threads(FOLDER), "run: python knowledge/reader/hear.py"
