"""Measures the engine under load: turns a second with 1, 2 and 4 worker processes, time to take mail in, age of the queue.

    python tests/bench/engine_load.py [--turns 1000] [--threads 100] [--store embedded|redis]

Each turn is an empty one (it writes a line into the session and sends one post that costs nothing), so that what is
measured is the engine and its store. Processes share the cores of one machine. Redis commands are counted by the server,
over the load alone, those inside scripts included.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests" / "stores"), str(ROOT)]

from store_processes import server_pid, start_remote, stop_remote

from bot.core.session import Line
from bot.engine.engine import Engine, Limits
from bot.engine.logs import configure
from bot.engine.mail import Mail, Outcome, Post, Thread
from bot.settings import Settings
from bot.stores.connect import Connection, connect

WORKERS = (1, 2, 4)


class Empty:
    """Handler and courier of turns that cost nothing themselves."""

    async def handle(self, thread: Thread, mail: Mail) -> Outcome:
        lines = (*thread.session.transcript, Line(by=mail.by, text=mail.id))
        session = thread.session.model_copy(update={"transcript": lines[-50:]})
        return Outcome(session=session, posts=(Post(kind="text", body={}),))

    async def working(self, mail: Mail) -> None: ...

    async def send(self, mail: Mail, post: Post, id: str, places: dict[str, str]) -> str:
        return id

    async def find(self, mail: Mail, post: Post, id: str, places: dict[str, str]) -> str | None:
        return None

    async def apologise(self, mail: Mail, sentence: str, ours: bool) -> None: ...


def settings_of(store: str) -> Settings:
    return Settings(redis_url=store) if "://" in store else Settings(data=Path(store), redis_url=None)


def make_engine(connection: Connection) -> Engine:
    engine = Engine(connection, limits=Limits(user=10**9, workspace=10**9, backlog=10**9))
    engine.register("bench", Empty(), Empty())
    return engine


async def work(store: str) -> None:
    """A worker process, until its input ends."""
    configure()
    connection = await connect(settings_of(store))
    async with make_engine(connection) as engine:
        running = asyncio.create_task(engine.run())
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        engine.stop()
        await running
    await connection.close()


async def calls(connection: Connection) -> dict[str, int]:
    found: dict[str, Any] = await connection.client.info("commandstats")
    return {name.removeprefix("cmdstat_"): int(stat["calls"]) for name, stat in found.items()}


async def load(store: str, workers: int, turns: int, threads: int) -> None:
    """One measurement."""
    processes = [
        subprocess.Popen(
            [sys.executable, __file__, "--work", store],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for _ in range(workers)
    ]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    connection = await connect(settings_of(store))
    enqueued: list[float] = []
    ages: list[float] = []
    async with make_engine(connection) as engine:
        before, began = await calls(connection), time.monotonic()

        async def give(thread: int) -> None:
            for n in range(turns // threads):
                mail = Mail(
                    id=f"{workers}-{thread}-{n}", workspace="W", thread=f"t{thread}", surface="bench", kind="say",
                    by="ana", body={}, received=time.time(),
                )  # fmt: skip
                start = time.monotonic()
                await engine.receive(mail)
                enqueued.append(time.monotonic() - start)

        async def give_all() -> None:
            waiting = iter(range(threads))
            await asyncio.gather(*(_each(waiting, give) for _ in range(4)))  # four requests at a time

        giving = asyncio.create_task(give_all())
        while True:
            found = await engine.boxes.measures()
            ages.append(time.time() - found.oldest if found.oldest else 0.0)
            if giving.done() and not found.backlog:
                break
            await asyncio.sleep(0.05)
        took, after = time.monotonic() - began, await calls(connection)
    for process in processes:
        process.communicate()
    await connection.close()
    done = turns // threads * threads
    spent = {name: (count - before.get(name, 0)) / done for name, count in after.items()}
    dear = sorted(spent.items(), key=lambda item: -item[1])[:6]
    marks = statistics.quantiles(enqueued, n=100)
    print(
        f"{workers} workers: {done / took:.0f} turns/s; taken in p50 {1000 * marks[49]:.1f} ms, p99 {1000 * marks[98]:.1f} ms; "
        f"queue age at most {max(ages):.1f} s; {sum(spent.values()):.0f} Redis commands a turn, of which "
        f"{spent.get('evalsha', 0):.1f} scripts ({', '.join(f'{name} {count:.1f}' for name, count in dear)})"
    )


async def _each(waiting: Any, give: Any) -> None:
    for thread in waiting:
        await give(thread)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the engine under load.")
    parser.add_argument("--turns", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=100)
    parser.add_argument("--store", choices=("embedded", "redis"), default="embedded")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        asyncio.run(work(arguments.work))
        return
    for workers in WORKERS:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            remote = None
            store = str(Path(folder) / "data")
            if arguments.store == "redis":
                binary = shutil.which("redis-server") or sys.exit("there is no redis-server on PATH")
                remote = start_remote(binary, Path(folder), "--appendonly", "yes")
                store = remote.url()
            try:
                asyncio.run(load(store, workers, arguments.turns, arguments.threads))
            finally:
                if remote:
                    stop_remote(remote)
                elif (Path(store) / "server.pid").exists():
                    os.kill(server_pid(Path(store)), signal.SIGKILL)


if __name__ == "__main__":
    main()
