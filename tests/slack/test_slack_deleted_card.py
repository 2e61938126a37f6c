"""Deleted card: somebody removed the card from the thread; the next verdict stands there again, once, and is kept up to date."""

from __future__ import annotations

import json
from typing import Any

from slack_peer.workspace import Channel
from slack_serving import Served
from test_slack_mention import decided, shown


def cards(served: Served, channel: Channel) -> list[dict[str, Any]]:
    return [message for message in served.posted(channel) if "Details" in json.dumps(message.get("blocks"))]


async def test_the_next_verdict_is_a_card_again_and_the_later_ones_change_it(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, card = await decided(served, channel)
    del channel.messages[card["ts"]]
    await slack.says("ana", channel, "We get about 3,000 requests a day.", thread=root["ts"])
    await served.settled()
    [anew] = cards(served, channel)
    assert anew["ts"] != card["ts"] and anew["thread_ts"] == root["ts"] and "3,000" in shown(anew)
    await slack.says("ana", channel, "Sorry, we get about 9,000 requests a day.", thread=root["ts"])
    await served.settled()
    [same] = cards(served, channel)
    assert same["ts"] == anew["ts"] and "9,000" in shown(same)
    await slack.clicks("jon", channel, same, "Why?")
    await served.settled()
    assert "evals-before-anything" in json.dumps(slack.workspace.responses[-1])


async def test_it_is_posted_once_where_the_line_is_cut(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, card = await decided(served, channel)
    del channel.messages[card["ts"]]
    slack.web.fail("chat.postMessage", 0)  # it is posted, and nobody hears of it
    await slack.says("ana", channel, "We get about 3,000 requests a day.", thread=root["ts"])
    await served.settled()
    assert len(cards(served, channel)) == 1
