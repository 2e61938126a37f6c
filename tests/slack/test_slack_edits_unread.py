"""Edits where we may not read: what was told is taken back, and the new words are neither stored nor understood."""

from __future__ import annotations

from typing import Any

import pytest
from slack_peer.slack import Slack
from slack_serving import RETENTION, Served, serving
from test_slack_changes import key
from test_slack_mention import CASE

from bot.app import App
from bot.engine.mail import Mail
from bot.stores.connect import Connection
from bot.surfaces.slack.values import Own, Rules

MORE = f"{CASE} We have 5000 reviewed zebra examples and a test set, it scores 61%."


def written(served: Served, monkeypatch: pytest.MonkeyPatch) -> list[Mail]:
    """The mail that is stored from now on."""
    stored: list[Mail] = []
    receive = served.engine.receive

    async def noted(mail: Mail) -> Any:
        stored.append(mail)
        return await receive(mail)

    monkeypatch.setattr(served.engine, "receive", noted)
    return stored


async def test_in_mention_only_an_edit_without_a_mention_is_not_stored(
    app: App, connection: Connection, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(app, connection, slack, rules=Rules(mention_only=True, retention_days=RETENTION)) as served:
        channel = slack.workspace.channel("support", "ana", "jon")
        root = await slack.says("ana", channel, CASE)
        between = await slack.says("ana", channel, "a private zebra", thread=root["ts"])
        await served.settled()
        stored = written(served, monkeypatch)
        await slack.edits(channel, between, "a private zebra and a lion")
        await slack.edits(channel, root, MORE.partition("> ")[2])  # the mention is gone, and with it the leave to read
        await served.settled()
        assert [mail.kind for mail in stored] == ["changed", "changed"]
        assert not any(mail.body["text"] for mail in stored)
        session = await served.session(key(served, channel.id, root["ts"]))
        assert session and not session.entries
        await slack.edits(channel, root, MORE)
        await served.settled()
        assert "zebra" in stored[-1].body["text"]


async def test_in_a_channel_that_was_closed_an_edit_only_takes_back(
    app: App, connection: Connection, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(app, connection, slack, rules=Rules(retention_days=RETENTION)) as served:
        channel = slack.workspace.channel("support", "ana", "jon")
        root = await slack.says("ana", channel, CASE)
        await served.settled()
        count, stored = len(served.posted(channel)), written(served, monkeypatch)
        await served.joined.house.set(Own(channels=("C0OTHER",), by="U1", at=1.0))
        await slack.edits(channel, root, MORE)
        await served.settled()
        session = await served.session(key(served, channel.id, root["ts"]))
        assert session and not {"score", "examples"} & session.entries.keys()
        assert len(served.posted(channel)) == count and not any(mail.body["text"] for mail in stored)


async def test_in_a_channel_that_was_closed_while_the_edit_waited_nothing_is_read(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    channel.external = True
    await served.ledger.changed(slack.workspace.team, channel.id)
    before = dict(root)
    root.update(text=MORE)
    told = {"type": "message", "subtype": "message_changed", "hidden": True, "channel": channel.id, "channel_type": "channel",
            "ts": slack.workspace.ts(), "message": dict(root), "previous_message": before}  # fmt: skip
    await slack.send({**told, "event_ts": told["ts"]})  # which still says that the channel is not shared
    await served.settled()
    session = await served.session(key(served, channel.id, root["ts"]))
    assert session and not {"score", "examples"} & session.entries.keys()
