"""`tunewise slack` and `tunewise serve` as processes, in a workspace on loopback."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from slack_peer.delivery import OverHTTP, sign
from slack_peer.slack import Slack, until
from slack_peer.workspace import APP_TOKEN, BOT_TOKEN, SECRET
from test_slack_mention import DECIDED, shown

ROOT = Path(__file__).parent.parent.parent
TOKEN = "a-long-random-text-for-tests"


@asynccontextmanager
async def running(slack: Slack, folder: Path, *arguments: str, until: str, **environment: str) -> AsyncIterator[str]:
    """A command of Tunewise's as a process, until the block ends; what it says up to a word. It has to end well."""
    kept = {key: value for key, value in os.environ.items() if key != "REDIS_URL" and not key.startswith("SLACK_")}
    told = {
        "TUNEWISE_DATA": str(folder),
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_API_URL": slack.api,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=folder.parent, env={**kept, **told, **environment},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        said = ""
        while until not in said:
            line = (await asyncio.wait_for(process.stderr.readline(), 60)).decode()
            assert line, said
            said += line
        yield said
        process.send_signal(signal.SIGTERM)
        rest = (await asyncio.wait_for(process.stderr.read(), 30)).decode()
        assert await process.wait() == 0, rest
        assert "Traceback" not in rest
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.slow
async def test_slack_over_socket_mode(slack: Slack, tmp_path: Path) -> None:
    channel = slack.workspace.channel("support", "ana")
    async with running(slack, tmp_path / "data", "slack", until="In Slack", SLACK_APP_TOKEN=APP_TOKEN) as said:
        assert f"workspace {slack.workspace.team}" in said
        await slack.says("ana", channel, DECIDED)
        [card] = await until(lambda: slack.workspace.by_bot(channel), 60)
        assert "build evals first" in shown(card)


@pytest.mark.slow
async def test_slack_over_http_beside_the_api(slack: Slack, tmp_path: Path) -> None:
    channel = slack.workspace.channel("support", "ana")
    secrets = {"SLACK_SIGNING_SECRET": SECRET, "TUNEWISE_TOKEN": TOKEN}
    async with running(slack, tmp_path / "data", "serve", "--port", "0", until="http", **secrets) as said:
        at = re.search(r"http://\S+:\d+", said)
        assert at, said
        slack.deliver = OverHTTP(f"{at[0]}/slack/events")
        await slack.says("ana", channel, DECIDED)
        [card] = await until(lambda: slack.workspace.by_bot(channel), 60)
        assert "build evals first" in shown(card)
        root = card["thread_ts"]
        async with aiohttp.ClientSession() as session:
            asked = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a", "token": "unused"})
            async with session.post(
                f"{at[0]}/slack/events", data=asked, headers={"Content-Type": "application/json", **sign(asked)}
            ) as got:
                assert "3eZbrw1a" in await got.text()
            async with session.post(
                f"{at[0]}/slack/events", data=asked, headers={"Content-Type": "application/json"}
            ) as got:
                assert got.status == 401
            async with session.post(f"{at[0]}/api/threads") as got:
                assert got.status == 401
            mine = {"Authorization": f"Bearer {TOKEN}"}
            for key in (f"slack-{slack.workspace.team}-{channel.id}-{root}", root):
                async with session.get(f"{at[0]}/api/threads/{key}", headers=mine) as got:
                    assert "summariser" not in await got.text(), "threads of Slack are not read through the API"


@pytest.mark.slow
@pytest.mark.parametrize(("token", "word"), [("xoxb-wrong", "invalid_auth")])
async def test_a_wrong_token_ends_with_a_sentence(slack: Slack, tmp_path: Path, token: str, word: str) -> None:
    kept = {key: value for key, value in os.environ.items() if key != "REDIS_URL" and not key.startswith("SLACK_")}
    told = {"TUNEWISE_DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT), "SLACK_BOT_TOKEN": token,
            "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": slack.api}  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "slack", cwd=tmp_path, env={**kept, **told},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1 and word in said.decode() and "Traceback" not in said.decode()
    assert token not in said.decode()
