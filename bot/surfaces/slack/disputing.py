"""Disputing: a card that stands says so while people contradict each other on what it may rest on."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.session import Session
from bot.engine.mail import Post
from bot.surfaces.blockkit.card import card_message
from bot.surfaces.slack import posts
from bot.surfaces.slack.notes import Notes
from bot.surfaces.slack.room import Room
from bot.surfaces.slack.turning import card_of
from bot.surfaces.slack.voices import named


async def in_dispute(
    room: Room, notes: Notes, before: Session, after: Session, names: Mapping[str, str]
) -> tuple[Post, ...]:
    """The card that stands, changed where a turn that gave no verdict began a contradiction or ended one."""
    decision = after.decision
    if not notes.card or notes.taken_back or decision is None or before.conflicts.keys() == after.conflicts.keys():
        return ()
    reply = await room.work(room.talk.verdict, after, decision)
    card = card_of(room.talk.knowledge, named(after, names), reply)
    return (posts.update(notes.card, card_message(card, decision, after.thread)),)
