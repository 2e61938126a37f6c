"""Intake: where a case may be started, said before anybody has filled the form in."""

from __future__ import annotations

from bot.engine.mail import Mail, Outcome, Thread
from bot.surfaces.blockkit.settings import only_words
from bot.surfaces.slack import posts
from bot.surfaces.slack.look import ChannelInfo
from bot.surfaces.slack.room import Room

TITLE = "Should we fine-tune?"
INVITE = (
    "I am not in this channel, so I cannot start a thread here. Invite me with /invite @Tunewise and try again, "
    "or write to me directly."
)
CLOSED = "This channel is archived, so I cannot start a thread here."


async def no_start(room: Room, info: ChannelInfo) -> str | None:
    """Why no thread may be started in a channel, as a sentence; None where one may."""
    refusal = (await room.rules.now()).refusal(info.id, direct=info.kind == "im", external=info.external)
    return refusal or (None if info.member else INVITE) or (CLOSED if info.archived else None)


async def form(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """The intake form was opened: where it could not be used, it says so instead of asking."""
    why = await no_start(room, await room.look.channel(str(mail.body["channel"])))
    sent = (posts.view(mail.body["view_id"], only_words(TITLE, why)),) if why else ()
    return Outcome(session=thread.session, posts=sent, forget=True)
