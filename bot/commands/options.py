"""What several commands share: options, the app, and JSON on standard output."""

from __future__ import annotations

import getpass
import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.app import App

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on standard output.")]
Today = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Decide as on this day.")]


def make_app(day: date | None = None, model: str | None = None) -> App:
    from bot.app import App
    from bot.settings import read_settings

    options: dict[str, Any] = {}
    if day is not None:
        options["today"] = lambda: day
    if model is not None:
        options["settings"] = read_settings(model)
    return App(**options)


def user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "you"


def day_of(today: str | None) -> date:
    if today is None:
        return date.today()
    try:
        return date.fromisoformat(today)
    except ValueError:
        raise UsageError(f"--today takes a day such as 2026-11-20, not {today[:30]!r}.") from None


def print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
