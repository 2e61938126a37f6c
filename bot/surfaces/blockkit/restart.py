"""Restart: starting over where others told of the case too, and what is left of a card whose case is started over.

asked_first(text, ref) -> Shown     the question whether it is meant; its button (RESTART) has `ref` as its value
started_over() -> Shown             what becomes of that question once it was meant
restarted_card() -> Shown           the stub in place of the card
"""

from __future__ import annotations

from bot.surfaces.blockkit.build import Shown, actions, button, context, say, words
from bot.surfaces.blockkit.fit import keep, message

RESTART = "restart/yes"
MEANT = "Start over for everybody"
RESTARTED = "Started over: the verdict that stood here is given up, with all that it rested on."
DONE = "Started over for everybody."


def asked_first(text: str, ref: str) -> Shown:
    """The question, with its button."""
    parts = keep(say(words(text)), actions("restart", button(MEANT, RESTART, ref, style="danger")))
    return message(text, parts)


def started_over() -> Shown:
    """The question once it was answered."""
    return message(DONE, keep(context(DONE)))


def restarted_card() -> Shown:
    """The stub."""
    return message(RESTARTED, keep(context(RESTARTED)))
