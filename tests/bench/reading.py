"""Measures how well the embedded reader reads labelled cases: first messages, single replies, and rounds of replies.

    python tests/bench/reading.py tests/evals/cases-dev.jsonl [--misses]

A round joins the replies to three facts in one message, in one line with full stops between. "right" and "wrong" are
shares of all labelled facts; the rest was not understood, and would be asked for as a pick.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from labelled_answers import read_cases

from bot.app import App
from bot.language.reader import Reader
from bot.trial import NOT_SCORED, same_value


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the embedded reader.")
    parser.add_argument("file", help="labelled cases, JSON Lines")
    parser.add_argument("--misses", action="store_true", help="print what was read wrongly")
    chosen = parser.parse_args()
    reader = App().language.reader
    cases = read_cases(Path(chosen.file))
    start = time.perf_counter()
    opening(reader, cases, chosen.misses)
    print(f"{1000 * (time.perf_counter() - start) / len(cases):.0f} ms a message")
    start, told = time.perf_counter(), [([fact], case) for case in cases for fact in _answered(case)]
    replies("replies", reader, told, chosen.misses)
    print(f"{1000 * (time.perf_counter() - start) / len(told):.0f} ms a reply")
    chance, rounds = random.Random(1), []
    for case in cases:
        facts = _answered(case)
        chance.shuffle(facts)
        rounds += [(facts[i : i + 3], case) for i in range(0, len(facts) - 2, 3)]
    start = time.perf_counter()
    replies("rounds", reader, rounds, False)
    print(f"{1000 * (time.perf_counter() - start) / max(1, len(rounds)):.0f} ms a round")


def opening(reader: Reader, cases: Iterable[dict[str, Any]], show: bool) -> None:
    """Prints precision and recall over what the first messages are labelled to tell."""
    told = right = read = 0
    for case in cases:
        truth = {k: v for k, v in case.get("opening_facts", {}).items() if k not in NOT_SCORED}
        found = {p.fact: p.value for p in reader.unasked.read_opening(case["opening"], first=True).proposals}
        hits = {k for k, v in found.items() if k in truth and same_value(v, truth[k])}
        told, read, right = told + len(truth), read + len(found), right + len(hits)
        if show and (found.keys() - hits or truth.keys() - hits):
            print(f"  {case['id']} {case['opening']!r}")
            print(f"     false { {k: found[k] for k in found.keys() - hits} }")
            print(f"     missed { {k: truth[k] for k in truth.keys() - hits} }")
    print(f"first messages: precision {right / max(1, read):.3f}, recall {right / max(1, told):.3f} of {told}")


def replies(name: str, reader: Reader, asked: list[tuple[list[str], dict[str, Any]]], show: bool) -> None:
    """Prints how many of the facts asked for were read rightly and wrongly."""
    right = wrong = number = 0
    for facts, case in asked:
        text = ". ".join(case["answers"][fact] for fact in facts)
        found = {p.fact: p.value for p in reader.read_answer(text, facts).proposals}
        for fact in facts:
            number += 1
            hit = fact in found and same_value(found[fact], case["facts"][fact])
            right, wrong = right + hit, wrong + (fact in found and not hit)
            if show and not hit:
                print(f"  {case['id']} {fact}: {text!r} read {found.get(fact)!r}, is {case['facts'][fact]!r}")
    print(f"{name}: right {right / max(1, number):.3f}, wrong {wrong / max(1, number):.3f} of {number}")


def _answered(case: dict[str, Any]) -> list[str]:
    return [fact for fact in case.get("answers", {}) if fact in case["facts"] and fact not in NOT_SCORED]


if __name__ == "__main__":
    main()
