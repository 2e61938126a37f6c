"""Measures what is taken as meant for us in a thread: answered when meant, silent when not.

python tests/bench/thread_messages.py tests/evals/thread-messages-new.jsonl [--misses]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from bot.app import App
from bot.core.ask import pick_question
from bot.core.session import Session
from bot.surfaces.slack.addressed import is_to_us
from bot.surfaces.slack.plain import plain_words

BOT = "U0TUNEWISE"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what is taken as meant for us.")
    parser.add_argument("file", type=Path, help="labelled messages, JSON Lines")
    parser.add_argument("--misses", action="store_true", help="print what was taken wrongly")
    chosen = parser.parse_args()
    app, right, number = App(), {True: 0, False: 0}, {True: 0, False: 0}
    for line in chosen.file.read_text(encoding="utf-8").splitlines():
        message = json.loads(line)
        questions = tuple(pick_question(app.knowledge, key) for key in message["asked"])
        session = Session(thread="t", state=message["state"], open=questions)
        meant, taken = message["to_us"], is_to_us(plain_words(message["text"], BOT), session, app.talk)
        number[meant] += 1
        right[meant] += taken is meant
        if chosen.misses and taken is not meant:
            print(f"  {'meant' if meant else 'not meant'}, {message['state']}: {message['text']!r}")
    print(f"answered when meant: {right[True] / max(1, number[True]):.3f} of {number[True]}")
    print(f"silent when not: {right[False] / max(1, number[False]):.3f} of {number[False]}")


if __name__ == "__main__":
    main()
