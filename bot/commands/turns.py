"""`tunewise turns`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.commands.options import AsJson, make_app, print_json

turns = typer.Typer(no_args_is_help=True, help="Messages that could not be worked on.", rich_markup_mode=None)


@turns.command("list")
def list_turns(as_json: AsJson = False) -> None:
    """List the dead letters, oldest first: messages that could not be worked on, and why."""
    letters = asyncio.run(make_app().dead_letters())
    shown = [
        {
            "id": letter.id,
            "at": datetime.fromtimestamp(letter.at, UTC).isoformat(timespec="seconds"),
            "workspace": letter.envelope.mail.workspace,
            "thread": letter.envelope.mail.thread,
            "surface": letter.envelope.mail.surface,
            "kind": letter.envelope.mail.kind,
            "reason": letter.reason,
            "attempts": letter.attempts,
        }
        for letter in letters
    ]
    if as_json:
        print_json(shown)
        return
    for one in shown:
        typer.echo(f"{one['id']}  {one['at']}  {one['surface']} {one['kind']} in {one['thread']}: {one['reason']}")
    if not shown:
        typer.echo("No message was left undone.")


@turns.command("retry")
def retry_turn(id: Annotated[str, typer.Argument(help="Reference id, as `tunewise turns list` shows it.")]) -> None:
    """Have a message worked on once more; its thread's other messages are not held up by it."""
    letter = asyncio.run(make_app().retry(id))
    typer.echo(f"The message {letter.id} is at the end of the mail of thread {letter.envelope.mail.thread} again.")
