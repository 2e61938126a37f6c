"""Session: what the commands do beside talking - opening a thread, printing answers and verdicts."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TextIO

from rich.console import Console

from bot.core.card import Card, make_card
from bot.core.decision import Decision
from bot.core.knowledge import Knowledge
from bot.core.session import Session
from bot.errors import Damaged, TunewiseError, UsageError
from bot.surfaces.terminal.chat import run_chat
from bot.surfaces.terminal.jsonl import run_jsonl
from bot.surfaces.terminal.lines import standard_lines
from bot.surfaces.terminal.page import Page
from bot.surfaces.terminal.render import render_card, render_reply
from bot.surfaces.terminal.talk import Talk
from bot.talk.replies import Reply


class Conversations(Talk, Protocol):
    """The talk with its kept sessions, as the app gives it."""

    sessions: Any

    async def open(self, thread: str | None) -> Session: ...

    def facts_of(self, thread: str) -> dict[str, Any]: ...

    def card_of(self, thread: str, reply: Reply) -> Card: ...

    def act_of(self, words: str) -> str: ...

    def standing(self, session: Session) -> list[Reply]: ...

    async def close(self) -> None: ...


class App(Protocol):
    """What the terminal needs of the app."""

    def warm(self) -> None: ...


async def chat_in_terminal(
    app: App,
    open_talk: Callable[[], Awaitable[Conversations]],
    resume: str | None,
    name: str,
    jsonl: bool,
    out: TextIO | None = None,
) -> None:
    """Talks until the input ends. `resume` is a thread, or "" for the last one; None starts a new one."""
    threading.Thread(target=_quietly_warm, args=(app,), daemon=True, name="warm").start()
    talk = await open_talk()
    try:
        session = await talk.open(await _thread(talk, resume))
        if jsonl:
            await run_jsonl(talk, session.thread, name, standard_lines(), out or sys.stdout, talk.facts_of)
            return
        console = make_console()
        if talk.sessions.notice:
            Page(console).line(talk.sessions.notice, "dim")
        opening = talk.standing(session)
        await run_chat(talk, session.thread, console, standard_lines(), name, talk.card_of, opening, talk.act_of)
    finally:
        await talk.close()


async def forget_thread(
    open_talk: Callable[[], Awaitable[Conversations]], thread: str, out: TextIO | None = None
) -> None:
    """Deletes a kept thread, readable or not. Raises UsageError where there is none."""
    talk = await open_talk()
    try:
        if not await talk.sessions.delete(thread):
            raise UsageError(f"There is no thread {thread!r} to forget.")
    finally:
        await talk.close()
    (out or sys.stdout).write("Forgotten: everything about that thread is deleted.\n")


async def _thread(talk: Conversations, resume: str | None) -> str | None:
    if resume is None:
        return None
    thread = resume or await talk.sessions.last()
    try:
        there = thread is not None and await talk.sessions.load(thread) is not None
    except Damaged:
        raise Damaged(
            f"The stored session of thread {thread!r} is damaged and left as it is; be rid of it with: "
            f"tunewise chat --forget {thread}"
        ) from None
    if not there:
        what = "There is no such thread to resume" if resume else "There is no thread to resume yet"
        raise UsageError(f"{what}; start one with: tunewise chat")
    return str(thread)


def _quietly_warm(app: App) -> None:
    with contextlib.suppress(TunewiseError):  # the first turn meets it again and says so
        app.warm()


def make_console() -> Console:
    """The console of this process."""
    return Console(highlight=False)


def print_answer(reply: Reply) -> None:
    """An answer of the knowledge base with its citations."""
    render_reply(make_console(), reply)


def print_decision(knowledge: Knowledge, decision: Decision) -> None:
    """A decision as a card."""
    render_card(make_console(), make_card(knowledge, {}, decision))
