"""YAML with line numbers: so that a broken file is reported as file:line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Lines = dict[tuple[str | int, ...], int]


def parse(text: str, name: str, first_line: int = 1) -> tuple[Any, Lines]:
    """The value of a YAML document, and the line of every key and item in it. Raises ContentError with the line."""
    lines: Lines = {}
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            value = _value(loader, node, (), lines, name, first_line) if node is not None else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = (mark.line if mark else 0) + first_line
        raise ContentError([f"{name}:{line}: {error.problem or 'this is not YAML'}"]) from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise ContentError([f"{name}:{first_line}: this is not YAML: {error}"]) from None
    return value, lines


def read(path: Path, name: str) -> tuple[Any, Lines]:
    """Like `parse`, from a file; a file that cannot be read is a ContentError too."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError([f"{name}:1: cannot be read: {error}"]) from None
    return parse(text, name)


def line_of(lines: Lines, place: tuple[str | int, ...]) -> int:
    """The line of a place, or of the nearest place above it."""
    for length in range(len(place), -1, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return 1


def _value(loader: Any, node: Any, place: tuple[str | int, ...], lines: Lines, name: str, first: int) -> Any:
    lines.setdefault(place, node.start_mark.line + first)
    if isinstance(node, yaml.MappingNode):
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node, deep=True)
            if key in result:
                raise ContentError([f"{name}:{key_node.start_mark.line + first}: {key!r} stands here twice"])
            lines[(*place, key)] = key_node.start_mark.line + first
            result[key] = _value(loader, value_node, (*place, key), lines, name, first)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, item, (*place, i), lines, name, first) for i, item in enumerate(node.value)]
    return loader.construct_object(node, deep=True)
