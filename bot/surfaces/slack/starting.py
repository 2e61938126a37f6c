"""Starting: a thread that begins with a command, the intake form or the shortcut rather than with a message to us."""

from __future__ import annotations

from bot.engine.mail import Mail, Outcome, Post, Thread
from bot.errors import BadInput
from bot.surfaces.blockkit.answers import text_message
from bot.surfaces.blockkit.build import Shown, bold, quote, say, words
from bot.surfaces.blockkit.fit import keep as always
from bot.surfaces.blockkit.fit import message
from bot.surfaces.slack import posts
from bot.surfaces.slack.intake import no_start
from bot.surfaces.slack.notes import Notes, keep, notes_of
from bot.surfaces.slack.room import Room
from bot.surfaces.slack.saying import quiet, said, went_on
from bot.talk.asides import FORGOTTEN, FORGOTTEN_OWN, OPENING
from bot.talk.message import Message

NOTHING_BEGUN = (
    "Nothing has begun here, so there is nothing to forget. “/tunewise forget” lists the cases that you may forget."
)
ASKED = "Should we fine-tune? A case without a description yet"


async def start(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """Posts the first message of a thread, or hangs the thread under a message that is there, and takes the words through."""
    body, direct = mail.body, not mail.body["channel"]
    if not direct:
        info = await room.look.channel(str(body["channel"]))
        if refusal := await no_start(room, info):
            return quiet(thread, posts.private(body, mail.by, text_message(refusal)))
        kind = info.kind
    else:
        kind = "im"
    by, text = str(body.get("author") or mail.by), str(body.get("text") or "")
    under = str(body.get("under") or "")
    if notes_of(thread).known:  # somebody picked the shortcut there a moment ago: this is one more message
        more = {**body, "root": under, "to_us": True, "picked_by": mail.by}
        return await said(room, thread, mail.model_copy(update={"by": by, "body": more}))
    channel = str(body["channel"]) or mail.by
    notes = Notes(channel=channel, kind=kind, root=under, by=mail.by)
    first: tuple[Post, ...] = (posts.own(thread.session.thread, channel, under),)
    if not under:
        name = (await room.look.names([mail.by]))[mail.by]
        findable = channel != mail.by  # by whose id a direct message can be posted, but not read back
        root = posts.message(channel, None, _opening(name, text), posts.ROOT).model_copy(update={"findable": findable})
        first = (root, *first)
    session = thread.session.model_copy(update={"started_by": thread.session.started_by or mail.by})
    answers = dict(body.get("answers") or {})
    if not text and not answers:
        sent = (*first, posts.message(channel, under, text_message(OPENING)))
        return Outcome(session=session, notes=keep(notes), posts=sent)
    async with room.thinking(channel, under):
        try:
            message = Message(by=by, text=text or None, answers=answers or None)
            after, replies = await room.turn(session, message)
        except BadInput:
            after, replies = await room.turn(session, Message(by=by, text=text))
    if any(reply.text in (FORGOTTEN, FORGOTTEN_OWN) for reply in replies):
        await room.thought(channel, under)
        nothing = posts.private(body, mail.by, text_message(NOTHING_BEGUN))
        return Outcome(session=session, posts=(nothing,), forget=True)
    told = mail.model_copy(update={"by": by})
    outcome = await went_on(room, told, notes, session, after, replies, str(body.get("ts") or under or mail.id))
    return outcome.model_copy(update={"posts": (*first, *outcome.posts)})


def _opening(name: str, text: str) -> Shown:
    """The message that a thread hangs under: who asks, and what."""
    said = always(say(bold(f"{name} asks: should we fine-tune this?")))
    said += always(quote(words(text, 2500))) if text else []
    return message(f"{name} asks: {text or ASKED}", said)
