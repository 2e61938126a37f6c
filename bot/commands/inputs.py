"""Inputs: files of facts and JSON Lines, read with one sentence about what is wrong with them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bot.errors import ContentError, UsageError


def _read(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8 text.") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}.") from None


def read_mapping(file: str) -> Any:
    """What a file of facts holds. JSON is tried first: YAML reads some of it otherwise, such as the number 8e1."""
    from bot.content.yaml_lines import parse

    text = _read(file)
    if not text.strip():
        raise UsageError('There are no facts in it; write for example {"evals": "none", "prompting": "some"}.')
    name = file if file != "-" else "standard input"
    broken = ""
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:  # it is YAML, or neither
        if text.lstrip()[0] in "{[":
            place = f"{name}:{error.lineno}, column {error.colno}"
            broken = f"{place}: this is not JSON: {error.msg[0].lower()}{error.msg[1:]}"
    except (ValueError, RecursionError):
        pass
    try:
        return parse(text, name)[0]
    except ContentError as error:
        problem = broken or " ".join(error.problems[0].split()).rstrip(".")
    except (ValueError, TypeError, RecursionError):
        problem = f"{name} holds something that no fact can be"
    raise UsageError(f"{problem}; facts are JSON or YAML.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; raises UsageError for a key that stands there twice, and for half a character."""
    result = dict(pairs)
    for key, value in pairs:
        text = key + value if isinstance(value, str) else key
        if any("\ud800" <= c <= "\udfff" for c in text):
            raise UsageError("A text in it holds half of a surrogate pair; write the whole character.")
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise UsageError(f"{twice[:60]!r} stands there twice; give it once.")
    return result


def read_json_lines(file: str) -> list[tuple[int, dict[str, Any]]]:
    entries = []
    for number, line in enumerate(_read(file).splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line, object_pairs_hook=_object)
        except UsageError as error:
            raise UsageError(f"Line {number}: {error}") from None
        except (ValueError, RecursionError):
            raise UsageError(f"Line {number} of {file} is not JSON.") from None
        if not isinstance(entry, dict):
            raise UsageError(f"Line {number} of {file} is not a JSON object.")
        entries.append((number, entry))
    return entries
