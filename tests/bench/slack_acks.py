"""How fast Slack is answered: Tunewise against a bare Bolt app that does one durable write for every event, in one run.

    python tests/bench/slack_acks.py [--events 2000] [--rate 100] [--at-once 8]

Both are served by the same uvicorn with the same adapter in a process of their own, and write to the same embedded server
(appendonly, fsync of every write). Rounds of the two alternate, so that both meet the same noise. Every event is a mention that
starts a thread, which costs Tunewise most: it makes the thread its own, claims the event under its names, queues it and,
once that is acknowledged, wakes a worker. The turns themselves are worked off by another process, as in production
(`--no-worker`), which sleeps here.
Acknowledgements are timed while events come at a steady rate, the same for both, whether the last was answered or not;
events a second are counted apart, with so many requests always under way. Printed per app, each the median
over the rounds, since other load on the machine comes in gusts; then the ratio of the 99th percentiles.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "slack")]
ROUNDS = 10


async def bare(folder: str) -> None:
    """A Bolt app that stores every event and nothing else."""
    from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult
    from slack_peer.workspace import BOT_ID, BOT_TOKEN, BOT_USER, SECRET, TEAM

    from bot.settings import Settings
    from bot.stores.connect import connect

    connection = await connect(Settings(_env_file=None, data=Path(folder), redis_url=None))

    async def authorize(**_: object) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=TEAM, bot_user_id=BOT_USER, bot_id=BOT_ID, bot_token=BOT_TOKEN
        )

    app = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=True)

    @app.event("app_mention")
    async def on_mention(body: dict[str, object]) -> None:
        await connection.client.rpush("bare", json.dumps(body))

    await serve(AsyncSlackRequestHandler(app, path="/slack/events"))


async def tunewise(folder: str, api: str) -> None:
    """Tunewise's own listeners and intake, without a worker."""
    from slack_peer.workspace import BOT_TOKEN, SECRET

    from bot.app import App
    from bot.engine.engine import Engine, Limits
    from bot.settings import Settings
    from bot.stores.connect import connect
    from bot.stores.drafts import RedisDrafts
    from bot.stores.ledger import RedisLedger
    from bot.stores.usage import RedisUsage
    from bot.surfaces.slack.joining import join
    from bot.surfaces.slack.values import Case, Feedback, Rules

    app = App(Settings(_env_file=None, data=Path(folder), redis_url=None))
    connection = await connect(app.settings)
    engine = Engine(connection, limits=Limits(user=10**9, workspace=10**9, backlog=10**9))
    metered = app.metered(RedisUsage(connection.client))
    joined = await join(
        talk=app.talk,
        turn=metered.turn,
        ask=metered.ask,
        intake=engine,
        ledger=RedisLedger(connection, 30, Case, Feedback),
        drafts=RedisDrafts(connection),
        rules=Rules(),
        token=BOT_TOKEN,
        signing_secret=SECRET,
        api_url=api,
    )
    engine.register("slack", joined.handler, joined.courier)
    async with engine:
        await serve(joined.asgi)


async def serve(asgi: object) -> None:
    """Serves on a free port, whose number is printed, until standard input ends."""
    import socket

    import uvicorn

    from bot.commands.service import settle

    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    config = uvicorn.Config(asgi, log_level="error", access_log=False, lifespan="off")  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    settle()  # as `serve` does; for both, so that it favours neither
    print(bound.getsockname()[1], flush=True)
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving


async def load(port: int, slack: object, events: int, rate: float, at_once: int) -> tuple[list[float], float]:
    """Milliseconds of every acknowledgement, and events a second."""
    import aiohttp
    from slack_peer.delivery import sign

    bodies = []
    channel = slack.workspace.channel("bench", "ana")  # type: ignore[attr-defined]
    for _ in range(events):
        message = slack.workspace.post(channel, {"user": "U1", "text": "<@U0TUNEWISE> should we fine-tune our bot?"})  # type: ignore[attr-defined]
        event = {**message, "type": "app_mention", "channel": channel.id, "event_ts": message["ts"]}
        bodies.append(json.dumps(slack.envelope(event, channel)))  # type: ignore[attr-defined]
    took: list[float] = []

    async def send(session: aiohttp.ClientSession, body: str) -> None:
        headers = {"Content-Type": "application/json", **sign(body)}
        start = time.perf_counter()
        async with session.post(f"http://127.0.0.1:{port}/slack/events", data=body, headers=headers) as response:
            await response.read()
            assert response.status == 200, response.status
        took.append((time.perf_counter() - start) * 1000)

    async def one_after_another(session: aiohttp.ClientSession, waiting: Iterator[str]) -> None:
        for body in waiting:
            await send(session, body)

    async with aiohttp.ClientSession() as session:
        start = time.perf_counter()
        if rate:
            tasks = []
            for number, body in enumerate(bodies):
                await asyncio.sleep(max(0.0, start + number / rate - time.perf_counter()))
                tasks.append(asyncio.create_task(send(session, body)))
            await asyncio.gather(*tasks)
        else:
            waiting = iter(bodies)
            await asyncio.gather(*(one_after_another(session, waiting) for _ in range(at_once)))
        return took, events / (time.perf_counter() - start)


async def compare(events: int, rate: float, at_once: int) -> dict[str, object]:
    """Both, in alternating rounds; the first of each warms up and is not counted."""
    from slack_peer.slack import Slack

    from bot.stores import server

    with tempfile.TemporaryDirectory() as folder:
        held = server.attach(Path(folder))
        async with Slack() as slack:
            processes = {}
            for name in ("bare", "tunewise"):
                command = [sys.executable, __file__, "--serve", name, "--folder", folder, "--api", slack.api]
                processes[name] = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ}
                )
            try:
                ports = {
                    name: int(await asyncio.to_thread(p.stdout.readline)) for name, p in processes.items() if p.stdout
                }
                took: dict[str, list[list[float]]] = {name: [] for name in ports}
                speeds: dict[str, list[float]] = {name: [] for name in ports}
                for round in range(ROUNDS + 1):
                    for name in sorted(ports, reverse=bool(round % 2)):
                        times, _ = await load(ports[name], slack, max(events // ROUNDS, 1), rate, at_once)
                        _, speed = await load(ports[name], slack, max(events // ROUNDS, 1), 0, at_once)
                        if round:
                            took[name].append(sorted(times))
                            speeds[name].append(speed)
            finally:
                for process in processes.values():
                    assert process.stdin
                    process.stdin.close()
                    process.wait(20)
        held.detach()
    found: dict[str, object] = {}
    for name, rounds in took.items():
        at = {f"p{q}_ms": round_(median([times[int(len(times) * q / 100)] for times in rounds])) for q in (50, 95, 99)}
        found[name] = {**at, "events_per_second": round_(median(speeds[name]))}
    found["p99_ratio"] = round_(found["tunewise"]["p99_ms"] / found["bare"]["p99_ms"])  # type: ignore[index]
    return found


def round_(value: float) -> float:
    """Two digits behind the point."""
    return round(value, 2)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--serve", choices=["bare", "tunewise"])
    parser.add_argument("--folder", default="")
    parser.add_argument("--api", default="")
    given = parser.parse_args()
    if given.serve == "bare":
        asyncio.run(bare(given.folder))
    elif given.serve == "tunewise":
        asyncio.run(tunewise(given.folder, given.api))
    else:
        print(json.dumps(asyncio.run(compare(given.events, given.rate, given.at_once)), indent=2))
