"""JSONL: the same talk for programs, one JSON object a line in and one a line out."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any, TextIO

from bot.core.facts import Value
from bot.errors import TunewiseError, UsageError
from bot.surfaces.terminal.lines import Lines, drop_output
from bot.surfaces.terminal.talk import Answers, Talk

SHAPE = 'a line is an object such as {"text": "..."} or {"answers": {"evals": "none"}}'


async def run_jsonl(
    talk: Talk, thread: str, name: str, lines: Lines, out: TextIO, facts_of: Callable[[str], dict[str, Any]]
) -> None:
    """Answers every line until they end; one that cannot be used with `{"error": …}`, and the talk goes on."""
    try:
        while (line := await lines.read("")) is not None:
            if line.strip():
                out.write(json.dumps(await _answer(talk, thread, name, line, facts_of)) + "\n")
                out.flush()
    except asyncio.CancelledError:  # Ctrl-C
        if task := asyncio.current_task():
            task.uncancel()
    except BrokenPipeError:
        if out is sys.stdout:
            drop_output()


async def _answer(
    talk: Talk, thread: str, name: str, line: str, facts_of: Callable[[str], dict[str, Any]]
) -> dict[str, Any]:
    try:
        text, answers = _message(line)
        state, replies = await talk.say(thread, name, text, answers)
    except TunewiseError as error:
        return {"error": str(error)}
    return {"thread": thread, "state": state, "replies": [r.as_json() for r in replies], "facts": facts_of(thread)}


def _message(line: str) -> tuple[str | None, Answers | None]:
    """The text and the answers of a line; raises UsageError with one sentence."""
    try:
        raw = json.loads(line)
    except json.JSONDecodeError as error:
        raise UsageError(f"This line is not JSON ({error.msg} at column {error.colno}); {SHAPE}.") from None
    except (ValueError, RecursionError):
        raise UsageError(f"This line is not JSON that can be read; {SHAPE}.") from None
    if not isinstance(raw, dict):
        raise UsageError(f"This line is not a JSON object; {SHAPE}.")
    if unknown := sorted(raw.keys() - {"text", "answers"}):
        raise UsageError(f"There is no key {unknown[0][:40]!r} here; {SHAPE}.")
    text, answers = raw.get("text"), raw.get("answers")
    if text is not None and not isinstance(text, str):
        raise UsageError(f"text is a string; {SHAPE}.")
    if answers is not None and not (isinstance(answers, dict) and all(_plain(value) for value in answers.values())):
        raise UsageError(f"answers is an object of facts with plain values; {SHAPE}.")
    if not (text and text.strip()) and not answers:
        raise UsageError(f"There is nothing in this line; {SHAPE}.")
    return text, answers or None


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, Value)
