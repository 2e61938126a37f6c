"""`tunewise kb check|stats|search`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.inputs import read_json_lines
from bot.commands.options import AsJson, Today, day_of, make_app, print_json
from bot.errors import ContentError, UsageError

if TYPE_CHECKING:
    from bot.app import App

kb = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look into the knowledge base.")


@kb.command("check")
def check(today: Today = None, as_json: AsJson = False) -> None:
    """Check all content at once; problems are named with file and line."""
    from bot.content.check import check_knowledge
    from bot.language.labelled import load_talk
    from bot.language.phrases import load_patterns, load_phrases
    from bot.language.threads import load_threads

    app = make_app()
    try:
        knowledge = app.knowledge
        load_phrases(app.folder, knowledge.catalogue)
        load_patterns(app.folder, knowledge.catalogue)
        load_talk(app.folder, knowledge.catalogue)
        load_threads(app.folder, knowledge.catalogue)
        report = check_knowledge(knowledge, app.places, day_of(today))
        problems, warnings = report.problems, report.warnings
    except ContentError as error:
        problems, warnings = error.problems, []
    if as_json:
        print_json({"problems": problems, "warnings": warnings})
    else:
        for line in [*problems, *(f"warning: {warning}" for warning in warnings)]:
            typer.echo(line)
        typer.echo(f"{_count(problems, 'problem')}, {_count(warnings, 'warning')}")
    if problems:
        raise typer.Exit(1)


@kb.command("stats")
def show_stats(as_json: AsJson = False) -> None:
    """What the knowledge base covers."""
    from bot.content.check import stats

    numbers = stats(make_app().knowledge)
    if as_json:
        print_json(numbers)
        return
    for key, value in numbers.items():
        typer.echo(f"{key.replace('_', ' ')}: {value if not isinstance(value, dict) else json.dumps(value)}")


@kb.command("search")
def search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    k: Annotated[int, typer.Option("--k", min=1, max=100, help="How many notes at most.")] = 5,
    batch: Annotated[
        str | None, typer.Option(metavar="FILE", help='JSON Lines {"id", "question"} in, {"id", "results"} out.')
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Search the notes; an unanswerable question finds nothing."""
    app = make_app()
    if batch is not None:
        entries = read_json_lines(batch)
        for number, entry in entries:
            if not isinstance(entry.get("question"), str):
                raise UsageError(f'Line {number} has no "question".')
        for _, entry in entries:
            typer.echo(json.dumps({"id": entry.get("id"), "results": _found(app, entry["question"], k)}))
        return
    if not (query or "").strip() or query is None:
        raise UsageError('Say what to look for: tunewise kb search "how many examples do we need".')
    results = _found(app, query, k)
    if as_json:
        print_json(results)
        return
    for result in results:
        typer.echo(f"{result['score']:.2f}  {result['note']}: {result['title']}")
    if not results:
        typer.echo("Nothing in the knowledge base answers that.")


def _count(some: Sequence[str], noun: str) -> str:
    return f"{len(some)} {noun}{'' if len(some) == 1 else 's'}"


def _found(app: App, query: str, k: int) -> list[dict[str, Any]]:
    evidence = app.knowledge.evidence
    return [
        {
            "note": id,
            "title": evidence.notes[id].title,
            "claims": list(evidence.notes[id].claims),
            "score": round(score, 4),
            "sources": [citation.model_dump(mode="json") for citation in evidence.citations([id])],
        }
        for id, score in app.search.search(query, k=k)
    ]
