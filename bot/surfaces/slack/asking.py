"""Asking: `/tunewise ask` - a grounded answer for one person, which they may show to everyone as they saw it.

An answer that a language model worded is kept for a while: asked anew, it would say it in other words, and nobody shares what
they have not seen. One that was composed here comes out the same each time, and is not kept.
"""

from __future__ import annotations

import re
from typing import Any

from bot.core.facts import Frozen
from bot.engine.mail import Mail, Outcome, Thread, Timer
from bot.surfaces.blockkit.answers import answer_message, text_message
from bot.surfaces.slack import posts
from bot.surfaces.slack.intake import INVITE
from bot.surfaces.slack.private import once
from bot.surfaces.slack.room import Room
from bot.surfaces.slack.values import asked_key
from bot.talk.replies import Reply

LONGEST = 1_500  # characters of a question, which the Share button carries
KEPT = 3_600.0  # seconds for which an answer can be shared as it was seen
ASKED = re.compile(r"(?P<key>slack-\S{1,150}-asked-\S{1,150}) (?P<question>.+)", re.DOTALL)


class Kept(Frozen):
    """An answer that was given to one person."""

    by: str
    reply: Reply


def shared_question(team: str, value: str) -> tuple[str | None, str]:
    """What a Share button says: where its answer is kept, if anywhere, and the question."""
    found = ASKED.fullmatch(value)
    if found is None or not found["key"].startswith(asked_key(team, "")):
        return None, value
    return found["key"], found["question"]


async def ask(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """A grounded answer for one person, with a button that shows it to everyone."""
    question = str(mail.body["text"])[:LONGEST]
    reply = await room.answer(question, str(mail.body["channel"]))
    key = thread.session.thread
    if reply.prompts is None:
        return once(thread, posts.private(mail.body, mail.by, answer_message(reply, share=question)))
    told = posts.private(mail.body, mail.by, answer_message(reply, share=f"{key} {question}"))
    at = mail.received + KEPT
    over = Mail(
        id=f"{mail.id}:over"[:250],
        workspace=mail.workspace,
        thread=key,
        surface=mail.surface,
        kind="answer_over",
        by=mail.by,
        body={},
        received=at,
    )
    notes: dict[str, Any] = Kept(by=mail.by, reply=reply).model_dump(mode="json")
    return Outcome(session=thread.session, notes=notes, posts=(told,), timers=(Timer(key="over", at=at, mail=over),))


async def share_answer(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """Posts the answer to a question, which was private, to the channel: as it was seen, or anew where it is not kept."""
    question, channel = str(mail.body["text"])[:LONGEST], str(mail.body["channel"])
    kept = Kept.model_validate(thread.notes) if thread.notes else None
    refusal = await room.refusal(channel)
    if refusal or not (await room.look.channel(channel)).member:
        return _as_it_was(thread, posts.private(mail.body, mail.by, text_message(refusal or INVITE)))
    mine = kept is not None and kept.by == mail.by
    reply = kept.reply if kept is not None and mine else await room.answer(question, channel)
    name = (await room.look.names([mail.by]))[mail.by]
    told = reply.model_copy(update={"text": f"{name} asked: “{question}”\n\n{reply.text}"})
    return _as_it_was(thread, posts.message(channel, None, answer_message(told)))


async def answer_over(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """An answer is no longer kept."""
    return once(thread)


def _as_it_was(thread: Thread, *sent: Any) -> Outcome:
    """These posts; a kept answer stays kept until its time is over."""
    return Outcome(session=thread.session, notes=thread.notes, posts=sent, forget=not thread.notes)
