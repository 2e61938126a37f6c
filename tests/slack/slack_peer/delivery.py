"""Delivery: how a workspace tells the app what happened - signed HTTP requests with retries, or Socket Mode."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from slack_peer.workspace import SECRET


@dataclass
class Delivered:
    """One delivery: what came back, after how many seconds, and at which try."""

    status: int
    body: str
    seconds: float
    retries: int = 0

    @property
    def json(self) -> dict[str, Any]:
        """The answer's JSON; empty where there was none."""
        return dict(json.loads(self.body)) if self.body.startswith("{") else {}


def sign(body: str, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """The headers with which Slack proves that a request is its own."""
    stamp = str(int(at if at is not None else time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


class OverHTTP:
    """Posts to the app's request URL as Slack does: up to three retries for events, the first of them at once."""

    waits = (0.0, 0.05, 0.1)  # Slack waits 0, 60 and 300 seconds

    def __init__(self, url: str) -> None:
        self.url = url
        self._session: aiohttp.ClientSession | None = None

    async def post(self, body: str, form: bool, headers: dict[str, str] | None = None) -> Delivered:
        """One request, signed unless headers say otherwise."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        sent = {"Content-Type": kind, **(headers if headers is not None else sign(body))}
        start = time.perf_counter()
        async with self._session.post(self.url, data=body.encode(), headers=sent) as response:
            text = await response.text()
            return Delivered(response.status, text, time.perf_counter() - start)

    async def event(self, payload: dict[str, Any]) -> Delivered:
        """An event, until it is acknowledged or given up."""
        body = json.dumps(payload)
        result = await self.post(body, form=False)
        for number, wait in enumerate(self.waits, 1):
            if result.status == 200:
                break
            await asyncio.sleep(wait)
            again = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_error"}
            result = await self.post(body, form=False, headers={**sign(body), **again})
            result.retries = number
        return result

    async def interaction(self, payload: dict[str, Any]) -> Delivered:
        """A press, a submission or a shortcut; Slack does not try those again."""
        return await self.post(urlencode({"payload": json.dumps(payload)}), form=True)

    async def command(self, fields: dict[str, str]) -> Delivered:
        """A slash command."""
        return await self.post(urlencode(fields), form=True)

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()


@dataclass
class OverSocket:
    """Socket Mode: the app connects, envelopes go out and are acknowledged."""

    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    patience: float = 5.0

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection of the app."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets) + 1, "debug_info": {}})
        self.sockets.append(socket)
        self.connected.set()
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                answer = json.loads(message.data)
                future = self.waiting.pop(answer.get("envelope_id", ""), None)
                if future is not None and not future.done():
                    future.set_result(answer.get("payload"))
        self.sockets.remove(socket)
        return socket

    async def _send(self, kind: str, payload: dict[str, Any], retry: int = 0) -> Delivered:
        await asyncio.wait_for(self.connected.wait(), self.patience)
        envelope = str(uuid.uuid4())
        self.waiting[envelope] = asyncio.get_running_loop().create_future()
        message: dict[str, Any] = {
            "type": kind,
            "envelope_id": envelope,
            "payload": payload,
            "accepts_response_payload": True,
        }
        if kind == "events_api":
            message |= {"retry_attempt": retry, "retry_reason": "timeout" if retry else ""}
        start = time.perf_counter()
        await self.sockets[-1].send_json(message)
        try:
            answer = await asyncio.wait_for(self.waiting[envelope], self.patience)
        except TimeoutError:
            return Delivered(504, "", self.patience, retry)
        return Delivered(200, json.dumps(answer) if answer else "", time.perf_counter() - start, retry)

    async def event(self, payload: dict[str, Any]) -> Delivered:
        """An event, until it is acknowledged or given up."""
        for retry in range(4):
            result = await self._send("events_api", payload, retry)
            if result.status == 200:
                break
        return result

    async def interaction(self, payload: dict[str, Any]) -> Delivered:
        """A press, a submission or a shortcut."""
        return await self._send("interactive", payload)

    async def command(self, fields: dict[str, str]) -> Delivered:
        """A slash command."""
        return await self._send("slash_commands", dict(fields))

    async def close(self) -> None:
        """Ends every connection."""
        for socket in list(self.sockets):
            await socket.close()
