"""Streams: an answer is shown while it comes, stands in the thread once, and is whole in the end - whatever breaks."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from slack_peer.slack import MENTION, Slack, until
from slack_peer.workspace import APP_TOKEN, BOT_TOKEN, Channel
from slack_serving import RETENTION, Served, serving
from test_slack_mention import DECIDED, shown

sys.path.append(str(Path(__file__).parents[1] / "language" / "model"))
from apps import app_with
from brains import Colleague, heard
from loopback import ModelServer
from loopback import serving as answering

from bot.engine.mail import Mail
from bot.engine.pace import Pace
from bot.errors import Passing, StoreError
from bot.stores.connect import Connection
from bot.surfaces.slack import streams
from bot.surfaces.slack.values import Rules
from bot.talk.replies import Reply

ROOT = Path(__file__).parents[2]
ASKED = "how many examples does fine-tuning need?"
RULES = Rules(provider="openai", retention_days=RETENTION)
SLOW = 0.4  # seconds for which the turn waits after each piece, so that Slack sees it come
EVIL = "<!channel> @here [win](https://evil.example) *loud* <@U1>"


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with answering(Colleague({ASKED: heard(kind="question", question=ASKED)})) as server:
        yield server


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "SETTLE", 0.05)
    monkeypatch.setattr(streams, "EVERY", 0.05)


@asynccontextmanager
async def streaming(server: ModelServer, connection: Connection, slack: Slack, **rules: Any) -> AsyncIterator[Served]:
    """Tunewise with a real model server, the pieces of whose answers come slowly."""
    pace = Pace(settle=0.05, first_wait=0.05)
    rules_now = RULES.model_copy(update=rules)
    async with serving(app_with(server.url), connection, slack, rules=rules_now, pace=pace) as served:
        room = served.joined.handler._room
        turn = room._turn

        async def slowly(session: Any, message: Any, *, show: Any, **more: Any) -> Any:
            def shows(piece: str) -> None:
                show(piece)
                time.sleep(SLOW)

            return await turn(session, message, show=shows if show else None, **more)

        room._turn = slowly
        yield served


def watched(slack: Slack) -> list[str]:
    """What stood in the streamed message each time that something came."""
    seen: list[str] = []
    slack.web.on_appended = lambda channel, message: seen.append(message["text"])
    return seen


def whole(served: Served, channel: Channel) -> dict[str, Any]:
    """The one message in a channel: an answer with its sources, under an id of ours, and no stream any more."""
    [message] = served.posted(channel)
    assert "Sources" in json.dumps(message["blocks"]) and message["metadata"]["event_type"] == "tunewise_post"
    assert message.get("streaming_until", 0.0) < time.time()
    return message


async def ask(served: Served, channel: Channel, to: str = f"{MENTION} ") -> None:
    await served.slack.says("ana", channel, f"{to}{ASKED}")
    await served.settled()


@pytest.mark.parametrize("kind", ["channel", "group", "mpim", "im"])
async def test_an_answer_is_shown_while_it_comes(
    model: ModelServer, connection: Connection, slack: Slack, kind: str
) -> None:
    async with streaming(model, connection, slack) as served:
        channel = slack.workspace.direct("ana") if kind == "im" else slack.workspace.channel("team", "ana", kind=kind)
        seen = watched(slack)
        await ask(served, channel, "" if kind == "im" else f"{MENTION} ")
        message = whole(served, channel)
        assert seen and all(later.startswith(earlier) for earlier, later in pairwise(seen))
        [begun] = slack.workspace.calls("chat.startStream")
        assert (
            begun["recipient_user_id"] == slack.workspace.person("ana") and begun["thread_ts"] == message["thread_ts"]
        )
        assert not slack.workspace.calls("chat.postMessage"), "nothing was posted beside it"
        assert "[1]" in message["text"] and "[1]" in seen[-1]


async def test_a_verdict_is_posted_whole(model: ModelServer, connection: Connection, slack: Slack) -> None:
    model.brain = Colleague()
    async with streaming(model, connection, slack) as served:
        channel = slack.workspace.channel("team", "ana")
        await slack.says("ana", channel, DECIDED)
        await served.settled()
        assert "evals" in shown(served.posted(channel)[-1]) and not slack.workspace.calls("chat.startStream")


@pytest.mark.parametrize("why", ["channel", "external", "forbidden", "scope"])
async def test_where_it_cannot_be_streamed_it_is_one_plain_message(
    model: ModelServer, connection: Connection, slack: Slack, why: str
) -> None:
    if why == "channel":
        slack.web.streamable = {"im"}
    async with streaming(model, connection, slack, connect=True, model=why != "forbidden") as served:
        if why == "scope":  # without it nothing that was begun could be found again
            served.joined.handler._room._streams._granted = frozenset()
        channel = slack.workspace.channel("team", "ana", external=why == "external")
        await ask(served, channel)
        whole(served, channel)
        assert not slack.workspace.calls("chat.startStream") and len(slack.workspace.calls("chat.postMessage")) == 1
        assert not await connection.client.keys("*slack:draft*")


async def test_a_stream_that_ends_by_itself_is_finished_by_an_edit(
    model: ModelServer, connection: Connection, slack: Slack
) -> None:
    slack.web.stream_seconds = 0.2
    async with streaming(model, connection, slack) as served:
        channel = slack.workspace.channel("team", "ana")
        await ask(served, channel)
        whole(served, channel)
        assert not slack.workspace.calls("chat.postMessage") and not slack.workspace.calls("chat.stopStream")


@pytest.mark.parametrize("status", [429, 500])
@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream", "chat.update"])
async def test_a_slack_that_stumbles_doubles_nothing(
    model: ModelServer, connection: Connection, slack: Slack, method: str, status: int
) -> None:
    async with streaming(model, connection, slack) as served:
        slack.web.fail(method, status)
        channel = slack.workspace.channel("team", "ana")
        await ask(served, channel)
        whole(served, channel)
        assert not slack.workspace.calls("chat.postMessage")


@pytest.mark.parametrize("status", [429, 500])
async def test_a_slack_that_does_not_begin_is_answered_in_one_plain_message(
    model: ModelServer, connection: Connection, slack: Slack, status: int
) -> None:
    async with streaming(model, connection, slack) as served:
        slack.web.fail("chat.startStream", status)
        channel = slack.workspace.channel("team", "ana")
        await ask(served, channel)
        whole(served, channel)
        assert len(slack.workspace.calls("chat.postMessage")) == 1 and not slack.workspace.calls("chat.startStream")


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream", "chat.update"])
async def test_a_call_of_which_slack_never_told_doubles_nothing(
    model: ModelServer, connection: Connection, slack: Slack, method: str
) -> None:
    async with streaming(model, connection, slack) as served:
        slack.web.fail(method, 0)  # done, but the line was cut before the answer
        channel = slack.workspace.channel("team", "ana")
        await ask(served, channel)
        whole(served, channel)
        assert not slack.workspace.calls("chat.postMessage")


async def test_a_turn_that_fails_goes_on_in_the_message_that_it_began(
    model: ModelServer, connection: Connection, slack: Slack
) -> None:
    async with streaming(model, connection, slack) as served:
        room, failed = served.joined.handler._room, False
        turn = room._turn

        async def once_in_vain(*arguments: Any, **more: Any) -> Any:
            nonlocal failed
            made = await turn(*arguments, **more)
            if not failed:
                failed = True
                raise Passing("The worker was about to end.")
            return made

        room._turn = once_in_vain
        channel = slack.workspace.channel("team", "ana")
        await ask(served, channel)
        whole(served, channel)
        assert failed and len(slack.workspace.calls("chat.startStream")) == 1
        assert not slack.workspace.calls("chat.postMessage")


async def test_a_stream_that_was_begun_and_not_written_down_is_found(
    model: ModelServer, connection: Connection, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with streaming(model, connection, slack) as served:
        drafts = served.joined.handler._room._streams._drafts

        async def away(*arguments: Any) -> bool:
            raise StoreError("The store is away.")

        monkeypatch.setattr(drafts, "place", away)
        channel = slack.workspace.channel("team", "ana")
        await ask(served, channel)
        whole(served, channel)
        assert len(slack.workspace.calls("chat.startStream")) == 1 and not slack.workspace.calls("chat.postMessage")


async def test_a_worker_that_was_overtaken_takes_away_what_it_began(
    model: ModelServer, connection: Connection, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with streaming(model, connection, slack) as served:
        drafts = served.joined.handler._room._streams._drafts
        place = drafts.place

        async def late(team: str, mail: str, token: str, at: str) -> bool:
            await drafts.take(team, mail, "another worker's")
            return await place(team, mail, token, at)

        monkeypatch.setattr(drafts, "place", late)
        channel = slack.workspace.channel("team", "ana")
        await ask(served, channel)
        whole(served, channel)
        assert len(slack.workspace.calls("chat.delete")) == 1


async def test_a_worker_that_was_overtaken_leaves_what_the_other_has_found(
    model: ModelServer, connection: Connection, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with streaming(model, connection, slack) as served:
        mine = served.joined.handler._room._streams
        place = mine._drafts.place
        channel = slack.workspace.channel("team", "ana")
        root = await slack.says("ana", channel, "thanks all")
        about = {"channel": channel.id, "root": root["ts"], "ts": root["ts"]}
        mail = Mail(
            id="Ev1", workspace="T0HOME", thread="t", surface="slack", kind="said", by=slack.workspace.person("ana"),
            body=about, received=time.time(),
        )  # fmt: skip

        async def late(team: str, mail_id: str, token: str, at: str) -> bool:
            monkeypatch.setattr(mine._drafts, "place", place)
            async with mine.of(mail, await served.joined.handler._room.look.channel(channel.id), True) as other:
                assert other.place == at and other.shows is None, "whoever takes over looks it up, and begins no other"
            return await place(team, mail_id, token, at)

        monkeypatch.setattr(mine._drafts, "place", late)
        with pytest.raises(streams.Overtaken):
            await mine.begin(mail, "mine", "Some words.")
        assert len(served.posted(channel)) == 1 and not slack.workspace.calls("chat.delete")


async def test_without_an_answer_in_the_end_nothing_is_left(
    model: ModelServer, connection: Connection, slack: Slack
) -> None:
    async with streaming(model, connection, slack) as served:
        room = served.joined.handler._room
        turn = room._turn

        async def otherwise(session: Any, *arguments: Any, **more: Any) -> Any:
            after, _ = await turn(session, *arguments, **more)
            return after, [Reply(type="text", text="Let us talk about something else.")]

        room._turn = otherwise
        channel = slack.workspace.channel("team", "ana")
        await ask(served, channel)
        [message] = served.posted(channel)
        assert "something else" in shown(message) and len(slack.workspace.calls("chat.delete")) == 1


async def test_a_mail_that_cannot_be_worked_on_leaves_no_half_answer(
    model: ModelServer, connection: Connection, slack: Slack
) -> None:
    async with streaming(model, connection, slack) as served:
        room = served.joined.handler._room
        turn = room._turn

        async def breaks(*arguments: Any, **more: Any) -> Any:
            await turn(*arguments, **more)
            raise RuntimeError("a defect")

        room._turn = breaks
        channel = slack.workspace.channel("team", "ana")
        await ask(served, channel)
        assert slack.workspace.calls("chat.startStream") and not served.posted(channel)
        assert "reference" in slack.workspace.ephemerals[-1]["text"]


async def test_a_message_that_somebody_deleted_while_it_came_is_posted_anew(
    model: ModelServer, connection: Connection, slack: Slack
) -> None:
    async with streaming(model, connection, slack) as served:
        channel = slack.workspace.channel("team", "ana")
        slack.web.on_appended = lambda at, message: at.messages.pop(message["ts"])
        await ask(served, channel)
        whole(served, channel)
        assert len(slack.workspace.calls("chat.postMessage")) == 1


async def test_nothing_in_a_piece_links_or_calls_anybody(
    model: ModelServer, connection: Connection, slack: Slack
) -> None:
    """The guard would let none of this through; here it is taken away."""
    async with streaming(model, connection, slack) as served:
        room = served.joined.handler._room

        async def tells(session: Any, message: Any, *, show: Any, **more: Any) -> Any:
            for piece in (EVIL, f" {EVIL}"):
                await asyncio.to_thread(show, piece)
                await asyncio.sleep(0.2)
            return session, [Reply(type="answer", text=f"{EVIL} {EVIL}")]

        room._turn = tells
        channel = slack.workspace.channel("team", "ana")
        seen = watched(slack)
        await ask(served, channel)
        assert seen and "win" in seen[0] and not slack.workspace.complaints
        [message] = served.posted(channel)
        assert "<!channel>" not in message["text"] and "https://evil" not in message["text"]


@pytest.mark.slow
async def test_a_process_that_is_killed_while_it_streams(
    model: ModelServer, slack: Slack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One message in the end, with the whole answer, by whichever process."""
    model.always = "slow"
    model.brain = Colleague(
        {ASKED: heard(kind="question", question=ASKED)},
        answer=lambda asked: " ".join(
            f"{p['text'].split('. ')[0].rstrip('.')}. [{p['n']}]" for p in asked.data["passages"]
        ),
    )
    folder = tmp_path / "data"
    environment = {
        "TUNEWISE_DATA": str(folder), "PYTHONPATH": str(ROOT), "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack.api, "TUNEWISE_MODEL": "openai:loopback", "OPENAI_BASE_URL": model.url,
        "TUNEWISE_MODEL_SECONDS": "60", "TUNEWISE_TAKEOVER": "1.5", "PATH": "/usr/bin:/bin",
    }  # fmt: skip

    async def started() -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "slack", cwd=tmp_path, env=environment,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stderr is not None
        while "In Slack" not in (await asyncio.wait_for(process.stderr.readline(), 60)).decode():
            pass
        return process

    channel = slack.workspace.channel("team", "ana")
    first = await started()
    await slack.says("ana", channel, f"{MENTION} {ASKED}")
    await until(lambda: slack.workspace.calls("chat.startStream"), 60)
    first.send_signal(signal.SIGKILL)
    await first.wait()
    [half] = slack.workspace.by_bot(channel)
    assert "blocks" not in half
    model.always = "ok"
    second = await started()
    try:
        await until(lambda: all("blocks" in message for message in slack.workspace.by_bot(channel)), 60)
        [message] = slack.workspace.by_bot(channel)
        assert message["ts"] == half["ts"] and "Sources" in json.dumps(message["blocks"])
        assert len(slack.workspace.calls("chat.startStream")) == 1 and not slack.workspace.calls("chat.postMessage")
    finally:
        second.send_signal(signal.SIGTERM)
        await asyncio.wait_for(second.communicate(), 30)
