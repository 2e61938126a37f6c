"""JSON Lines of labelled content: read at once, with every problem named by file and line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from bot.errors import ContentError, FactError


class Named(Protocol):
    """What has an id that stands once in its file."""

    @property
    def id(self) -> str: ...


Line = TypeVar("Line", bound=Named)


def load_lines(file: Path, kind: type[Line], check: Callable[[Line], None]) -> tuple[Line, ...]:
    """All lines of a file as `kind`, a pydantic model, each put to `check`, which raises ValueError or FactError.

    Raises ContentError listing what is wrong, an id that stands there twice included.
    """
    assert issubclass(kind, BaseModel)
    problems: list[str] = []
    result: list[Line] = []
    seen: set[str] = set()
    for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            line = kind.model_validate(json.loads(text))
            if line.id in seen:
                raise ValueError(f"the id {line.id!r} stands there twice")
            seen.add(line.id)
            check(line)
            result.append(line)
        except ValidationError as error:
            first = error.errors()[0]
            problems.append(f"{file.name}:{number}: {'.'.join(map(str, first['loc']))}: {first['msg']}")
        except (ValueError, FactError) as error:
            problems.append(f"{file.name}:{number}: {error}")
    if problems:
        raise ContentError(problems)
    return tuple(result)
