"""Stamped: requests whose timestamp is none are refused as badly signed, before Bolt tries to read it as a number."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

STAMP = re.compile(rb"\d{1,15}")
REFUSED = b'{"error": "invalid request"}'  # as Bolt answers a bad signature


def stamped(inner: Asgi) -> Asgi:
    """An ASGI app before which such requests are answered with 401."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        sent = [value for name, value in scope.get("headers") or () if name.lower() == b"x-slack-request-timestamp"]
        if scope["type"] != "http" or all(STAMP.fullmatch(value) for value in sent):
            await inner(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(REFUSED)).encode())]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": REFUSED})

    return app
