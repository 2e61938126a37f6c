"""Disputing: a card that stands says so while people contradict each other on what it may rest on."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.core.decision import Decision
from bot.core.session import Conflict, Session
from bot.engine.mail import Post
from bot.surfaces.blockkit.answers import text_message
from bot.surfaces.blockkit.card import card_message
from bot.surfaces.slack import posts
from bot.surfaces.slack.notes import Notes
from bot.surfaces.slack.room import Room
from bot.surfaces.slack.turning import card_of
from bot.surfaces.slack.voices import named

SETTLED = "What this verdict rested on was settled otherwise. The new verdict will stand here."


async def in_dispute(
    room: Room, notes: Notes, before: Mapping[str, Conflict], after: Session, names: Mapping[str, str]
) -> tuple[Notes, tuple[Post, ...]]:
    """The card that stands, changed where a turn that gave no verdict began a contradiction or ended one.

    `before` are the contradictions that the card names. A stub takes its place where one was settled against it.
    """
    decision = after.decision
    if not notes.card or notes.taken_back or decision is None or before.keys() == after.conflicts.keys():
        return notes, ()
    if after.state != "decided" and _against(decision, after, before.keys() - after.conflicts.keys()):
        stub = posts.update(notes.card, text_message(SETTLED))
        return notes.model_copy(update={"taken_back": True}), (stub,)
    reply = await room.work(room.talk.verdict, after, decision)
    card = card_of(room.talk.knowledge, named(after, names), reply)
    return notes, (posts.update(notes.card, card_message(card, decision, after.thread)),)


def _against(decision: Decision, after: Session, settled: Collection[str]) -> bool:
    """Whether a verdict rests on one of these facts as it does not hold any more."""
    holds = after.facts().given
    return any(key in decision.facts and holds.get(key) != decision.facts[key] for key in settled)
