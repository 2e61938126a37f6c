"""What operators do from the command line, on a store with a message that could not be worked on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from working import Board, Echo, engine_on, mail, until

from bot.settings import Settings
from bot.stores.connect import connect
from bot.stores.health import worries


def tunewise(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments], capture_output=True, text=True, cwd=Path(__file__).parents[2],
        env=os.environ | {"TUNEWISE_DATA": str(folder)},
    )  # fmt: skip


async def test_dead_letters_are_listed_pointed_to_and_tried_again(folder):
    echo, board = Echo(), Board()

    async def fail(thread, one):
        raise ValueError("broken")

    echo.before = fail
    connection = await connect(Settings(data=folder, redis_url=None))
    async with engine_on(connection, echo, board) as engine:
        await engine.receive(mail("m"))
        await until(lambda: bool(board.sorries))
        await until(lambda: not engine.turns.in_hand)
    await connection.close()

    (listed,) = json.loads(tunewise(folder, "turns", "list", "--json").stdout)
    assert listed["id"] in board.sorries[0] and listed["thread"] == "t" and listed["reason"].startswith("ValueError at")
    assert listed["id"] in tunewise(folder, "turns", "list").stdout
    found = tunewise(folder, "doctor")
    assert found.returncode == 1 and "[!!] dead letters: 1 could not be worked on" in found.stdout
    assert "tunewise turns list" in found.stdout
    unknown = tunewise(folder, "turns", "retry", "nothing")
    assert unknown.returncode == 2 and "no dead letter" in unknown.stderr
    assert tunewise(folder, "turns", "retry", listed["id"]).returncode == 0
    assert "No message was left undone." in tunewise(folder, "turns", "list").stdout
    found = tunewise(folder, "doctor")
    assert found.returncode == 0 and "[ok] queue: 1 messages not done" in found.stdout

    echo.before = None
    connection = await connect(Settings(data=folder, redis_url=None))
    async with engine_on(connection, echo, board):
        await until(lambda: bool(board.posts))
    await connection.close()
    assert board.said("t") == ["m"]


async def test_a_store_that_throws_turns_away_is_pointed_to(connection):
    before = await worries(connection)
    assert not any("maxmemory" in worry for worry in before)
    await connection.client.config_set("maxmemory-policy", "allkeys-lru")
    assert any("allkeys-lru" in worry and "noeviction" in worry for worry in await worries(connection))
