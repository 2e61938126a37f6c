"""Service: what `serve` and `worker` have in common - an engine at work until a signal says stop."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from bot.app import App, Service

Beside = Callable[["Service", asyncio.Event], Coroutine[Any, Any, None]]


def run_service(app: App, work: bool, beside: Beside | None = None) -> None:
    """Runs the engine, with something beside it, until SIGTERM, SIGINT or the end of what is beside it.

    Then the process ends at once: a thread that still waits for a model must not keep it.
    """
    from bot.engine.logs import configure

    configure()
    asyncio.run(_run(app, work, beside))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


async def _run(app: App, work: bool, beside: Beside | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    service = await app.service()
    try:
        async with service.engine as engine:
            warming = asyncio.create_task(asyncio.to_thread(app.warm)) if work else None
            running = asyncio.create_task(engine.run()) if work else None
            besides = asyncio.create_task(beside(service, stop)) if beside else None
            stopping = asyncio.create_task(stop.wait())
            waited = {task for task in (running, besides, stopping) if task is not None}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            stop.set()
            if besides:  # requests in hand still need the engine
                await besides
            engine.stop()
            if running:
                await running
            if warming:
                warming.cancel()
    finally:
        if service.slack is not None:
            await service.slack.close()
        await service.connection.close()
    typer.echo("Stopped.", err=True)
