"""`tunewise worker`."""

from __future__ import annotations

import typer

from bot.commands.options import make_app


def worker() -> None:
    """Run turns from the queue, until SIGTERM or Ctrl-C; any number of these may run beside each other."""
    from bot.commands.service import run_service

    app = make_app()
    typer.echo("Working; stop with Ctrl-C.", err=True)
    run_service(app, work=True)
