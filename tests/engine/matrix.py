"""Matrix: kill -9 at every step of a turn, of the worker, the store's server or the web process, on real processes.

    python tests/engine/matrix.py [--trials 1000] [--seed N] [--store embedded|redis]

A trial hands a few messages of two threads to a web process while two workers run, has one process or the server die at
one step, sees that it is started anew (a supervisor's part; the engine itself restarts an embedded server), and waits
until a peer has all answers. It fails where an acknowledged message has no answer, where one has two, where a thread's
answers are out of order, or where an answer shows that an earlier turn's session was lost.
Unacknowledged messages are handed over again, as Slack does.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "stores")]
from part import STEPS
from peer import ask
from store_processes import Remote, server_pid, start_remote, stop_remote, valkey

INTAKE = ("put", "token")
CELLS = [
    *(("worker", step, when) for step in STEPS if step not in INTAKE for when in ("before", "after")),
    *(("server", step, when) for step in STEPS for when in ("before", "after")),
    *(("web", step, when) for step in INTAKE for when in ("before", "after")),
]
# As README.md tells operators to set their own: what is acknowledged is on the disk.
KEEPING = ("--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction")
THREADS, EACH = 2, 3
PATIENCE = 40.0  # seconds until a message counts as lost


class Process:
    """A part in a process of its own."""

    def __init__(self, role: str, store: str, port: int) -> None:
        self.role, self._arguments, self.starts = role, (store, str(port)), 0
        self.start()

    def start(self) -> None:
        """Starts it, or starts it anew."""
        self.starts += 1
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "part.py"), self.role, *self._arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        if self._line() != "ready":
            raise RuntimeError(f"the {self.role} does not start")

    def tell(self, line: str) -> str:
        """Its answer to a line; nothing where it died over it."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            return self._line()
        except BrokenPipeError:
            return ""

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    @property
    def dead(self) -> bool:
        return self.process.poll() is not None

    def end(self) -> None:
        """Ends it for good."""
        self.process.kill()
        self.process.communicate()


@dataclass
class Place:
    """The processes of a run. With a `remote`, the store is a server of its own that a supervisor starts anew."""

    store: str
    port: int
    folder: Path
    remote: Remote | None = None
    binary: str = ""
    workers: list[Process] = field(default_factory=list)
    web: Process | None = None
    servers: int = 0
    _last_server: int = 0

    @property
    def server(self) -> int:
        return self.remote.process.pid if self.remote else server_pid(self.folder)

    @property
    def killed(self) -> int:
        """How many processes and servers were killed so far."""
        if self.server != self._last_server:
            self._last_server, self.servers = self.server, self.servers + 1
        return self.servers + sum(part.starts - 1 for part in (*self.workers, self.web) if part)

    def mend(self) -> None:
        """A supervisor's part: starts anew what died."""
        if self.remote and self.remote.process.poll() is not None:
            self.remote = start_remote(self.binary, self.folder, *KEEPING, port=self.remote.port)
        for part in (*self.workers, self.web):
            if part and part.dead:
                part.end()
                part.start()


