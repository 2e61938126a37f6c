"""`tunewise eval`."""

from __future__ import annotations

import typer

from bot.commands.inputs import read_json_lines
from bot.commands.options import AsJson, Today, day_of, make_app, print_json
from bot.errors import UsageError


def evaluate(file: str, as_json: AsJson = False, today: Today = None) -> None:
    """Play the cases of a JSON Lines file against the whole conversation, and print how it went."""
    from bot.trial import play_file, summary_lines

    day, cases = day_of(today), [entry for _, entry in read_json_lines(file)]
    if not cases:
        raise UsageError(f"{file} holds no cases; a case is a line of JSON as in cases/dev.jsonl.")
    result = play_file(make_app(day), cases)
    if as_json:
        print_json(result)
        return
    for line in summary_lines(result):
        typer.echo(line)
