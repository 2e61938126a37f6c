"""`tunewise manifest`."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.options import make_app, print_json


def manifest(
    url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="For HTTP: where Slack reaches `tunewise serve`. Else Socket Mode."),
    ] = None,
    mention_only: Annotated[
        bool, typer.Option("--mention-only", help="Without the scopes for reading threads, whatever the setting says.")
    ] = False,
) -> None:
    """Print the manifest of the Slack app, with exactly the scopes that are used; paste it at api.slack.com/apps."""
    print_json(make_app().slack_manifest(url, mention_only))
