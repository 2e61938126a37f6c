"""Unfinished: what was shown of an answer goes where none comes, whatever kind of mail it was begun for."""

from __future__ import annotations

from typing import Any

from slack_peer.slack import MENTION, Slack
from slack_serving import Served
from test_slack_mention import decided
from test_slack_streams import ASKED, ModelServer, model, quick, streaming  # noqa: F401
from test_slack_surfaces import TOLD

from bot.stores.connect import Connection
from bot.talk.message import Message

WORDS = "we get about 3,000 requests a day"


def breaking(served: Served) -> None:
    """A defect after an answer to `WORDS` was begun."""
    room = served.joined.handler._room
    turn = room._turn

    async def breaks(session: Any, message: Message, **more: Any) -> Any:
        if message.text != WORDS:
            return await turn(session, message, **more)
        await turn(session, Message(by=message.by, text=ASKED), **more)
        raise RuntimeError("a defect")

    room._turn = breaks


async def test_an_edit_that_cannot_be_worked_on_leaves_no_half_answer(
    model: ModelServer,  # noqa: F811
    connection: Connection,
    slack: Slack,
) -> None:
    async with streaming(model, connection, slack) as served:
        channel = slack.workspace.channel("team", "ana")
        root, _ = await decided(served, channel)
        vague = await slack.says("ana", channel, f"{MENTION} hmm, let me see", thread=root["ts"])
        await served.settled()
        count = len(served.posted(channel))
        breaking(served)
        await slack.edits(channel, vague, f"{MENTION} {WORDS}")
        await served.settled()
        assert slack.workspace.calls("chat.startStream") and len(served.posted(channel)) == count
        assert "reference" in slack.workspace.ephemerals[-1]["text"]


async def test_a_shortcut_that_cannot_be_worked_on_leaves_no_half_answer(
    model: ModelServer,  # noqa: F811
    connection: Connection,
    slack: Slack,
) -> None:
    async with streaming(model, connection, slack) as served:
        breaking(served)
        channel = slack.workspace.channel("team", "ana", "jon")
        root = await slack.says("ana", channel, TOLD)
        more = await slack.says("ana", channel, WORDS, thread=root["ts"])
        for message in (root, more):  # the second is taken before the first has made the thread ours
            await slack.shortcut("jon", channel, message, "should_we_tune")
        await served.settled()
        assert slack.workspace.calls("chat.startStream") and len(served.posted(channel)) == 1
