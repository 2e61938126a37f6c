"""Part: one process of an engine under test - a worker, or a web process that only takes mail in - that dies on cue.

    python tests/engine/part.py worker|web STORE PEER_PORT

STORE is a redis:// URL, or the folder of an embedded store. Lines on its input tell it what to do:

    mail THREAD ID          take mail in (answered by `took ID`, or `no ID` where the store failed)
    die STEP BEFORE|AFTER   kill -9 this process the next time that step is taken, right before or after it
    server STEP BEFORE|AFTER    kill -9 the store's server then instead
    stop                    end in good order

Steps are those of a turn as it really runs: put, token, next, handle, commit, send, note, finish.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
from peer import ask

from bot.core.session import Line
from bot.engine.engine import Engine, Limits
from bot.engine.logs import configure
from bot.engine.mail import Mail, Outcome, Post, Thread
from bot.engine.pace import Pace
from bot.errors import Passing, TunewiseError
from bot.settings import Settings
from bot.stores.connect import connect

PACE = Pace(lease=1.5, settle=0.2, sweep=0.2, first_wait=0.05, longest_wait=0.3, grace=2.0, attempts=100, crashes=500)
STEPS = ("put", "token", "next", "handle", "commit", "send", "note", "finish")


class Cue:
    """When to kill whom."""

    def __init__(self) -> None:
        self.at: tuple[str, str] | None = None
        self.whom = "die"
        self.server: int | None = None

    def reached(self, step: str, when: str) -> None:
        if self.at == (step, when):
            self.at = None
            if self.whom == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            elif self.server:
                with contextlib.suppress(ProcessLookupError):  # another process was quicker
                    os.kill(self.server, signal.SIGKILL)

    def around(self, step: str, doing: Any) -> Any:
        """What is done, with the cue before and after it."""

        @functools.wraps(doing)
        async def cued(*arguments: Any, **named: Any) -> Any:
            self.reached(step, "before")
            done = await doing(*arguments, **named)
            self.reached(step, "after")
            return done

        return cued


class Recite:
    """Writes the mail into the session and answers with all mail of the thread so far, so that a lost session shows."""

    async def handle(self, thread: Thread, mail: Mail) -> Outcome:
        lines = (*thread.session.transcript, Line(by=mail.by, text=mail.id))
        session = thread.session.model_copy(update={"transcript": lines[-50:]})
        text = " ".join(line.text for line in session.transcript)
        return Outcome(session=session, posts=(Post(kind="text", body={"text": text}),))


class Caller:
    """Posts to the peer, and looks up there."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def working(self, mail: Mail) -> None: ...

    async def send(self, mail: Mail, post: Post, id: str, places: dict[str, str]) -> str:
        return await self._ask(do="post", id=id, thread=mail.thread, mail=mail.id, text=post.body["text"])

    async def find(self, mail: Mail, post: Post, id: str, places: dict[str, str]) -> str | None:
        return await self._ask(do="find", id=id)

    async def apologise(self, mail: Mail, sentence: str, ours: bool) -> None:
        await self._ask(do="post", id="sorry", thread=mail.thread, mail=mail.id, text=sentence)

    async def _ask(self, **asked: Any) -> Any:
        try:
            return (await ask(self._port, **asked))["place"]
        except (OSError, ValueError) as error:
            raise Passing("the peer is away") from error


async def main() -> None:
    role, store, port = sys.argv[1:4]
    configure()
    cue = Cue()
    by_url = "://" in store
    connection = await connect(Settings(redis_url=store) if by_url else Settings(data=Path(store), redis_url=None))
    engine = Engine(connection, pace=PACE, limits=Limits(user=10**6, workspace=10**6))
    handler, caller = Recite(), Caller(int(port))
    engine.boxes.put = cue.around("put", engine.boxes.put)  # type: ignore[method-assign]
    engine.queue.add = cue.around("token", engine.queue.add)  # type: ignore[method-assign]
    if role == "worker":
        for step in ("next", "commit", "note", "finish"):
            setattr(engine.boxes, step, cue.around(step, getattr(engine.boxes, step)))
        handler.handle = cue.around("handle", handler.handle)  # type: ignore[method-assign]
        caller.send = cue.around("send", caller.send)  # type: ignore[method-assign]
    engine.register("test", handler, caller)
    async with engine:
        running = asyncio.create_task(engine.run()) if role == "worker" else None
        print("ready", flush=True)
        while line := (await asyncio.to_thread(sys.stdin.readline)).split():
            match line:
                case ["mail", thread, id]:
                    mail = Mail(
                        id=id, workspace="W", thread=thread, surface="test", kind="say", by="ana", body={},
                        received=time.time(),
                    )  # fmt: skip
                    try:
                        await engine.receive(mail)
                        print(f"took {id}", flush=True)
                    except TunewiseError:
                        print(f"no {id}", flush=True)
                case [("die" | "server") as whom, step, when, *pid]:
                    cue.whom, cue.at, cue.server = whom, (step, when), int(pid[0]) if pid else None
                    print("set", flush=True)
                case _:
                    break
        engine.stop()
        if running:
            await running
    await connection.close()


if __name__ == "__main__":
    asyncio.run(main())
