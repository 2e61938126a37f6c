"""Opinions: what people think of a verdict, kept with it for whoever mends the policy - pressed, or typed in the thread."""

from __future__ import annotations

from bot.core.session import Session
from bot.engine.mail import Mail, Post
from bot.surfaces.slack import posts
from bot.surfaces.slack.room import Room
from bot.surfaces.slack.values import Feedback
from bot.talk.replies import Reply

KEPT = "What you say is kept with the verdict, for the people who look after the policy."


def opinion(session: Session, mail: Mail, kind: str) -> Feedback | None:
    """What somebody thinks of the verdict of a session, with what that rests on; None where there is no verdict."""
    decision = session.decision
    if decision is None:
        return None
    return Feedback.model_validate(
        {
            "at": mail.received,
            "by": mail.by,
            "kind": kind,
            "text": str(mail.body.get("text") or "")[:3000],
            "verdict": decision.verdict,
            "rule": decision.rule,
            "policy": decision.policy,
            "facts": decision.facts,
        }
    )


async def objection(
    room: Room, before: Session, mail: Mail, after: Session, replies: list[Reply]
) -> tuple[tuple[Post, ...], list[Reply]]:
    """An objection that was typed: the post that keeps it, and the replies with a word of that.

    One that tells new facts is answered by what they change, so that only its words show what it is.
    """
    given = opinion(before, mail, "disagree")
    if given is None or after.blank:  # forgotten or started over
        return (), replies
    if not any(reply.objection for reply in replies):
        known = frozenset(before.entries)
        asked = tuple(question.facts for question in before.open)
        read = await room.work(room.talk.language.read, str(mail.body["text"]), asked, known)
        if read.act != "disagree":
            return (), replies
    told = [
        reply.model_copy(update={"text": f"{reply.text}\n\n{KEPT}"}) if reply.objection else reply for reply in replies
    ]
    return (posts.feedback(f"{before.thread}:{mail.id}", given),), told
