"""Access: who may use the HTTP API and the pages. Without a token only this machine, under its own names; with one, whoever has it."""

from __future__ import annotations

import hmac
import ipaddress
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST = 1_000_000  # bytes of a request
OPEN = ("/healthz", "/readyz")  # for operators' probes: they tell nothing about anybody
PAGES = (
    "/threads",
    "/showing",
    "/static",
    "/sign-in",
    "/sign-out",
)  # and "/": people sign in there with the token, see pages.py
OWN_NAMES = ("localhost", "127.0.0.1", "[::1]", "::1")


class Guard:
    """An ASGI layer that refuses with one sentence. Paths under `elsewhere` have keys of their own (Slack signs)."""

    def __init__(self, app: App, token: str | None, elsewhere: tuple[str, ...] = ()) -> None:
        self._app, self._token, self._elsewhere = app, token, elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = str(scope["path"])
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if not any(path == one or path.startswith(f"{one}/") for one in self._elsewhere):
            refused = self._refused(path, headers, scope.get("client"))
            if refused:
                await refuse(send, *refused)
                return
        if not headers.get("content-length", "0").isdigit() or int(headers.get("content-length", "0")) > LARGEST:
            await _drain(receive)
            await refuse(send, 413, f"A request may have {LARGEST} bytes at most.")
            return
        await self._app(scope, _limited(receive), send)

    def _refused(self, path: str, headers: dict[str, str], client: Any) -> tuple[int, str] | None:
        if self._token is not None:
            given = headers.get("authorization", "").encode()
            if (
                path not in OPEN
                and not is_page(path)
                and not hmac.compare_digest(given, f"Bearer {self._token}".encode())
            ):
                return 401, "Send the token in the header Authorization: Bearer TOKEN."
            return None
        host = headers.get("host", "")
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and not host.endswith("]") else host
        if name.lower() not in OWN_NAMES:
            return 403, "Without a token this answers under the names of this machine only; set TUNEWISE_TOKEN."
        if not (client and is_loopback(client[0])):
            return 403, "Without a token this answers this machine only; set TUNEWISE_TOKEN."
        origin = headers.get("origin")
        if origin and origin.split("://")[-1] != host:
            return 403, "Pages of other sites may not use this."
        return None


def is_page(path: str) -> bool:
    """Whether this is a page for people, whose sign-in is a cookie."""
    return path == "/" or any(path == page or path.startswith(f"{page}/") for page in PAGES)


def beside(app: App, other: App, path: str) -> App:
    """An ASGI app in which `other` answers at one path and `app` everywhere else."""

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        await (other if scope.get("path") == path else app)(scope, receive, send)

    return either


def is_loopback(host: str) -> bool:
    """Whether an address, or a name of it, is this machine's own."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _limited(receive: Receive) -> Receive:
    """Ends a request that sends more than it may, whatever length it said."""
    got = 0

    async def limited() -> MutableMapping[str, Any]:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        return message if got <= LARGEST else {"type": "http.disconnect"}

    return limited


async def _drain(receive: Receive) -> None:
    """Reads a request to its end, within bounds: a client that is still sending would not hear the answer."""
    got, more = 0, True
    while more and got <= 4 * LARGEST:
        message = await receive()
        got += len(message.get("body", b""))
        more = message["type"] == "http.request" and bool(message.get("more_body"))


async def refuse(send: Send, status: int, sentence: str) -> None:
    """Answers with one sentence."""
    body = json.dumps({"error": sentence}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
