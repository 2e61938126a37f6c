"""`tunewise chat`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.commands.options import make_app, user


def chat(
    resume: Annotated[
        str | None, typer.Option(metavar="[ID]", help="Go on with a thread; with no ID, the last one.")
    ] = None,
    name: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who is speaking.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line in and out, for programs.")] = False,
) -> None:
    """Talk about your case in the terminal."""
    from bot.conversations import open_conversations
    from bot.surfaces.terminal.session import chat_in_terminal

    app = make_app()
    app.check_prompts()
    asyncio.run(chat_in_terminal(app, lambda: open_conversations(app), resume, name or user(), jsonl))
