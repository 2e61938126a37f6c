"""Measures a turn of the embedded talk, warm, in short sessions and in long ones; and how long starting takes.

    python tests/bench/turns.py [--turns 200]

Short: the dev cases, each opening and each typed answer a turn. Long: one session in which people go on changing
facts, asking and chatting; the turns around the 5th, 50th and 200th show what a transcript costs. Saving is included,
to the embedded store in a folder of its own. Starting is timed as a program sees it: from exec to the first reply.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import pty
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
from labelled_answers import read_cases

from bot.app import App
from bot.conversations import Conversations, open_conversations
from bot.settings import Settings

ROUNDS = 12
MARKS = (5, 50, 200)
AROUND = 5  # turns on either side of a mark
STARTS = 5
SAID = (
    "We have 1,200 examples by now.",
    "what have you understood so far?",
    "how many examples do I need?",
    "Actually it is 2,500 examples.",
    "The score is 74% and we need 90%.",
    "why that verdict?",
    "what if we had no examples?",
    "don't know",
    "The answers are too long and in the wrong tone.",
    "does fine-tuning teach new facts?",
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure turns and starting.")
    parser.add_argument("--turns", type=int, default=MARKS[-1] + AROUND, help="how long the long session gets")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        asyncio.run(_turns(Path(folder) / "talk", arguments.turns))
        _starts(dict(os.environ) | {"TUNEWISE_DATA": str(Path(folder) / "starts")})


async def _turns(folder: Path, long: int) -> None:
    app = App(Settings(data=folder))
    app.warm()
    talk = await open_conversations(app)
    try:
        short = [taken for case in read_cases() for taken in await _play(talk, case)]
        _show(f"turn, short sessions ({len(short)} turns)", short)
        session = await talk.open(None)
        opening = "Should we fine-tune our support bot? Retrieval works but the tone is wrong."
        one = [await _say(talk, session.thread, said) for said in [opening, *islice(cycle(SAID), long - 1)]]
        for mark in (mark for mark in MARKS if mark <= long):
            _show(f"turns around the {mark}th of one session", one[max(mark - 1 - AROUND, 0) : mark + AROUND])
    finally:
        await talk.close()


async def _play(talk: Conversations, case: Mapping[str, Any]) -> list[float]:
    session = await talk.open(None)
    taken = [await _say(talk, session.thread, case["opening"])]
    for _ in range(ROUNDS):
        now = await talk.sessions.load(session.thread)
        if now is None or now.state != "asking":
            break
        words = [case.get("answers", {}).get(key, "") for question in now.open for key in question.facts]
        taken.append(await _say(talk, session.thread, ". ".join(filter(None, words)) or "don't know"))
    return taken


async def _say(talk: Conversations, thread: str, text: str) -> float:
    start = time.perf_counter()
    await talk.say(thread, "ana", text, None)
    return 1000 * (time.perf_counter() - start)


def _show(name: str, taken: list[float]) -> None:
    p50, p99 = np.percentile(taken, [50, 99])
    print(f"{name:44} p50 {p50:6.1f} ms   p99 {p99:6.1f} ms")


def _starts(environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "bot"]
    help_ = [_timed(lambda: _help(command, environment)) for _ in range(STARTS)]
    print(f"{'tunewise --help, until it ends':44} median {statistics.median(help_):5.0f} ms")
    ready = [_prompt(command, environment) for _ in range(STARTS)]
    print(f"{'tunewise chat, until ready for input':44} median {statistics.median(ready):5.0f} ms")
    firsts = [_first_reply(command, environment) for _ in range(STARTS)]
    print(f"{'tunewise chat, from start to a first reply':44} median {statistics.median(firsts):5.0f} ms")


def _timed(work: Any) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def _help(command: list[str], environment: Mapping[str, str]) -> None:
    subprocess.run([*command, "--help"], env=dict(environment), stdout=subprocess.DEVNULL, check=True)


def _prompt(command: list[str], environment: Mapping[str, str]) -> float:
    """Starts a chat on a terminal of its own; how long until it shows its prompt."""
    start = time.perf_counter()
    ours, theirs = pty.openpty()
    chat = subprocess.Popen(
        [*command, "chat", "--as", "ana"], env=dict(environment), stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    while b"ana> " not in shown:
        shown += os.read(ours, 4096)
    taken = 1000 * (time.perf_counter() - start)
    os.write(ours, b"/quit\n")
    while chat.poll() is None:
        with contextlib.suppress(OSError):  # Linux says EIO where the other side has closed
            os.read(ours, 4096)
    os.close(ours)
    return taken


def _first_reply(command: list[str], environment: Mapping[str, str]) -> float:
    start = time.perf_counter()
    with subprocess.Popen(
        [*command, "chat", "--jsonl"], env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as chat:
        assert chat.stdin and chat.stdout
        chat.stdin.write(json.dumps({"text": "should we fine-tune our support bot?"}) + "\n")
        chat.stdin.flush()
        if not chat.stdout.readline():
            sys.exit("tunewise chat --jsonl ended without a reply")
        taken = 1000 * (time.perf_counter() - start)
        chat.stdin.close()
    return taken


if __name__ == "__main__":
    main()
