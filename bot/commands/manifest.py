"""`tunewise manifest`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import make_app, print_json

if TYPE_CHECKING:
    from bot.settings import Settings


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
    print_json(slack_manifest(make_app().settings, url, mention_only))


def slack_manifest(settings: Settings, url: str | None = None, mention_only: bool = False) -> dict[str, Any]:
    """The manifest of the Slack app, for HTTP where there is a URL, else for Socket Mode. Raises UsageError."""
    from bot.content.yaml_lines import parse
    from bot.surfaces.slack.manifest import manifest

    only = mention_only or settings.slack_mention_only
    return manifest(lambda text: parse(text, "manifest.yaml")[0], url=url, mention_only=only)