@contextmanager
def place(kind: str) -> Iterator[Place]:
    """Peer, store, two workers and a web process."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        peer = subprocess.Popen(
            [sys.executable, str(HERE / "peer.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert peer.stdout is not None
        port = int(peer.stdout.readline())
        if kind == "embedded":
            here = Place(str(folder / "data"), port, folder / "data")
        else:
            binary = valkey() if kind == "valkey" else shutil.which("redis-server") or sys.exit("no redis-server")
            remote = start_remote(binary, folder, *KEEPING)
            here = Place(remote.url(), port, folder, remote, binary)
        try:
            here.workers = [Process("worker", here.store, port) for _ in range(2)]
            here.web = Process("web", here.store, port)
            yield here
        finally:
            for part in (*here.workers, here.web):
                if part:
                    part.end()
            peer.kill()
            peer.communicate()
            if here.remote:
                stop_remote(here.remote)
            elif (here.folder / "server.pid").exists():
                os.kill(here.server, signal.SIGKILL)


async def trial(here: Place, number: int, cell: tuple[str, str, str]) -> tuple[list[str], float]:
    """What went wrong in one trial, and how many seconds it took until all answers were there."""
    whom, step, when = cell
    assert here.web is not None
    targets = [here.web] if step in INTAKE else here.workers
    cue = f"server {step} {when} {here.server}" if whom == "server" else f"die {step} {when}"
    for target in random.sample(targets, random.randint(1, len(targets))):
        target.tell(cue)
    order = {f"{number}-{thread}": [f"{number}-{thread}-{n}" for n in range(EACH)] for thread in range(THREADS)}
    began = time.monotonic()
    for n in range(EACH):
        for thread, ids in order.items():
            while here.web.tell(f"mail {thread} {ids[n]}") != f"took {ids[n]}":  # not acknowledged: handed over again
                if time.monotonic() - began > PATIENCE:
                    return [f"{ids[n]} was not taken in"], PATIENCE
                await asyncio.sleep(0.05)
                here.mend()
    wanted = THREADS * EACH
    while True:
        here.mend()
        posts = [post for post in await ask(here.port, do="all") if post["thread"] in order]
        if len(posts) >= wanted or time.monotonic() - began > PATIENCE:
            break
        await asyncio.sleep(0.03)
    took = time.monotonic() - began
    for part in (*here.workers, here.web):
        part.tell("die none none")  # where the cue was not reached
    return list(wrongs(order, posts)), took


def wrongs(order: dict[str, list[str]], posts: list[dict[str, str]]) -> Iterator[str]:
    """What is lost, doubled, out of order or forgotten."""
    for thread, ids in order.items():
        texts = [post["text"] for post in posts if post["thread"] == thread]
        wanted = [" ".join(ids[: n + 1]) for n in range(len(ids))]
        counted = Counter(texts)
        yield from (f"lost: {text!r} in {thread}" for text in wanted if not counted[text])
        yield from (f"doubled: {text!r} in {thread}" for text, times in counted.items() if times > 1)
        yield from (f"wrong: {text!r} in {thread}" for text in texts if text not in wanted)
        if counted == Counter(wanted) and texts != wanted:
            yield f"out of order: {texts} in {thread}"


@dataclass(frozen=True)
class Result:
    """In how many trials something was killed, and how many things went wrong."""

    hit: int
    wrong: int


async def run(kind: str, trials: int, seed: int) -> Result:
    """Runs the trials."""
    random.seed(seed)
    found, slowest, hit, began = 0, 0.0, 0, time.monotonic()
    with place(kind) as here:
        here._last_server = here.server
        for number, cell in zip(range(trials), itertools.cycle(CELLS), strict=False):
            before = here.killed
            wrong, took = await trial(here, number, cell)
            here.mend()
            hit += here.killed > before
            slowest = max(slowest, took)
            for line in wrong:
                print(f"trial {number}, {' '.join(cell)}: {line}", flush=True)
            found += len(wrong)
            if number % 100 == 99:
                await asyncio.sleep(0.5)  # a late duplicate would show now
                print(f"{number + 1} trials, {found} wrong, {time.monotonic() - began:.0f} s", flush=True)
        await asyncio.sleep(1.0)
        twice = [
            id for id, times in Counter(post["id"] for post in await ask(here.port, do="all")).items() if times > 1
        ]
        for id in twice:
            print(f"doubled in the end: {id}", flush=True)
        total = here.killed
    answers = trials * THREADS * EACH
    print(
        f"{kind}: {trials} trials, in {hit} of them {total} kills, {answers} messages, "
        f"{found + len(twice)} wrong, slowest {slowest:.1f} s, {time.monotonic() - began:.0f} s in all"
    )
    return Result(hit, found + len(twice))


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill processes at every step of a turn.")
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", choices=("embedded", "valkey", "redis"), default="embedded")
    arguments = parser.parse_args()
    sys.exit(1 if asyncio.run(run(arguments.store, arguments.trials, arguments.seed)).wrong else 0)


if __name__ == "__main__":
    main()
