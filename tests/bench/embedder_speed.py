"""Measures the sentence embedder: size, load time, speed and, given the upstream weights, what quantising costs.

    python tests/bench/embedder_speed.py [--upstream model.safetensors]

The upstream file is the one that `knowledge/embedder/quantise.py` describes.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np

from bot.encoder.bert import VOCABULARY, WEIGHTS, Bert
from bot.retrieval.embedder import Embedder

FOLDER = Path(__file__).parents[2] / "knowledge" / "embedder"

SUBJECTS = [
    "support replies",
    "contract clauses",
    "medical letters",
    "product descriptions",
    "SQL queries",
    "log messages",
    "meeting notes",
    "German invoices",
    "search results",
    "code reviews",
    "chat transcripts",
    "patent claims",
    "sales e-mails",
    "JSON records",
    "exam questions",
    "news headlines",
    "bug reports",
    "recipes",
    "legal citations",
    "call summaries",
]
FRAMES = [
    "The model writes {} in the wrong tone every time.",
    "How many labelled examples do we need for {}?",
    "We classify {} into forty categories and accuracy is 82 %.",
    "Our prompt for {} has grown to six pages of rules.",
    "Would a smaller tuned model make {} cheaper to produce?",
    "Facts inside our {} change every night, so answers go stale.",
    "Nobody has written an evaluation for {} so far.",
    "Latency for {} must stay below 300 ms at peak.",
    "Customers complain that {} mention products we never sold.",
    "Retrieval finds the right passages but {} still ignore them.",
    "Can {} be generated on our own hardware without a network?",
    "The regulator wants a reason for each decision about {}.",
    "Two experts disagree on every third label of our {}.",
    "Is few-shot prompting enough for {} or should we fine-tune?",
    "Most of the {} are shorter than a hundred words.",
    "The format of {} breaks in one out of fifty cases.",
    "We have 1,200 {} with corrections from the last year.",
    "Personal data must be removed from the {} before any training.",
    "After the update of the base model our {} got worse.",
    "What would it cost to host a tuned model for {}?",
    "The {} use terms that only people in our company know.",
    "Please list the risks of training on {} from users.",
    "An adapter trained on {} forgot how to answer other questions.",
    "Preference pairs for {} are easier to collect than ideal answers.",
    "It works well in English but fails for {} in Polish.",
]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the sentence embedder.")
    parser.add_argument("--upstream", type=Path, help="the published model.safetensors, for the comparison to fp32")
    arguments = parser.parse_args()
    phrases = [frame.format(subject) for frame, subject in product(FRAMES, SUBJECTS)]

    load = _median_ms(lambda: Embedder(Bert(FOLDER)), 5)
    embedder = Embedder(Bert(FOLDER))
    embedder.encode(phrases[:10])
    single = _median_ms(lambda: embedder.encode(["Should we fine-tune a model to match our house style?"]), 100)
    batch = _median_ms(lambda: embedder.encode(phrases), 3) / len(phrases)
    rows = [
        (
            "weights and vocabulary",
            f"{sum((FOLDER / name).stat().st_size for name in (WEIGHTS, VOCABULARY)) / 1e6:.1f} MB",
        ),
        ("load", f"{load:.0f} ms"),
        ("one short query", f"{single:.1f} ms"),
        (f"each of {len(phrases)} phrases in one call", f"{batch:.2f} ms"),
    ]
    if arguments.upstream:
        some = [text for place, text in enumerate(phrases) if place % 5 < 2]
        cosines = np.sum(embedder.encode(some) * _full_precision(arguments.upstream).encode(some), axis=1)
        rows.append((f"cosine to fp32 over {len(some)}, mean", f"{cosines.mean():.5f}"))
        rows.append((f"cosine to fp32 over {len(some)}, worst", f"{cosines.min():.5f}"))
    for name, value in rows:
        print(f"{name:<40}{value:>12}")


def _full_precision(upstream: Path) -> Embedder:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / WEIGHTS).symlink_to(upstream.resolve())
        shutil.copy(FOLDER / VOCABULARY, folder)
        return Embedder(Bert(Path(folder)))


def _median_ms(work: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


if __name__ == "__main__":
    main()
