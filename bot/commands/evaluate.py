"""`tunewise eval`."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.inputs import read_json_lines
from bot.commands.options import AsJson, Today, day_of, make_app, print_json
from bot.errors import StoreError, TunewiseError, UsageError

if TYPE_CHECKING:
    from bot.app import App
    from bot.core.usage import CallUsage


def evaluate(
    file: str,
    model: Annotated[
        str | None, typer.Option("--model", metavar="PROVIDER:NAME", help="Play them with this language model as well.")
    ] = None,
    as_json: AsJson = False,
    today: Today = None,
) -> None:
    """Play the cases of a JSON Lines file against the whole conversation, and print how it went."""
    from bot.trial import compared_lines, play_file, summary_lines

    day, cases = day_of(today), [entry for _, entry in read_json_lines(file)]
    if not cases:
        raise UsageError(f"{file} holds no cases; a case is a line of JSON as in cases/dev.jsonl.")
    app = make_app(day, model)
    result = play_file(app, cases)
    if model is None:
        lines: list[str] = summary_lines(result)
    else:
        app.check_prompts()
        with_model = play_file(app, cases, model=True)
        asyncio.run(_written_down(app, with_model.pop("calls")))
        _answered(with_model["figures"], model)
        lines = compared_lines(result, with_model, model)
        result = {"embedded": result, "model": {"name": model, **with_model}}
    if as_json:
        print_json(result)
        return
    for line in lines:
        typer.echo(line)


async def _written_down(app: App, calls: list[CallUsage]) -> None:
    """Counts what the model took with all else that models took, where a store can run."""
    from bot.conversations import open_conversations
    from bot.core.usage import TurnUsage

    with contextlib.suppress(StoreError):
        talk = await open_conversations(app)
        try:
            await talk.metered.record("local", TurnUsage(prompts=app.prompts.version, calls=tuple(calls)))
        finally:
            await talk.close()


def _answered(figures: dict[str, Any], model: str) -> None:
    """Raises TunewiseError where the model answered nothing: its figures would be those of the embedded language."""
    if figures["model_calls_used"]:
        return
    failures = ", ".join(f"{name} {number}" for name, number in figures["model_failures"].items()) or "no calls made"
    raise TunewiseError(
        f"No model answered as {model} ({failures}), so there is nothing to compare; check its name, OPENAI_API_KEY and "
        "OPENAI_BASE_URL."
    )
