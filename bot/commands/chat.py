"""`tunewise chat`."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Annotated, Any

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
    asyncio.run(_until_hung_up(chat_in_terminal(app, lambda: open_conversations(app), resume, name or user(), jsonl)))


async def _until_hung_up(talk: Coroutine[Any, Any, None]) -> None:
    """Runs the talk; a terminal that is closed, or a request to end, ends it in order, so that nothing is left running."""
    task = asyncio.ensure_future(talk)
    for number in (getattr(signal, name, None) for name in ("SIGHUP", "SIGTERM")):
        if number is not None and sys.platform != "win32":
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await task
