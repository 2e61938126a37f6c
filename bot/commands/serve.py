"""`tunewise serve`."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import make_app
from bot.errors import SettingsError

if TYPE_CHECKING:
    from bot.app import App
    from bot.service import Service


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    work: Annotated[bool, typer.Option("--worker/--no-worker", help="Also run turns from the queue.")] = True,
) -> None:
    """Serve the HTTP API, and run turns beside it."""
    from bot.commands.service import run_service
    from bot.surfaces.web.access import is_loopback
    from bot.surfaces.web.serving import listen

    app = make_app()
    app.check_prompts()
    if app.settings.token is None and not is_loopback(host):
        raise SettingsError(f"To serve on {host}, off this machine, set TUNEWISE_TOKEN to a long random text first.")
    if app.settings.token is None and app.settings.slack_bot_token and app.settings.slack_signing_secret:
        raise SettingsError(
            "To answer Slack, which needs a public address, set TUNEWISE_TOKEN to a long random text first; it guards the HTTP API."
        )
    listening = listen(host, port)
    name, taken = listening.getsockname()[:2]
    says = f"Serving on http://{f'[{name}]' if ':' in name else name}:{taken}"
    run_service(app, says, work, lambda service, stop: _serve(app, service, listening, stop))


async def _serve(app: App, service: Service, listening: socket.socket, stop: asyncio.Event) -> None:
    from bot.service import make_web
    from bot.surfaces.web.serving import make_server

    server = make_server(make_web(app, service))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
