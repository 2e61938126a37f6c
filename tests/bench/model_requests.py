"""Request sizes: the dev conversations with a language model on loopback, and what the tokens of a verdict come to.

    python tests/bench/model_requests.py [CASES.jsonl]

The server is a stand-in: it reads from the labels of the cases and words by repeating what it is given, so that the requests
are those a real model would get and the answers about as long. It says nothing about how well a model understands.

Tokens are counted with the word pieces of the shipped embedder, which need no download. They are rather too many for text
in JSON, since every mark counts as one. What is counted is the whole body of a request: messages and form.

The plain alternative puts the text of every note into the prompt of every turn, beside the same rules and the message.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests" / "language" / "model"), str(ROOT)]

from brains import echo, first_sentences, heard
from loopback import Asked, serving

from bot.app import App
from bot.encoder.wordpiece import WordPiece
from bot.language.model.anchors import anchored
from bot.settings import Settings
from bot.trial import play_file

GOAL = 6000  # tokens for a verdict, in and out


class Labels:
    """Reads a message as its case is labelled, with the sentence that speaks of a fact, or the first one, for its words."""

    def __init__(self, cases: list[dict[str, Any]]) -> None:
        self._openings = {case["opening"]: case.get("opening_facts", {}) for case in cases}
        self._told = {
            words: (fact, case["facts"].get(fact)) for case in cases for fact, words in case.get("answers", {}).items()
        }

    def __call__(self, asked: Asked) -> Any:
        if asked.form == "said":
            return echo(asked)
        if asked.form == "text":
            return first_sentences(asked)
        message = asked.data["message"]
        facts: dict[str, tuple[str, str]] = {}
        for fact, value in self._openings.get(message, {}).items():
            sentences = re.split(r"(?<=[.!?])\s+", message)
            quote = next((part for part in sentences if anchored(fact, part)), sentences[0])
            facts[fact] = (_written(value), quote)
        for words, (fact, value) in self._told.items():
            if words in message and value is not None:
                facts[fact] = (_written(value), words)
        return heard(**facts)


def _written(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def main() -> None:
    """Plays the cases and prints the sizes."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "tests" / "evals" / "cases-dev.jsonl"
    cases = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    cases = [case for case in cases if case["expected"] != "none"]
    pieces = WordPiece(ROOT / "knowledge" / "embedder" / "vocab.txt")

    def count(text: str) -> int:
        return len(pieces.ids(text, 1_000_000))

    with serving(Labels(cases), count=count) as server, tempfile.TemporaryDirectory() as data:
        settings = Settings(TUNEWISE_DATA=data, OPENAI_BASE_URL=server.url, TUNEWISE_MODEL="openai:labels")
        app = App(settings, today=lambda: date(2026, 11, 20))
        per_case, calls = [], 0
        for case in cases:
            figures = play_file(app, [case], model=True)["figures"]
            per_case.append(figures["model_tokens"])
            calls += figures["model_calls"]
        notes = count("\n\n".join(note.text for note in app.knowledge.evidence.notes.values()))
        reading = [count(asked.raw.decode()) for asked in server.asked if asked.form == "heard"]
        wording = [count(asked.raw.decode()) for asked in server.asked if asked.form != "heard"]
        same = count(app.model.understand) if app.model else 0
        per_turn = sum(reading) + sum(wording)
        plain = sum(size + notes for size in reading)
    per_case.sort()
    print(f"verdicts                               {len(cases)}, {calls} calls")
    print(
        f"tokens per verdict: mean, median, most {statistics.mean(per_case):.0f}, {statistics.median(per_case):.0f}, {per_case[-1]}"
    )
    print(f"verdicts within {GOAL}                  {sum(size <= GOAL for size in per_case)} of {len(cases)}")
    print(
        f"a request to read: mean, most          {statistics.mean(reading):.0f}, {max(reading)} (of it {same} the same for all)"
    )
    print(f"a request to word: mean, most          {statistics.mean(wording):.0f}, {max(wording)}")
    print(f"all notes                              {notes}")
    print(f"sent, of what the alternative sends    {per_turn / plain:.3f}")


if __name__ == "__main__":
    main()
