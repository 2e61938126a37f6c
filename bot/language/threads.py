"""Threads: knowledge/threads.jsonl, messages typed where people also talk to each other, labelled as meant for us or not.

A line is {"id", "state", "asked", "text", "to_us"}: `asked` are the facts of the questions that are open when the message is
typed, none of them once there is a verdict; `to_us` is null where one could argue, which teaches nothing. The letters that an
id begins with stand for its author. `knowledge/reader/hear.py` teaches by it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from bot.content.json_lines import load_lines
from bot.core.facts import Catalogue, Frozen

FILE = "threads.jsonl"


class ThreadMessage(Frozen):
    """A message in a thread of ours, as its readers see it: a mention stands as @NAME."""

    id: str
    state: Literal["asking", "decided"]
    asked: tuple[str, ...]
    text: str
    to_us: bool | None

    @property
    def author(self) -> str:
        """Who wrote it, so that figures can be taken on messages of somebody who taught nothing."""
        return self.id.rstrip("0123456789")


def load_threads(folder: Path, catalogue: Catalogue) -> tuple[ThreadMessage, ...]:
    """All labelled messages. Raises ContentError listing what is wrong, with file and line."""
    return load_lines(folder / FILE, ThreadMessage, lambda line: _check(line, catalogue))


def _check(message: ThreadMessage, catalogue: Catalogue) -> None:
    """Raises ValueError or FactError for what could only be learned wrongly."""
    if not message.author or message.author == message.id:
        raise ValueError(f"the id {message.id!r} is not letters and a number")
    if not message.text.strip():
        raise ValueError("the text is empty")
    if bool(message.asked) != (message.state == "asking"):
        raise ValueError("facts are asked for in the state asking, and in no other")
    for fact in message.asked:
        catalogue.spec(fact)
