"""Handler: says what becomes of a mail. Sends nothing; it reads, thinks, and hands posts to the engine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.engine.mail import Mail, Outcome, Thread
from bot.errors import BadInput
from bot.surfaces.slack import pressing, private, saying, starting
from bot.surfaces.slack.room import Room

KINDS: dict[str, Callable[[Room, Thread, Mail], Awaitable[Outcome]]] = {
    "said": saying.said,
    "picked": saying.picked,
    "changed": saying.changed,
    "start": starting.start,
    "refused": private.refused,
    "ask": private.ask,
    "share_answer": private.share_answer,
    "help": private.help,
    "status": private.status,
    "forget": private.forget,
    "home": private.home,
    "forget_case": pressing.forget_case,
    "ticked": pressing.ticked,
    "details": pressing.details,
    "why": pressing.why,
    "export": pressing.export,
    "feedback": pressing.feedback,
    "disagree": pressing.disagree,
    "share": pressing.share,
}


class SlackHandler:
    """The engine's Handler for Slack's mail."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def handle(self, thread: Thread, mail: Mail) -> Outcome:
        """The outcome of one mail. Raises BadInput for mail of a kind that this version does not know."""
        function = KINDS.get(mail.kind)
        if function is None:
            raise BadInput("I could not work on that; please try it once more.")
        return await function(self._room, thread, mail)
