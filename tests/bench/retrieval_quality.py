"""Measures search on questions with known answers, and fits the weights that decide whether a question is answered.

    python tests/bench/retrieval_quality.py QUESTIONS.jsonl ... [--fit] [--misses]

A line is {"id", "question", "claims", "style"}; no claims: the notes do not say. A hit is a note that covers one of
the claims. hit@1 and hit@5 count refused questions as misses. Fit on the dev and calibration questions only.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.content.load import load_knowledge
from bot.encoder.bert import Bert
from bot.retrieval.embedder import Embedder
from bot.retrieval.search import NoteSearch
from bot.retrieval.vectors import SHIPPED, Vectors
from bot.retrieval.wording import read_wording

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
LEFT_EMPTY = 0.94  # of the unanswerable questions fitted on: just above the last before the answerable ones begin
STEPS, RATE, RIDGE = 3000, 0.5, 0.05  # of the fit: plain gradient descent on standardised signs


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure search.")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--knowledge", type=Path, default=KNOWLEDGE)
    parser.add_argument("--fit", action="store_true", help="print weights fitted on these questions")
    parser.add_argument("--misses", action="store_true", help="print every question that went wrong")
    arguments = parser.parse_args()
    knowledge = load_knowledge(arguments.knowledge)
    folder = arguments.knowledge / "embedder"
    vectors = Vectors(lambda: Embedder(Bert(folder)), folder / SHIPPED)
    search = NoteSearch(knowledge.evidence, knowledge.catalogue, vectors, read_wording(arguments.knowledge))
    vectors.of(["the embedder loads before the index is timed"])
    start = time.perf_counter()
    search.search("warm up")
    print(f"index and first query {1000 * (time.perf_counter() - start):.0f} ms")
    questions = {file: _read(file) for file in arguments.files}
    if arguments.fit:
        _fit(search, [question for some in questions.values() for question in some])
    for file, some in questions.items():
        _measure(file.name, search, knowledge.evidence.notes, some, arguments.misses)


def _read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def _measure(name: str, search: NoteSearch, notes: Any, questions: Sequence[dict[str, Any]], misses: bool) -> None:
    answerable: dict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    empty: list[bool] = []
    taken: list[float] = []
    for question in questions:
        start = time.perf_counter()
        found = search.search(question["question"], 5)
        taken.append(1000 * (time.perf_counter() - start))
        hits = [bool(set(notes[note].claims) & set(question["claims"])) for note, _ in found]
        if question["claims"]:
            answerable[question["style"]].append((hits[:1] == [True], any(hits), not found))
        else:
            empty.append(not found)
        if misses and (not any(hits) if question["claims"] else found):
            print(f"  {question['id']} {question['question'][:90]} -> {[note for note, _ in found][:3]}")
    every = [row for rows in answerable.values() for row in rows]
    print(f"\n{name}: {len(every)} answerable, {len(empty)} unanswerable")
    for style, rows in [("all", every), *sorted(answerable.items())]:
        if rows:
            first, five, refused = np.mean(rows, axis=0)
            print(f"  {style:<16}{len(rows):>4}  hit@1 {first:.2f}  hit@5 {five:.2f}  refused {refused:.2f}")
    if empty:
        print(f"  unanswerable left empty {np.mean(empty):.2f}")
    print(f"  p50 {statistics.median(taken):.1f} ms, p99 {np.percentile(taken, 99):.1f} ms")


def _fit(search: NoteSearch, questions: Sequence[dict[str, Any]]) -> None:
    signs = np.array([search.signs(question["question"]) for question in questions])
    answerable = np.array([bool(question["claims"]) for question in questions])
    weights = _fitted(signs, answerable)
    scores = signs @ weights
    held_back = np.empty(len(signs))  # scores from weights fitted without the question: the honest figures
    folds = np.random.default_rng(0).permutation(len(signs)) % 10
    for fold in range(10):
        held_back[folds == fold] = signs[folds == fold] @ _fitted(signs[folds != fold], answerable[folds != fold])
    threshold = np.quantile(scores[~answerable], LEFT_EMPTY)
    print("MEANING, COVERAGE, UNKNOWN, OUTSIDE, BIAS =", ", ".join(f"{value:.2f}" for value in [*weights, -threshold]))
    ahead = (held_back[answerable][:, None] > held_back[~answerable][None]).mean()
    print(f"cross-validated: an answerable question scores above an unanswerable one in {ahead:.3f} of pairs")


def _fitted(signs: Any, answerable: Any) -> Any:
    spread = signs.std(axis=0)
    standard = np.c_[(signs - signs.mean(axis=0)) / spread, np.ones(len(signs))]
    weights = np.zeros(standard.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-standard @ weights))
        weights -= RATE * (standard.T @ (chance - answerable) / len(signs) + RIDGE * np.r_[weights[:-1], 0])
    return weights[:-1] / spread


if __name__ == "__main__":
    main()
