"""`tunewise chat`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.commands.options import make_app, user
from bot.errors import UsageError


def chat(
    resume: Annotated[
        str | None, typer.Option(metavar="[ID]", help="Go on with a thread; with no ID, the last one.")
    ] = None,
    name: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who is speaking.")] = None,
    forget: Annotated[str | None, typer.Option(metavar="ID", help="Delete a kept thread, and talk no further.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line in and out, for programs.")] = False,
) -> None:
    """Talk about your case in the terminal."""
    from bot.conversations import open_conversations
    from bot.surfaces.terminal.session import chat_in_terminal, forget_thread

    if name is not None and not name.strip():
        raise UsageError("--as needs a name, such as: tunewise chat --as Ana")
    app = make_app()
    if forget is not None:
        asyncio.run(forget_thread(lambda: open_conversations(app), forget))
        return
    app.check_prompts()
    asyncio.run(chat_in_terminal(app, lambda: open_conversations(app), resume, name or user(), jsonl))
