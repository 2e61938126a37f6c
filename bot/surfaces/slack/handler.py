"""Handler: says what becomes of a mail. Sends nothing; it reads, thinks, and hands posts to the engine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.engine.mail import Mail, Outcome, Thread
from bot.errors import BadInput
from bot.surfaces.blockkit.answers import text_message
from bot.surfaces.blockkit.details import NAME
from bot.surfaces.slack import posts
from bot.surfaces.slack.admin import settings
from bot.surfaces.slack.asking import answer_over, ask, share_answer
from bot.surfaces.slack.intake import form
from bot.surfaces.slack.opening import told
from bot.surfaces.slack.pressing import details, disagree, export, feedback, forget_case, known, share, why
from bot.surfaces.slack.private import forget, help, home, refused, status
from bot.surfaces.slack.restarting import restart
from bot.surfaces.slack.room import Room
from bot.surfaces.slack.saying import changed, closed, picked, quiet, said
from bot.surfaces.slack.starting import start
from bot.surfaces.slack.ticking import ticked

Turn = Callable[[Room, Thread, Mail], Awaitable[Outcome]]
TURNS: tuple[Turn, ...] = (
    said, picked, changed, start, refused, ask, share_answer, answer_over, help, status, forget, home,
    settings, form, forget_case, ticked, details, known, why, export, feedback, disagree, share, restart,
)  # fmt: skip
IN_A_THREAD = {"said", "picked", "details", "known", "why", "export", "feedback", "disagree", "share", "restart"}
TITLES = {"known": "New facts"}  # of modals that are filled in later
KINDS: dict[str, Turn] = {turn.__name__: turn for turn in TURNS}  # a mail's kind is the name of what becomes of it


class SlackHandler:
    """The engine's Handler for Slack's mail."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def handle(self, thread: Thread, mail: Mail) -> Outcome:
        """The outcome of one mail. Raises BadInput for mail of a kind that this version does not know."""
        turn = KINDS.get(mail.kind)
        if turn is None:
            raise BadInput("I could not work on that; please try it once more.")
        if mail.kind in IN_A_THREAD and (sentence := await closed(self._room, mail.body)):
            if mail.kind == "said" and not mail.body["to_us"]:
                return quiet(thread)
            if "view_id" in mail.body:
                return quiet(thread, posts.view(mail.body["view_id"], told(TITLES.get(mail.kind, NAME), sentence)))
            return quiet(thread, posts.private(mail.body, mail.by, text_message(sentence)))
        return await turn(self._room, thread, mail)
