"""Measures how long a planning step and a decision take, warm, over every state met in the dev cases.

    python tests/bench/planning.py [--repeat N]

The cases are played with their labelled answers: from what the opening tells, round by round, until nothing is left
worth asking. Every state is then timed on its own.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import date

import numpy as np
from labelled_answers import read_cases, states

from bot.content.load import load_knowledge
from bot.core.ask import plan_round
from bot.core.decide import decide
from bot.settings import content_folder

TODAY = date(2026, 11, 20)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure planning and deciding.")
    parser.add_argument("--repeat", type=int, default=5, help="how often each state is timed")
    arguments = parser.parse_args()
    start = time.perf_counter()
    knowledge = load_knowledge(content_folder() / "knowledge")
    _ = knowledge.verdict_chances, knowledge.rule_chances
    print(f"load and compile {1000 * (time.perf_counter() - start):.0f} ms")
    met = [state for case in read_cases() for state in states(knowledge, case)]
    print(f"{len(met)} states met, each timed {arguments.repeat} times")
    _measure("plan_round", [lambda f=f, r=r: plan_round(knowledge, f, r) for f, r in met], arguments.repeat)
    _measure("decide", [lambda f=f: decide(knowledge, f, TODAY) for f, _ in met], arguments.repeat)


def _measure(name: str, works: list[Callable[[], object]], repeat: int) -> None:
    taken = []
    for work in works * repeat:
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    p50, p99 = np.percentile(taken, [50, 99])
    print(f"{name:12} p50 {p50:6.2f} ms   p99 {p99:6.2f} ms")


if __name__ == "__main__":
    main()
