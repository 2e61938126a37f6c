"""Handler: what becomes of the web's mail - words, picks, the wish to be forgotten - and of what stands on the page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from bot.core.session import Session
from bot.engine.mail import Mail, Outcome, Post, Thread
from bot.ports import Show
from bot.surfaces.blockkit.picks import BadPick, GoOn, Picked, read_pick
from bot.surfaces.blockkit.questions import STALE_ANSWER, complete
from bot.surfaces.web.opinions import DISAGREE, forgotten, kept
from bot.surfaces.web.showing import Showings, shown_under
from bot.surfaces.web.shown import Notes, blocks_of, notes_of, picked, rebuilt, went_on
from bot.talk.asides import FORGOTTEN, FORGOTTEN_OWN
from bot.talk.message import Message
from bot.talk.replies import Reply
from bot.talk.retract import Taken, take
from bot.talk.turn import Talk

NOTHING_TICKED = "Tick what applies first; or press the button that says that none of it does."


class Turn(Protocol):
    """Takes one message through, beside the event loop."""

    async def __call__(
        self, session: Session, message: Message, *, show: Show | None = None
    ) -> tuple[Session, list[Reply]]: ...


def facts_of(session: Session) -> dict[str, Any]:
    """What is understood in a thread, as programs get it."""
    return {key: entry.model_dump(mode="json") for key, entry in session.entries.items()}


class WebHandler:
    """Takes mail through the talk. Answers are shown in `showings` while they are made, where that is given."""

    def __init__(self, talk: Callable[[], Talk], turn: Turn, showings: Showings | None = None) -> None:
        self._talk, self._turn = talk, turn  # the talk is loaded when it is first needed, not when a server starts
        self._showings = showings

    async def handle(self, thread: Thread, mail: Mail) -> Outcome:
        """See engine.mail.Handler."""
        if mail.kind == "forget":
            empty = Session(thread=mail.thread)
            answer: dict[str, Any] = {"thread": mail.thread, "forgotten": thread.session != empty}
            return Outcome(session=empty, posts=(forgotten(None), Post(kind="outlasting", body=answer)), forget=True)
        talk = await asyncio.to_thread(self._talk)
        handled = {"picked": self._picked, "opinion": self._opinion}.get(mail.kind, self._said)
        return await handled(talk, thread, mail)

    async def _said(self, talk: Talk, thread: Thread, mail: Mail) -> Outcome:
        notes = notes_of(talk, thread.session, thread.notes)
        message = Message(by=mail.by, text=mail.body["text"], answers=mail.body["answers"])
        async with shown_under(self._showings, mail.body.get("ticket")) as show:
            return await self._taken_through(talk, thread, notes, _taken(notes), message, show=show)

    async def _opinion(self, talk: Talk, thread: Thread, mail: Mail) -> Outcome:
        """A thumb, or an objection, which is answered too. Raises BadInput where there is no verdict."""
        session, keep = thread.session, kept(thread.session, mail)
        if mail.body["kind"] != "disagree":
            answer = {"thread": mail.thread, "state": session.state, "replies": [], "facts": facts_of(session)}
            posts = (keep, Post(kind="answer", body=answer))
            return Outcome(session=session, notes=thread.notes, posts=posts)
        notes, message = notes_of(talk, session, thread.notes), Message(by=mail.by, text=DISAGREE)
        shown = f"{DISAGREE}: {mail.body['text']}" if mail.body["text"] else DISAGREE
        outcome = await self._taken_through(talk, thread, notes, _taken(notes), message, shown=shown)
        return outcome.model_copy(update={"posts": (keep, *outcome.posts)})

    async def _picked(self, talk: Talk, thread: Thread, mail: Mail) -> Outcome:
        """A press: kept while other questions of its round wait, else a turn. Raises BadPick."""
        session, notes = thread.session, notes_of(talk, thread.session, thread.notes)
        round = notes.round
        if round is None:
            raise BadPick(STALE_ANSWER)
        waiting = [question for question in round.questions if question.id not in round.picks]
        pick = read_pick(mail.body["action"], mail.body["state"], round.id, waiting)
        if isinstance(pick, GoOn):
            skip = Message(by=mail.by, text="skip")
            return await self._taken_through(talk, thread, notes, _taken(notes), skip, silent=True)
        if not isinstance(pick, Picked):
            raise BadPick(NOTHING_TICKED if mail.body["action"]["action_id"].endswith("/done") else STALE_ANSWER)
        notes = picked(notes, session, talk.knowledge, pick, mail.by)
        if notes.round is not None and complete(round.questions, notes.round.picks):
            *taken, last = _taken(notes)
            message = Message(by=last.by, answers=dict(last.answers))
            return await self._taken_through(talk, thread, notes, taken, message, silent=True)
        return _outcome(session, notes, {"thread": mail.thread, "state": session.state, "replies": []})

    async def _taken_through(
        self,
        talk: Talk,
        thread: Thread,
        notes: Notes,
        taken: list[Taken],
        message: Message,
        silent: bool = False,
        show: Show | None = None,
        shown: str | None = None,
    ) -> Outcome:
        """One turn, after what was picked before it; a `silent` one is not shown as something that somebody wrote, another
        as `shown` where that is given."""
        before = thread.session
        after, replies = await self._turn(take(talk, before, taken) if taken else before, message, show=show)
        answer = {
            "thread": before.thread,
            "state": after.state,
            "replies": [reply.as_json() | {"blocks": blocks_of(talk.knowledge, after, reply)} for reply in replies],
            "facts": facts_of(after),
        }
        if after.blank:
            gone = (forgotten(None),) if any(reply.text == FORGOTTEN for reply in replies) else ()
            return Outcome(session=after, posts=(*gone, Post(kind="outlasting", body=answer)), forget=True)
        if any(reply.text == FORGOTTEN_OWN for reply in replies):  # what they wrote is gone from the page too
            notes = rebuilt(talk, after, notes.rounds)
            outcome = _outcome(after, went_on(talk.knowledge, notes, after, after, replies, "", ""), answer)
            return outcome.model_copy(update={"posts": (forgotten(message.by), *outcome.posts)})
        said = "" if silent else shown or message.text or ""
        if not said and notes.round is None and message.answers:  # answers by a program, to nothing that stands here
            said = next((line.text for line in reversed(after.transcript) if line.by == message.by), "")
        return _outcome(after, went_on(talk.knowledge, notes, before, after, replies, message.by, said), answer)


def _outcome(session: Session, notes: Notes, answer: dict[str, Any]) -> Outcome:
    return Outcome(session=session, notes=notes.model_dump(mode="json"), posts=(Post(kind="answer", body=answer),))


def _taken(notes: Notes) -> list[Taken]:
    """What was picked in the open round, in the order of its questions."""
    if notes.round is None:
        return []
    picks = [notes.round.picks[question.id] for question in notes.round.questions if question.id in notes.round.picks]
    return [Taken(pick.by, pick.answers, pick.label) for pick in picks]
