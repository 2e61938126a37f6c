"""Message: what a surface hands to the talk."""

from __future__ import annotations

from bot.core.facts import Frozen, Value


class Message(Frozen):
    """What somebody sent: text, or picked answers (None for "don't know"), or both."""

    by: str
    text: str | None = None
    answers: dict[str, Value | None] | None = None
