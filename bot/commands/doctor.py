"""`tunewise doctor`."""

from __future__ import annotations

import asyncio

import typer

from bot.commands.options import AsJson, make_app, print_json


def doctor(as_json: AsJson = False) -> None:
    """What is configured, what is missing, and what to do about it."""
    from bot.doctor import examine

    findings = asyncio.run(examine(make_app()))
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            typer.echo(f"[{'ok' if finding['ok'] else '!!'}] {finding['what']}: {finding['found']}")
            if finding["do"]:
                typer.echo(f"     {finding['do']}")
    if not all(finding["ok"] for finding in findings):
        raise typer.Exit(1)
