"""Ticking: next steps that somebody ticks in their Home. What they changed counts, not all that their Home happened to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.core.words import card_words
from bot.engine.mail import Mail, Outcome, Thread
from bot.surfaces.blockkit.home import read_ticks
from bot.surfaces.slack import posts
from bot.surfaces.slack.audience import may_see
from bot.surfaces.slack.desk import refuse
from bot.surfaces.slack.notes import Notes, Ticking, listed, notes_of
from bot.surfaces.slack.room import Room
from bot.surfaces.slack.saying import quiet


async def ticked(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """Steps of a case that somebody ticked or unticked in Home."""
    notes, case = notes_of(thread), await room.ledger.case(room.bot.team, thread.session.thread)
    if case is None or not notes.known:
        return quiet(thread, posts.home(mail.by))
    if not may_see(case, room.bot.team, mail.by, await room.look.channels_of(mail.by)):
        refuse("ticking a case that is not theirs", by=mail.by)
        return quiet(thread, posts.home(mail.by))
    titles = dict.fromkeys((*case.steps, *(step for copy in case.copies.values() for step in copy.steps)))
    notes = _after(notes, mail, tuple(titles), case.done)
    headline = card_words(thread.session.decision).headline if thread.session.decision else ""
    now = listed(thread.session, notes, room.bot.team, headline, mail.received)
    homes = [posts.home(user) for user in dict.fromkeys((mail.by, notes.by))]
    return quiet(thread, *([posts.case(now)] if now else []), *homes, notes=notes)


def _after(notes: Notes, mail: Mail, titles: Sequence[str], done: tuple[str, ...]) -> Notes:
    """The notes after a press: a step that was not touched stays as others left it.

    What was there before is what the person saw; and after a first press in the same boxes, which are not drawn anew in
    between, what that press left.
    """
    action: dict[str, Any] = mail.body["action"]
    block, shown = str(action.get("block_id")), mail.body.get("shown")
    _, picked = read_ticks(action, titles)
    last = notes.ticking.get(mail.by)
    if last is not None and last.block == block:
        before = last.picked
    else:
        before = done if shown is None else read_ticks({**action, "selected_options": shown}, titles)[1]
    left = {*done, *picked} - (set(before) - set(picked))
    ticking = {**notes.ticking, mail.by: Ticking(block=block, picked=picked)}
    return notes.model_copy(update={"done": tuple(title for title in titles if title in left), "ticking": ticking})
