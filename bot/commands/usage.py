"""`tunewise usage`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import AsJson, make_app, print_json
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.app import App
    from bot.stores.usage import DayUsage

SUMMED = ("calls", "unused", "input", "cached", "output", "estimated", "cost", "unpriced", "seconds")


def usage(
    by: Annotated[str, typer.Option("--by", help="day, workspace or model.")] = "day",
    days: Annotated[int, typer.Option("--days", min=1, help="How many days back, today included.")] = 30,
    as_json: AsJson = False,
) -> None:
    """What calls to a language model took: tokens, money, time."""
    if by not in ("day", "workspace", "model"):
        raise UsageError("--by takes day, workspace or model.")
    app = make_app()
    rows = [row for row in asyncio.run(_all(app)) if (app.today() - row.day).days < days]
    sums = _summed(rows, by)
    total = _sum(rows)
    if as_json:
        print_json(
            {"by": by, "days": days, "rows": [{by: name, **part} for name, part in sums.items()], "total": total}
        )
        return
    if not rows:
        typer.echo("No calls to a language model were recorded.")
        return
    typer.echo(
        f"{by:24} {'calls':>7} {'unused':>7} {'tokens in':>11} {'cached':>11} {'out':>9} {'US$':>9} {'seconds':>9}"
    )
    for name, part in [*sums.items(), ("total", total)]:
        cost = "-" if part["unpriced"] == part["calls"] else f"{part['cost']:.4f}{'+' if part['unpriced'] else ''}"
        typer.echo(
            f"{name:24} {part['calls']:>7} {part['unused']:>7} {part['input']:>11} {part['cached']:>11} "
            f"{part['output']:>9} {cost:>9} {part['seconds']:>9.1f}"
        )


async def _all(app: App) -> list[DayUsage]:
    from bot.conversations import open_conversations

    talk = await open_conversations(app)
    try:
        return await talk.usage.all()
    finally:
        await talk.close()


def _summed(rows: Sequence[DayUsage], by: str) -> dict[str, dict[str, Any]]:
    names = list(dict.fromkeys(str(getattr(row, by)) for row in rows))
    return {name: _sum([row for row in rows if str(getattr(row, by)) == name]) for name in names}


def _sum(rows: Sequence[DayUsage]) -> dict[str, Any]:
    return {figure: round(sum(getattr(row, figure) for row in rows), 6) for figure in SUMMED}
