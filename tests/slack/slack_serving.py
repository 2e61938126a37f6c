"""Serving: Tunewise in a workspace, all of it real - Bolt, the engine, the embedded store - over HTTP or Socket Mode."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from slack_peer.delivery import OverHTTP
from slack_peer.slack import Slack, until
from slack_peer.workspace import APP_TOKEN, BOT_TOKEN, SECRET, Channel

from bot.app import App
from bot.core.session import Session
from bot.engine.engine import Engine, Limits
from bot.engine.pace import Pace
from bot.stores.connect import Connection
from bot.stores.drafts import RedisDrafts
from bot.stores.keys import BACKLOG
from bot.stores.ledger import RedisLedger
from bot.stores.sessions import RedisSessions
from bot.stores.usage import RedisUsage
from bot.surfaces.slack.joining import Joined, join
from bot.surfaces.slack.values import Case, Feedback, Rules

RETENTION = 30


@dataclass
class Served:
    """A workspace with Tunewise in it."""

    slack: Slack
    engine: Engine
    ledger: RedisLedger
    joined: Joined
    asgi: Any

    async def settled(self) -> None:
        """Waits until all mail was worked off and posted."""
        quiet = 0
        for _ in range(4000):
            quiet = quiet + 1 if not await self.engine.connection.client.zcard(BACKLOG) else 0
            if quiet == 2:
                return
            await asyncio.sleep(0.005)
        raise AssertionError("mail is still waiting")

    async def session(self, key: str) -> Session | None:
        """A thread's stored session."""
        sessions = RedisSessions(self.engine.connection, retention_days=RETENTION, workspace=self.slack.workspace.team)
        return await sessions.load(key)

    def posted(self, channel: Channel) -> list[dict[str, Any]]:
        """What Tunewise has posted in a channel."""
        return self.slack.workspace.by_bot(channel)


@asynccontextmanager
async def serving(
    app: App, connection: Connection, slack: Slack, *, rules: Rules | None = None, socket_mode: bool = False,
    pace: Pace | None = None,
) -> AsyncIterator[Served]:  # fmt: skip
    """Tunewise in the workspace of `slack`, until the block ends."""
    rules = rules or Rules(retention_days=RETENTION)
    engine = Engine(
        connection,
        retention_days=RETENTION,
        pace=pace or Pace(settle=0.05, first_wait=0.05),
        limits=Limits(user=1000, workspace=10_000),
    )
    ledger = RedisLedger(connection, RETENTION, Case, Feedback)
    metered = app.metered(RedisUsage(connection.client))
    joined = await join(
        talk=app.talk, turn=metered.turn, ask=metered.ask, intake=engine, ledger=ledger,
        drafts=RedisDrafts(connection), rules=rules, token=BOT_TOKEN, signing_secret=SECRET, api_url=slack.api,
    )  # fmt: skip
    engine.register("slack", joined.handler, joined.courier)
    async with engine:
        running = asyncio.create_task(engine.run())
        try:
            if socket_mode:
                handler = await joined.connect(APP_TOKEN)
                await until(slack.socket.connected.is_set)
                yield Served(slack, engine, ledger, joined, None)
                await ended(handler.close_async())
            else:
                async with listening(joined.asgi) as url:
                    slack.deliver = OverHTTP(f"{url}/slack/events")
                    yield Served(slack, engine, ledger, joined, joined.asgi)
                    await ended(slack.deliver.close())
        finally:
            engine.stop()
            await ended(running)
            await ended(joined.close())


@asynccontextmanager
async def listening(asgi: Any) -> AsyncIterator[str]:
    """An ASGI app on a free port of loopback; its address."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(asgi, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    )
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined,method-assign]
    task = asyncio.create_task(server.serve(sockets=[bound]))
    await until(lambda: server.started)
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.should_exit = True
    await ended(task)
    bound.close()


async def ended(leaving: Awaitable[Any], within: float = 15.0) -> None:
    """Waits for something that closes, but not for ever: a connection that never says goodbye must not hold up all tests."""
    task = asyncio.ensure_future(leaving)
    await asyncio.wait({task}, timeout=within)
    if not task.done():
        sys.stderr.write(f"given up waiting for {leaving!r}\n")
        task.cancel()
        return
    task.result()
