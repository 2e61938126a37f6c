"""`tunewise feedback`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import typer

from bot.commands.options import AsJson, make_app, print_json


def feedback(as_json: AsJson = False) -> None:
    """List what people thought of verdicts, the latest first, with the rule and the facts behind each."""
    given = asyncio.run(make_app().feedback())
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
