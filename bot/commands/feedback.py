"""`tunewise feedback`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from bot.commands.options import AsJson, make_app, print_json

if TYPE_CHECKING:
    from bot.app import App
    from bot.surfaces.slack.values import Feedback


def feedback(as_json: AsJson = False) -> None:
    """List what people thought of verdicts, the latest first, with the rule and the facts behind each."""
    given = asyncio.run(_given(make_app()))
    if as_json:
        print_json([each.model_dump(mode="json") for each in given])
        return
    for each in given:
        day = datetime.fromtimestamp(each.at, UTC).strftime("%Y-%m-%d %H:%M")
        typer.echo(f"{day} {each.kind}: {each.verdict}, rule {each.rule} of policy {each.policy}")
        if each.text:
            typer.echo(f"  “{' '.join(each.text.split())}”")
        typer.echo("  " + ", ".join(f"{key}={value}" for key, value in sorted(each.facts.items()) if key != "task"))
    if not given:
        typer.echo("Nobody has said anything about a verdict yet.")


async def _given(app: App) -> list[Feedback]:
    """What people thought of verdicts, the latest first. Raises StoreError."""
    from bot.service import ledger
    from bot.stores.connect import connect

    connection = await connect(app.settings)
    try:
        return await ledger(app, connection).feedback()
    finally:
        await connection.close()
