"""`tunewise prompts check`."""

from __future__ import annotations

import typer

from bot.commands.options import AsJson, make_app, print_json
from bot.errors import ContentError

prompts = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look into the prompts for a language model.")


@prompts.callback()
def root() -> None:
    """Look into the prompts for a language model."""


@prompts.command("check")
def check(as_json: AsJson = False) -> None:
    """Check all prompts at once; problems are named with file and line."""
    try:
        loaded = make_app().prompts
    except ContentError as error:
        if as_json:
            print_json({"problems": error.problems})
        else:
            for line in [*error.problems, f"{len(error.problems)} problems"]:
                typer.echo(line)
        raise typer.Exit(1) from None
    found = [{"id": p.id, "version": p.version, "purpose": p.purpose} for p in loaded.prompts.values()]
    if as_json:
        print_json({"problems": [], "hash": loaded.version, "prompts": found})
        return
    for prompt in found:
        typer.echo(f"{prompt['id']} (version {prompt['version']}): {prompt['purpose']}")
    typer.echo(f"0 problems, hash {loaded.version}")
