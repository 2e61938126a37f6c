"""`tunewise slack`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import make_app
from bot.errors import SettingsError

if TYPE_CHECKING:
    from bot.service import Service


def slack(
    work: Annotated[bool, typer.Option("--worker/--no-worker", help="Also run turns from the queue.")] = True,
) -> None:
    """Be in Slack over Socket Mode, until SIGTERM or Ctrl-C; needs no address that Slack can reach."""
    from bot.commands.service import run_service

    app = make_app()
    app.check_prompts()
    for name, value in (
        ("SLACK_BOT_TOKEN", app.settings.slack_bot_token),
        ("SLACK_APP_TOKEN", app.settings.slack_app_token),
    ):
        if value is None:
            raise SettingsError(f"{name} is not set; the README says how to make the app and where to find it.")
    token = app.settings.slack_app_token
    assert token is not None
    run_service(
        app, "Connecting to Slack", work, lambda service, stop: _listen(service, token.get_secret_value(), stop)
    )


async def _listen(service: Service, app_token: str, stop: asyncio.Event) -> None:
    assert service.slack is not None
    handler = await service.slack.connect(app_token)
    typer.echo(f"In Slack, workspace {service.slack.bot.team}.", err=True)
    try:
        await stop.wait()
    finally:
        await handler.close_async()
