"""Chat: the talk in a terminal. Numbers typed become answers, everything else is sent as it was said."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from rich.console import Console

from bot.core.alike import advises_alike
from bot.core.card import Card
from bot.core.session import State
from bot.errors import TunewiseError
from bot.surfaces.terminal.commands import COMMANDS, GREETING, RESUMED, SKIP
from bot.surfaces.terminal.lines import Lines, drop_output
from bot.surfaces.terminal.page import Page, clean, speaks_unicode
from bot.surfaces.terminal.pick import ActOf, Picked, Said, Skipped, Unclear, WhyAsked, read_pick
from bot.surfaces.terminal.render import render_card, render_reply
from bot.surfaces.terminal.round import Round
from bot.surfaces.terminal.streaming import Streamed
from bot.surfaces.terminal.talk import Answers, CardOf, StreamingTalk, Talk
from bot.talk.asides import because
from bot.talk.replies import Reply

SAME_ADVICE = "The card says what it said before; /more shows it with what was added."
SURE_TO_FORGET = "This deletes the whole talk, for good. Type yes to do it; anything else keeps it."
KEPT = "Kept."
SPINNER_AFTER = 0.15  # seconds


async def run_chat(
    talk: Talk,
    thread: str,
    console: Console,
    lines: Lines,
    name: str,
    card_of: CardOf = None,
    opening: Sequence[Reply] = (),
    act_of: ActOf = lambda words: "other",
) -> None:
    """Talks until the lines end, somebody quits or interrupts.

    `card_of` makes a thread's verdict reply into a card; without it a verdict is shown as its text. `opening` is shown
    first: where a resumed thread stands. `act_of` tells what typed words plainly are: see `read_pick`.
    """
    chat = _Chat(talk, thread, console, lines, name, card_of, act_of)
    try:
        try:
            await chat.run(opening)
        except asyncio.CancelledError:  # Ctrl-C
            if task := asyncio.current_task():
                task.uncancel()
            console.print()
        Page(console).line("To go on later: tunewise chat --resume", "dim")
    except (BrokenPipeError, SystemExit):  # nobody reads any more; rich makes the one into the other
        drop_output()


class _Chat:
    """One talk: the questions of the round that are still to be asked, and what was picked so far."""

    def __init__(
        self, talk: Talk, thread: str, console: Console, lines: Lines, name: str, card_of: CardOf, act_of: ActOf
    ) -> None:
        self.talk, self.thread, self.console, self.lines, self.card_of = talk, thread, console, lines, card_of
        self.act_of = act_of
        self.name = " ".join(clean(name).split()) or "you"
        self.prompt = f"{clean(self.name, console.encoding)}> "
        self.page = Page(console)
        self.round = Round(console)
        self.card: Card | None = None  # of the last verdict
        self.picks: Answers = {}
        self.streamed: Streamed | None = None
        self.unsent = False
        self.forgetting = False  # asked whether to

    async def run(self, opening: Sequence[Reply]) -> None:
        """Greets, then reads and answers line by line."""
        for greeting in RESUMED if opening else GREETING:
            self.page.line(greeting, "dim")
        self.show("asking" if any(reply.question for reply in opening) else "decided", opening)
        while (line := await self.read()) is not None:
            typed = line.strip()
            if typed.lower() in ("/quit", "/exit", "/q"):
                return
            await self.take(typed)

    async def read(self) -> str | None:
        """The next line."""
        if self.page.fancy:
            self.page.blank()
        return await self.lines.read(self.prompt)

    async def take(self, typed: str) -> None:
        """Acts on one line."""
        command = typed.lower()
        if self.forgetting:
            self.forgetting = False
            if command in ("yes", "y"):
                await self.forget()
                return
            self.page.line(KEPT)
            if command in ("", "no", "n"):
                self.round.ask()
                return
        if not typed:
            if self.round.waiting:
                self.round.ask(in_full=True)
            elif self.unsent:
                await self.send(None)
        elif command == "/help":
            for name, (does, _) in COMMANDS.items():
                self.page.line(does, lead=name.ljust(9), indent=1)
        elif command == "/more":
            self.more()
        elif command == "/forget" or self.act_of(typed) == "forget":
            self.forgetting = self.page.fancy  # who pipes cannot be asked
            if self.forgetting:
                self.page.line(SURE_TO_FORGET, "yellow")
            else:
                await self.forget()
        elif command in COMMANDS:
            if command == "/new":
                self.clear()
            await self.send(COMMANDS[command][1])
        elif self.act_of(typed) == "restart":
            self.clear()
            await self.send(typed)
        elif typed.startswith("/") and " " not in typed and "/" not in typed[1:]:
            self.page.line(f"There is no command {typed}. /help lists them.")
        elif self.round.waiting:
            await self.answer(typed)
        else:
            self.round.skipped.clear()
            await self.send(typed)

    async def forget(self) -> None:
        """Deletes the talk."""
        self.clear()
        await self.send(COMMANDS["/forget"][1])

    def clear(self) -> None:
        """Lets go of what was asked, picked and shown."""
        self.round.clear()
        self.picks, self.card = {}, None

    async def answer(self, typed: str) -> None:
        """Takes a line as the answer to the question shown last; a finished round is sent."""
        question = self.round.waiting[0]
        pick = read_pick(question, typed, self.act_of)
        if isinstance(pick, Said):
            self.round.answered_in_words()
            await self.send(pick.text)
            return
        if isinstance(pick, Unclear):
            self.page.line(pick.hint)
            return
        if isinstance(pick, WhyAsked):
            self.page.blank()
            self.page.line(because([question]))
            self.round.ask()
            return
        if isinstance(pick, Picked):
            self.picks.update(pick.answers)
            if pick.beside:
                self.round.close(skipped=False)
                await self.send(pick.beside)
                return
        self.round.close(skipped=isinstance(pick, Skipped))
        if self.round.waiting:
            self.round.ask()
        else:
            await self.send(None)

    async def send(self, text: str | None) -> None:
        """One turn with what was picked and said. "Skip" stands for all open questions, so it is said by itself."""
        said = text or (None if self.picks else SKIP)
        self.unsent = True
        try:
            state, replies = await self.turn(said, dict(self.picks) or None)
        except TunewiseError as error:
            self.page.line(str(error))
            return
        self.picks, self.unsent = {}, False
        if said == SKIP:
            self.round.skipped.clear()
        self.show(state, replies)
        if not self.round.waiting and any(reply.question for reply in replies):
            await self.send(None)  # it asks only what was skipped before

    async def turn(self, text: str | None, answers: Answers | None) -> tuple[State, list[Reply]]:
        """The talk's answer, with something moving on the terminal while it takes long."""
        self.streamed = None
        if self.page.fancy and isinstance(self.talk, StreamingTalk) and self.talk.streams:
            self.streamed = Streamed(self.page)
            saying = self.talk.say(self.thread, self.name, text, answers, self.streamed)
        else:
            saying = self.talk.say(self.thread, self.name, text, answers)
        turn = asyncio.ensure_future(saying)
        try:
            done, _ = await asyncio.wait({turn}, timeout=SPINNER_AFTER)
            if done or not self.page.fancy:
                return await turn
            spinner = "dots" if speaks_unicode(self.console) else "line"
            with self.console.status("Thinking", spinner=spinner) as status:
                if self.streamed is not None:
                    self.streamed.before = status.stop
                return await turn
        finally:
            if self.streamed is not None:
                self.streamed.end()
            turn.cancel()

    def show(self, state: State, replies: Sequence[Reply]) -> None:
        """Shows what is said, and asks the first question; unasked ones stay if the talk waits and asks no others."""
        for reply in replies:
            if reply.question is None:
                before = self.card
                if self.card_of and reply.type == "verdict":
                    self.card = self.card_of(self.thread, reply)
                    if before is not None and advises_alike(before, self.card):
                        self.page.line(SAME_ADVICE, "dim")
                        continue
                streamed, self.streamed = self.streamed, None
                shown = streamed.text if streamed and reply.type == "answer" else ""
                render_reply(self.console, reply, self.card, brief=True, shown=shown)
        self.round.take(state, replies)
        self.round.ask()

    def more(self) -> None:
        """Shows the last verdict in full, and the question that waits again."""
        if self.card is None:
            self.page.line("There is no verdict yet; /more shows one in full.")
            return
        self.page.blank()
        render_card(self.console, self.card)
        self.round.ask(in_full=True)
