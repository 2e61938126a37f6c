"""Restarting: somebody pressed that starting over is meant, though others told of the case too."""

from __future__ import annotations

from bot.engine.mail import Mail, Outcome, Thread
from bot.surfaces.blockkit.answers import text_message
from bot.surfaces.slack import posts
from bot.surfaces.slack.notes import notes_of
from bot.surfaces.slack.room import Room
from bot.surfaces.slack.saying import quiet, went_on
from bot.talk.replies import Reply
from bot.talk.restart import RESTARTED, restarted

ALREADY = "Nothing is left of that case already. Tell me about the next one."


async def restart(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """The thread without its case."""
    notes, session = notes_of(thread), thread.session
    if not notes.known or session.blank or not notes.asked_first:  # what was asked about is an earlier case
        return quiet(thread, posts.private(mail.body, mail.by, text_message(ALREADY)))
    said = [Reply(type="text", text=RESTARTED)]
    return await went_on(room, mail, notes, session, restarted(session), said, None)
