"""Chat: the talk in a terminal. Numbers typed become answers, everything else is sent as it was said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from rich.console import Console

from bot.core.card import Card, advises_alike
from bot.core.decision import Question
from bot.core.facts import Value
from bot.core.session import State
from bot.errors import TunewiseError
from bot.ports import Show
from bot.surfaces.terminal.commands import COMMANDS, GREETING, SKIP
from bot.surfaces.terminal.lines import Lines, drop_output
from bot.surfaces.terminal.page import Page, clean, speaks_unicode
from bot.surfaces.terminal.pick import ActOf, Picked, Said, Skipped, Unclear, WhyAsked, read_pick
from bot.surfaces.terminal.render import render_card, render_question, render_reply
from bot.surfaces.terminal.streaming import Streamed
from bot.talk.asides import because
from bot.talk.numbered import asked_about
from bot.talk.replies import Reply

Answers = dict[str, Value | None]
CardOf = Callable[[str, Reply], Card] | None
SAME_ADVICE = "The card says what it said before; /more shows it with what was added."
SPINNER_AFTER = 0.15  # seconds


class Talk(Protocol):
    """The talk, as a surface sees it."""

    async def say(self, thread: str, by: str, text: str | None, answers: Answers | None) -> tuple[State, list[Reply]]:
        """One turn: picked `answers` count before `text`. Raises TunewiseError with a sentence for people."""


@runtime_checkable
class StreamingTalk(Talk, Protocol):
    """A talk that can show the text of an answer while it comes, where `streams`."""

    @property
    def streams(self) -> bool: ...

    async def say(
        self, thread: str, by: str, text: str | None, answers: Answers | None, show: Show | None = None
    ) -> tuple[State, list[Reply]]:
        """One turn; `show` takes the pieces of an answer."""


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
    first, such as the questions still open in a resumed thread. `act_of` tells what typed words plainly are: see `read_pick`.
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
        self.waiting: list[Reply] = []
        self.round = 0
        self.asked: list[Question] = []
        self.in_words: set[str] = set()  # facts that were asked about and answered in words
        self.card: Card | None = None  # of the last verdict
        self.picks: Answers = {}
        self.streamed: Streamed | None = None
        self.skipped: set[str] = set()  # ids of questions that are not to be asked again
        self.unsent = False

    async def run(self, opening: Sequence[Reply]) -> None:
        """Greets, then reads and answers line by line."""
        for greeting in GREETING:
            self.page.line(greeting, "dim")
        self.show("asking", opening)
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
        if not typed:
            if self.waiting:
                self.ask(in_full=True)
            elif self.unsent:
                await self.send(None)
        elif command == "/help":
            for name, (does, _) in COMMANDS.items():
                self.page.line(does, lead=name.ljust(9), indent=1)
        elif command == "/more":
            self.more()
        elif command in COMMANDS:
            if command in ("/new", "/forget"):
                self.waiting, self.picks, self.skipped = [], {}, set()
                self.asked, self.in_words, self.card = [], set(), None
            await self.send(COMMANDS[command][1])
        elif typed.startswith("/") and " " not in typed and "/" not in typed[1:]:
            self.page.line(f"There is no command {typed}. /help lists them.")
        elif self.waiting:
            await self.answer(typed)
        else:
            self.skipped.clear()
            await self.send(typed)

    async def answer(self, typed: str) -> None:
        """Takes a line as the answer to the question shown last; a finished round is sent."""
        question = self.waiting[0].question
        pick = read_pick(question, typed, self.act_of) if question else Said(typed)
        if isinstance(pick, Said):
            self.in_words.update(asked_about(question) if question else ())
            self.skipped.clear()
            await self.send(pick.text)
            return
        if isinstance(pick, Unclear):
            self.page.line(pick.hint)
            return
        if isinstance(pick, WhyAsked) and question:
            self.page.blank()
            self.page.line(because([question]))
            self.ask()
            return
        if isinstance(pick, Picked):
            self.picks.update(pick.answers)
        if isinstance(pick, Skipped) and question:
            self.skipped.add(question.id)
        del self.waiting[0]
        if self.waiting:
            self.ask()
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
            self.skipped.clear()
        self.show(state, replies)
        if not self.waiting and any(reply.question for reply in replies):
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
        questions = [reply for reply in replies if reply.question is not None]
        if questions or state != "asking":
            self.waiting = [reply for reply in questions if reply.question and reply.question.id not in self.skipped]
            self.round = len(self.waiting)
        if self.waiting:
            self.ask()

    def ask(self, in_full: bool = False) -> None:
        """Shows the question whose turn it is, as a follow-up where it is about what words left open.

        Right after an aside its words are enough: what can be picked still stands above, and Enter shows it again.
        """
        place = (self.round - len(self.waiting) + 1, self.round)
        if question := self.waiting[0].question:
            left_open = len(question.facts) == 1 and self.in_words.issuperset(question.facts)
            again = left_open and bool(question.options) and question not in self.asked
            reminds = not in_full and self.asked[-1:] == [question]
            render_question(self.console, question, place, again, reminds)
            self.asked.append(question)

    def more(self) -> None:
        """Shows the last verdict in full, and the question that waits again."""
        if self.card is None:
            self.page.line("There is no verdict yet; /more shows one in full.")
            return
        self.page.blank()
        render_card(self.console, self.card)
        if self.waiting:
            self.ask(in_full=True)
