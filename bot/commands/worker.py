"""`tunewise worker`."""

from __future__ import annotations

from bot.commands.options import make_app


def worker() -> None:
    """Run turns from the queue, until SIGTERM or Ctrl-C; any number of these may run beside each other."""
    from bot.commands.service import run_service

    app = make_app()
    app.check_prompts()
    run_service(app, "Working", work=True)
