"""Shapes: what the HTTP API takes and gives, as the contract lays it out; OpenAPI is made from these."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.core.facts import Value
from bot.core.session import State
from bot.ports import LONGEST_MESSAGE

LONGEST = LONGEST_MESSAGE


class Shape(BaseModel):
    """Base of all shapes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NewThread(Shape):
    """A thread that was just begun."""

    thread: str


class MessageIn(Shape):
    """A message: text, or picked answers (null for "don't know"), or both. `by` says who speaks."""

    text: str | None = Field(default=None, max_length=LONGEST)
    answers: dict[str, Value | None] | None = Field(default=None, max_length=100)
    by: str = Field(default="you", min_length=1, max_length=100, pattern=r"^[^\n]*$")


class Answer(Shape):
    """What a turn answered, and what is understood so far."""

    thread: str
    state: State
    replies: list[dict[str, Any]]
    facts: dict[str, Any]


class Pending(Shape):
    """The message is kept and will be worked on; its answer will be in the thread's transcript."""

    thread: str
    state: str = "pending"
    detail: str


class ThreadOut(Shape):
    """A thread as it stands."""

    thread: str
    state: State
    facts: dict[str, Any]
    transcript: list[dict[str, str]]
    questions: list[dict[str, Any]]


class Forgotten(Shape):
    """Whether there was something to forget."""

    thread: str
    forgotten: bool


class Problem(Shape):
    """What was wrong, in one sentence."""

    error: str
