"""Restart: what is left of a card whose case is started over.

restarted_card() -> Shown
"""

from __future__ import annotations

from bot.surfaces.blockkit.build import Shown, context
from bot.surfaces.blockkit.fit import keep, message

RESTARTED = "Started over: the verdict that stood here is given up, with all that it rested on."


def restarted_card() -> Shown:
    """The stub in place of the card."""
    return message(RESTARTED, keep(context(RESTARTED)))
