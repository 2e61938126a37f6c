"""Faults: Slack slow, down, or of another opinion about a message - nothing lost, nothing doubled, never silence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from slack_peer.blocks import BLOCKS
from slack_peer.slack import Slack
from slack_peer.workspace import APP_TOKEN
from slack_serving import Served, serving
from test_slack_mention import CASE, DECIDED, decided, shown
from test_slack_surfaces import form

from bot.app import App
from bot.errors import StoreError
from bot.stores.connect import Connection


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_post_waits_until_slack_takes_it(served: Served, status: int) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    slack.web.fail("chat.postMessage", status, times=2, retry_after=1)
    await slack.says("ana", channel, CASE)
    await served.settled()
    assert len(served.posted(channel)) == 1


async def test_a_post_of_which_slack_never_told_is_found_and_not_sent_twice(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    slack.web.fail("chat.postMessage", 0)  # posted, but the line was cut before the answer
    await slack.says("ana", channel, CASE)
    await served.settled()
    assert len(served.posted(channel)) == 1
    assert slack.workspace.calls("conversations.replies")


async def test_a_first_message_of_ours_is_found_in_the_channel(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    slack.web.fail("chat.postMessage", 0)
    await slack.commands("ana", channel, "our bot has the wrong tone, should we fine-tune it?")
    await served.settled()
    roots = [message for message in served.posted(channel) if "thread_ts" not in message]
    assert len(roots) == 1 and len(served.posted(channel)) == 2


async def test_an_order_is_kept_while_slack_is_down(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root, _ = await decided(served, channel)
    slack.web.fail("chat.postMessage", 503, times=3)
    for count in (1000, 2000, 3000):
        await slack.says("ana", channel, f"We get {count} requests a day.", thread=root["ts"])
    await served.settled()
    told = [shown(message) for message in served.posted(channel)[1:]]
    assert [any(f"{count:,}" in text for text in told[at : at + 1]) for at, count in enumerate((1000, 2000, 3000))] == [
        True
    ] * 3
    session = await served.session(f"slack-{slack.workspace.team}-{channel.id}-{root['ts']}")
    assert session and session.entries["volume"].level == 3000


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long"])
async def test_blocks_that_slack_refuses_go_out_as_words(
    served: Served, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    if error == "invalid_blocks":  # a Slack that knows no rich text
        monkeypatch.setitem(BLOCKS, "rich_text", {"elements": (True, "text:1")})
    else:
        monkeypatch.setattr("slack_peer.web.too_long", lambda blocks: True)
    await slack.says("ana", channel, DECIDED)
    await served.settled()
    [card] = served.posted(channel)
    assert "blocks" not in card and "build evals first" in card["text"] and "Why:" in card["text"]
    assert any(error in complaint for complaint in slack.workspace.complaints)
    slack.workspace.complaints.clear()


async def test_where_the_store_is_away_slack_is_not_told_that_all_is_well(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack, failures = served.slack, 2
    channel = slack.workspace.channel("support", "ana")
    receive = type(served.engine).receive

    async def away(*args: Any, **kwargs: Any) -> Any:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise StoreError("The store is away.")
        return await receive(*args, **kwargs)

    monkeypatch.setattr(type(served.engine), "receive", away)
    await slack.says("ana", channel, CASE)
    await served.settled()
    assert len(served.posted(channel)) == 1
    assert [delivered.retries for delivered in slack.delivered] == [2, 0]


async def test_a_modal_that_cannot_be_opened_is_no_failure(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    slack.workspace.triggers.clear()
    fields: dict[str, Any] = {"trigger_id": "1.2.3"}
    _, card = await decided(served, channel)
    result = await slack.clicks("ana", channel, card, "Details", **fields)
    await served.settled()
    assert result.status == 200 and not slack.workspace.views
    slack.workspace.complaints.clear()


async def test_a_message_that_was_deleted_meanwhile_stops_nothing(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root, card = await decided(served, channel)
    del channel.messages[card["ts"]]
    await slack.says("ana", channel, "We get about 3,000 requests a day.", thread=root["ts"])
    await served.settled()
    assert "3,000" in shown(served.posted(channel)[-1])


async def test_socket_mode_is_the_same_talk(app: App, connection: Connection) -> None:
    async with Slack() as slack, serving(app, connection, slack, socket_mode=True) as served:
        channel = slack.workspace.channel("support", "ana", "jon")
        root = await slack.says("ana", channel, CASE)
        await served.settled()
        [asked] = served.posted(channel)
        await slack.clicks("jon", channel, asked, "Not measured")
        await served.settled()
        card = served.posted(channel)[-1]
        assert card["thread_ts"] == root["ts"] and "Details" in json.dumps(card["blocks"])
        await slack.commands("ana", channel)
        answer = await slack.submits("ana", form(slack), **{"field.task": "Summarise contracts"})
        await served.settled()
        assert answer.status == 200 and "ana asks" in shown(served.posted(channel)[-2])
        assert {delivered.status for delivered in slack.delivered} == {200} and not slack.workspace.complaints
    assert APP_TOKEN  # the peer would have refused another
