"""Messages: first messages of every kind, written by hand for the classifier that tells what a message is (knowledge/messages.jsonl)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from bot.core.facts import Frozen
from bot.errors import ContentError

MESSAGES = "messages.jsonl"


class FirstMessage(Frozen):
    """What somebody typed where no question was open, and what it is."""

    kind: Literal["case", "question", "smalltalk", "offtopic", "injection"]
    text: str


def load_messages(folder: Path) -> tuple[FirstMessage, ...]:
    """The messages under knowledge/. Raises ContentError naming file and line of every line that is none."""
    read: list[FirstMessage] = []
    problems: list[str] = []
    for number, line in enumerate((folder / MESSAGES).read_text(encoding="utf-8").splitlines(), 1):
        try:
            read.append(FirstMessage.model_validate_json(line))
        except ValidationError as error:
            problems.append(f"{MESSAGES}:{number}: {error.errors()[0]['msg']}")
    if problems:
        raise ContentError(problems)
    return tuple(read)
