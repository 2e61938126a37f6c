"""Serving: one ASGI app on one address, until it is told to stop."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import uvicorn

from bot.errors import UsageError
from bot.surfaces.web.access import App

GRACE = 4  # seconds that requests in hand may take when it stops


class Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


def make_server(app: App) -> Server:
    """The server of an app; `serve(sockets=[...])` runs it, `should_exit = True` stops it."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", server_header=False, timeout_graceful_shutdown=GRACE
    )
    return Server(config)


def listen(host: str, port: int) -> socket.socket:
    """The address, taken. Raises UsageError where it cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host.strip("[]"), port))
        listening.listen(1024)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"Port {port} of {host} cannot be used ({reason}); choose another with --port.") from None
    return listening
