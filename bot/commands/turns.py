"""`tunewise turns`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.commands.options import AsJson, make_app, print_json

if TYPE_CHECKING:
    from bot.stores.letters import Letters

Found = TypeVar("Found")
turns = typer.Typer(no_args_is_help=True, help="Messages that could not be worked on.", rich_markup_mode=None)


@turns.command("list")
def list_turns(as_json: AsJson = False) -> None:
    """List the dead letters, oldest first: messages that could not be worked on, and why."""
    from bot.engine.dead import read_letters

    letters = asyncio.run(_with_letters(read_letters))
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
    from bot.engine.dead import retry_letter

    letter = asyncio.run(_with_letters(lambda letters: retry_letter(letters, id)))
    typer.echo(f"The message {letter.id} is at the end of the mail of thread {letter.envelope.mail.thread} again.")


async def _with_letters(do: Callable[[Letters], Coroutine[Any, Any, Found]]) -> Found:
    """Does something with the dead letters of the store."""
    from bot.stores.connect import connect
    from bot.stores.letters import Letters

    connection = await connect(make_app().settings)
    try:
        return await do(Letters(connection))
    finally:
        await connection.close()
