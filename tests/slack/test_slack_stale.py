"""Stale buttons: whoever presses what is no longer there is told so, kindly and alone, and no modal waits for ever."""

from __future__ import annotations

import copy
import json

import pytest
from slack_peer.blocks import texts
from slack_peer.slack import MENTION
from slack_serving import Served
from test_slack_mention import CASE, decided
from test_slack_surfaces import form

from bot.surfaces.slack.listeners.presses import GONE
from bot.surfaces.slack.pressing import NO_CASE


@pytest.mark.parametrize("label", ["Details", "Why?", "New facts", "Export", "👎"])
async def test_a_press_on_the_card_of_a_forgotten_thread_is_answered(served: Served, label: str) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, card = await decided(served, channel)
    card = copy.deepcopy(card)
    await slack.says("ana", channel, "forget this", thread=root["ts"])
    await served.settled()
    count = len(served.posted(channel))
    await slack.clicks("jon", channel, card, label)
    await served.settled()
    [told] = slack.workspace.responses
    assert GONE in json.dumps(told) and told["response_type"] == "ephemeral"
    assert not slack.workspace.views and len(served.posted(channel)) == count


async def test_a_press_in_a_round_of_a_forgotten_thread_is_answered(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    asked = copy.deepcopy(served.posted(channel)[0])
    await slack.says("ana", channel, f"{MENTION} forget this", thread=root["ts"])
    await served.settled()
    await slack.clicks("jon", channel, asked, "Not measured")
    await served.settled()
    assert [GONE in json.dumps(told) for told in slack.workspace.responses] == [True]


async def test_details_of_a_case_that_was_started_over_say_so_in_the_modal(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, card = await decided(served, channel)
    card = copy.deepcopy(card)
    await slack.says("ana", channel, "start over", thread=root["ts"])
    await served.settled()
    await slack.clicks("jon", channel, card, "Details")
    await slack.clicks("jon", channel, card, "👎")
    await served.settled()
    assert list(texts(form(slack)["blocks"])) == [NO_CASE]
    assert [NO_CASE in json.dumps(told) for told in slack.workspace.responses] == [True]


async def test_details_in_a_channel_that_was_closed_meanwhile_say_why_in_the_modal(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    _, card = await decided(served, channel)
    channel.external = True
    await slack.send({"type": "channel_shared", "channel": channel.id, "event_ts": "1.2"}, channel)
    await slack.clicks("ana", channel, card, "Details")
    await served.settled()
    assert "shared with other organisations" in " ".join(texts(form(slack)["blocks"]))
