"""Service: what `serve` and `worker` have in common - an engine at work until a signal says stop."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from bot.app import App
    from bot.service import Service

Beside = Callable[["Service", asyncio.Event], Coroutine[Any, Any, None]]

LATEST = 9.0  # seconds after which the process ends in any case


def run_service(app: App, says: str, work: bool, beside: Beside | None = None) -> None:
    """Says so on standard error and runs the engine, with something beside it, until SIGTERM, SIGINT or the end of what is beside it.

    Then the process ends at once: a thread that still waits for a model must not keep it.
    """
    from bot.engine.logs import configure

    configure()
    asyncio.run(_run(app, says, work, beside))


def settle() -> None:
    """Takes what is loaded by now out of the garbage collector's rounds: code and knowledge stay until the process ends.

    Without it every full round walks all of them, which makes one request in a hundred wait (`tests/bench/slack_acks.py`).
    """
    gc.collect()
    gc.freeze()


async def _run(app: App, says: str, work: bool, beside: Beside | None) -> None:
    from bot.service import open_service

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    service = await open_service(app)
    try:
        async with service.engine as engine:
            warming = asyncio.create_task(asyncio.to_thread(app.warm)) if work else None
            running = asyncio.create_task(engine.run()) if work else None
            besides = asyncio.create_task(beside(service, stop)) if beside else None
            stopping = asyncio.create_task(stop.wait())
            if warming:
                warming.add_done_callback(lambda _: settle())
            settle()
            typer.echo(f"{says}; stop with Ctrl-C.", err=True)
            waited = {task for task in (running, besides, stopping) if task is not None}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            stop.set()
            last = threading.Timer(
                LATEST, os._exit, (0,)
            )  # leases that are not given back by then run out by themselves
            last.daemon = True
            last.start()
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
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # the interpreter's own end would wait for every thread
