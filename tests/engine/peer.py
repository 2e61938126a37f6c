"""Peer: a chat service on loopback, in a process of its own, that outlives whatever is killed.

It serves lines of JSON over TCP: {"do": "post", id, thread, text} answers {"place"}, {"do": "find", id} answers {"place"},
{"do": "all"} answers everything posted in order, {"do": "clear"} forgets it. Like a real service it does not notice a
post that is sent twice: it lists it twice.

    python tests/engine/peer.py        prints its port, and ends with its input
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from typing import Any

POSTS: list[dict[str, Any]] = []


def answer(asked: dict[str, Any]) -> Any:
    match asked.pop("do"):
        case "post":
            POSTS.append(asked)
            return {"place": str(len(POSTS))}
        case "find":
            return {"place": next((str(n) for n, post in enumerate(POSTS, 1) if post["id"] == asked["id"]), None)}
        case "clear":
            POSTS.clear()
    return POSTS


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):  # who asked was killed
        while line := await reader.readline():
            writer.write(json.dumps(answer(json.loads(line))).encode() + b"\n")
            await writer.drain()
    writer.close()


async def ask(port: int, **asked: Any) -> Any:
    """One question to the peer at a port."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**26)
    try:
        writer.write(json.dumps(asked).encode() + b"\n")
        await writer.drain()
        return json.loads(await reader.readline())
    finally:
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
