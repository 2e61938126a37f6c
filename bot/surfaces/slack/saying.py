"""Saying: what becomes of words, picks, edits and deletions in a thread of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.decision import Question
from bot.core.session import Conflict, Session
from bot.core.words import card_words
from bot.engine.mail import Mail, Outcome, Post, Thread
from bot.surfaces.blockkit.answers import text_message
from bot.surfaces.blockkit.picks import BadPick, GoOn, Picked, Stale, read_pick
from bot.surfaces.blockkit.questions import complete, stale_answer
from bot.surfaces.blockkit.restart import asked_first, restarted_card, started_over
from bot.surfaces.blockkit.rounds import Pick
from bot.surfaces.slack import posts
from bot.surfaces.slack.addressed import is_to_us
from bot.surfaces.slack.desk import refuse
from bot.surfaces.slack.disputing import in_dispute
from bot.surfaces.slack.edits import tells_now, unsaid
from bot.surfaces.slack.erasing import RESTART, emptied, forgotten, forgotten_part, labelled, outdated
from bot.surfaces.slack.notes import Notes, keep, listed, notes_of
from bot.surfaces.slack.opinions import objection
from bot.surfaces.slack.room import Room
from bot.surfaces.slack.turning import turned
from bot.surfaces.slack.voices import named, speakers, with_names
from bot.talk.asides import FORGOTTEN, FORGOTTEN_OWN
from bot.talk.message import Message
from bot.talk.replies import Reply
from bot.talk.restart import OPENING, OTHERS_TOLD, RESTARTED
from bot.talk.retract import Taken, retract, stamp, take

TAKEN_BACK = "A message that this verdict rested on was changed or deleted. The new verdict will stand here."
ARCHIVED = "This channel is archived, so I cannot say anything here."
LEFT = "I am not in this channel any more, so I cannot do that. Invite me with /invite @Tunewise and try again."
READ_ALREADY = "I have read that message already. What I took from it is in the case; correct me where I got it wrong."
SPOKEN = ("message", "update", "file")


async def closed(room: Room, body: dict[str, Any]) -> str | None:
    """Why nothing may be said in a conversation just now, as a sentence; None where we may talk."""
    info = await room.look.channel(str(body["channel"]))
    refusal = (await room.rules.now()).refusal(info.id, direct=info.kind == "im", external=info.external)
    return refusal or (ARCHIVED if info.archived else None) or (None if info.member else LEFT)


async def said(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """Somebody wrote in a thread of ours, mentioned us, or wrote to us directly."""
    notes, body = notes_of(thread), mail.body
    session = thread.session
    if notes.by and session.started_by is None:
        session = session.model_copy(update={"started_by": notes.by})
    if not body["to_us"]:
        if not notes.known:
            return quiet(thread)
        text = str(body["text"])
        if not await room.work(is_to_us, text, session, room.talk):
            return quiet(thread)
    if (picked_by := body.get("picked_by")) and any(line.message == body["ts"] for line in session.transcript):
        return quiet(thread, posts.private(body, picked_by, text_message(READ_ALREADY)))
    channel = await room.look.channel(str(body["channel"]))
    notes = at_home(notes, body, mail.by).model_copy(update={"kind": channel.kind})
    text = str(body["text"])
    if not text:
        return quiet(thread, posts.message(notes.channel, notes.root, text_message(OPENING)), notes=notes)
    if taken := _taken(notes):
        session = await room.work(take, room.talk, session, taken)
    # With a mention the courier shows a status before this is reached.
    shown_in = "" if body["to_us"] and not picked_by else str(body["root"])
    async with room.thinking(notes.channel, shown_in), room.showing(mail, channel) as streamed:
        shows = streamed.shows if streamed else None
        after, replies = await room.turn(session, Message(by=mail.by, text=text), shows)
    kept, replies = await objection(room, thread.session, mail, after, replies)
    disputed = thread.session.conflicts
    outcome = await went_on(room, mail, notes, session, after, replies, str(body["ts"]), disputed)
    outcome = outcome.model_copy(update={"posts": (*outcome.posts, *kept)})
    if streamed is None:
        return outcome
    return outcome.model_copy(update={"posts": posts.streamed(outcome.posts, streamed.place)})


async def picked(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """Somebody pressed a button in a round of questions."""
    notes, body = notes_of(thread), mail.body
    round, session = notes.round, thread.session
    if round is None:
        return quiet(thread, posts.private(body, mail.by, stale_answer()))
    waiting = tuple(question for question in round.questions if question.id not in round.picks)
    try:
        pick = read_pick(body["action"], body["state"], round.id, waiting)
    except BadPick as error:
        refuse("an answer that no button of ours gives", by=mail.by)
        return quiet(thread, posts.private(body, mail.by, text_message(str(error))))
    if isinstance(pick, Stale):
        return quiet(thread, posts.private(body, mail.by, stale_answer()))
    if isinstance(pick, Picked):
        mine = Pick(by=mail.by, label=pick.label, answers=pick.answers)
        round = round.model_copy(update={"picks": {**round.picks, pick.question: mine}})
        notes = notes.model_copy(update={"round": round})
        if not complete(round.questions, round.picks):
            names = await room.look.names(speakers(session) | {each.by for each in round.picks.values()})
            shown = round.shown(room.talk.knowledge, named(session, names), names)
            return quiet(thread, posts.update(round.label, shown), notes=notes)
    elif not isinstance(pick, GoOn):
        return quiet(thread)
    taken = _taken(notes)
    if isinstance(pick, GoOn):
        message = Message(by=mail.by, text="skip")
    else:
        last = taken.pop()
        message = Message(by=last.by, answers=dict(last.answers))
    base = await room.work(take, room.talk, session, taken)
    async with room.thinking(str(body["channel"]), str(body["root"])):
        after, replies = await room.turn(base, message)
    return await went_on(room, mail, notes, session, after, replies, None)


async def changed(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """Somebody edited or deleted a message: what it told is taken back, and asked again where that matters."""
    notes, session, body = notes_of(thread), thread.session, mail.body
    if not notes.known:
        return quiet(thread)
    shut = await closed(room, body) is not None
    text = None if shut else body.get("text")
    if text and await tells_now(room, session, str(body["ts"]), str(text)):
        anew = thread.model_copy(update={"session": unsaid(session, str(body["ts"]))})
        return await said(room, anew, mail.model_copy(update={"body": {**body, "to_us": True}}))
    gone = await room.work(retract, room.talk, session, str(body["ts"]), mail.by, text)
    if gone.replies and (taken := _taken(notes)):  # the round is over then, and what was picked in it counts
        session = await room.work(take, room.talk, session, taken)
        gone = await room.work(retract, room.talk, session, str(body["ts"]), mail.by, text)
    same = (gone.session.entries, gone.session.conflicts) == (session.entries, session.conflicts)
    notes, away = (notes, ()) if same else outdated(notes)
    if not gone.session.entries and gone.session.decision is None:
        notes, more = emptied(notes)
        away += more
    if not gone.replies:
        notes, sent = await _reworded(room, notes, session, gone.session)
        sent += _on_the_lists(room, notes, gone.session, mail)
        return Outcome(session=gone.session, notes=keep(notes), posts=(*away, *sent))
    outcome = await went_on(room, mail, notes, session, gone.session, list(gone.replies), None)
    sent, kept = outcome.posts, outcome.notes
    if shut:  # what was taken back is gone there too, but nothing is said
        sent = tuple(post for post in sent if post.kind not in SPOKEN)
        kept = kept | {"taken_back": notes.taken_back}
    elif notes.card and gone.session.state != "decided":
        stub = posts.update(notes.card, text_message(TAKEN_BACK))
        sent = (stub, *(post for post in sent if post.body.get("at") != notes.card))
        kept = kept | {"taken_back": True}
    return outcome.model_copy(update={"posts": (*away, *sent), "notes": kept})


async def _reworded(room: Room, notes: Notes, before: Session, after: Session) -> tuple[Notes, tuple[Post, ...]]:
    """The open round with what somebody said otherwise in the same sense, where it repeats their words."""
    if notes.round is None or after.conflicts == before.conflicts:
        return notes, ()
    names = await room.look.names(speakers(after) | {pick.by for pick in notes.round.picks.values()})
    open = {q.id: q.model_copy(update={"text": with_names(q.text, names)}) for q in after.open}
    questions = tuple(open.get(question.id, question) for question in notes.round.questions)
    round = notes.round.model_copy(update={"questions": questions})
    shown = round.shown(room.talk.knowledge, named(after, names), names)
    return notes.model_copy(update={"round": round}), (posts.update(round.label, shown),)


async def went_on(
    room: Room, mail: Mail, notes: Notes, before: Session, after: Session, replies: list[Reply], ts: str | None,
    disputed: Mapping[str, Conflict] | None = None,
) -> Outcome:  # fmt: skip
    """The outcome of a turn. `disputed` is what the card says is in dispute, where that is more than `before` has."""
    if any(reply.text == FORGOTTEN for reply in replies) and after.blank:
        sent = (*forgotten(notes, after.thread, FORGOTTEN), posts.home(notes.by or mail.by))
        return Outcome(session=after, notes={}, posts=sent, forget=True)
    stubs: tuple[Post, ...] = ()
    own = any(reply.text == FORGOTTEN_OWN for reply in replies)
    if own:
        stubs = forgotten_part(notes, after.thread, mail.by)
        # Shared cards are stubs now, so that nobody is shown the case any more for having been shown one.
        gone = {"said": 0, "lists": (), "asked_first": False, "round": None, "shared": (), "copies": {}}
        notes = notes.model_copy(update=gone)
    if any(reply.text == RESTARTED for reply in replies) and after.blank:
        stubs = (posts.update(notes.card, restarted_card()),) if notes.card else ()
        stubs += (posts.update(RESTART, started_over()),) if notes.asked_first else ()
        # The next case was shown to nobody else.
        notes = notes.model_copy(update={"shared": (), "copies": {}, "asked_first": False})
    if after.blank or (own and notes.card):
        notes = notes.model_copy(update={"stands": False, "done": ()})
    if ts is not None and not after.blank:
        after = stamp(before, after, mail.by, ts)
    if any(reply.text == OTHERS_TOLD for reply in replies):  # what is open stays open
        asked = posts.message(notes.channel, notes.root, asked_first(OTHERS_TOLD, after.thread), RESTART)
        # The label is that of the last question: one that was asked before could never be taken away again.
        sent = (posts.remove(RESTART), asked) if notes.asked_first else (asked,)
        return Outcome(session=after, notes=keep(notes.model_copy(update={"asked_first": True})), posts=sent)
    picks = notes.round.picks.values() if notes.round else ()
    names = await room.look.names(speakers(before) | speakers(after) | {mail.by} | {pick.by for pick in picks})
    notes, sent = labelled(*turned(room.talk.knowledge, notes, before, after, replies, names))
    if not any(reply.type == "verdict" for reply in replies):
        notes, marked = await in_dispute(room, notes, before.conflicts if disputed is None else disputed, after, names)
        sent = (*sent, *marked)
    return Outcome(session=after, notes=keep(notes), posts=(*stubs, *sent, *_on_the_lists(room, notes, after, mail)))


def quiet(thread: Thread, *sent: Post, notes: Notes | None = None) -> Outcome:
    """The session stays as it is; of a thread that is not ours nothing is kept."""
    kept = keep(notes) if notes else thread.notes
    return Outcome(session=thread.session, notes=kept, posts=sent, forget=not kept)


def at_home(notes: Notes, body: dict[str, Any], by: str) -> Notes:
    """The notes with where the thread hangs and who started it."""
    if notes.known:
        return notes
    return notes.model_copy(update={"channel": str(body["channel"]), "root": str(body.get("root") or ""), "by": by})


def _on_the_lists(room: Room, notes: Notes, session: Session, mail: Mail) -> tuple[Post, ...]:
    headline = card_words(session.decision).headline if session.decision else ""
    case = listed(session, notes, room.bot.team, headline, mail.received)
    sent = posts.case(case) if case else posts.unlist(session.thread)
    return (sent, posts.home(notes.by)) if notes.by else (sent,)


def _taken(notes: Notes) -> list[Taken]:
    """What was picked in the open round, in the order of its questions."""
    if notes.round is None:
        return []
    known: dict[str, Pick] = notes.round.picks
    questions: tuple[Question, ...] = notes.round.questions
    picks = [known[question.id] for question in questions if question.id in known]
    return [Taken(pick.by, pick.answers, pick.label) for pick in picks]
