"""Whispers: what is for one person only reaches them also where we are not in the channel."""

from __future__ import annotations

import json
from typing import Any

import pytest
from slack_peer.workspace import Channel
from slack_serving import Served
from test_slack_mention import shown
from test_slack_surfaces import TOLD

from bot.surfaces.blockkit.modals import intake_view


def filled_in_quickly(channel: Channel) -> dict[str, Any]:
    """The form that was opened in a channel, before it was seen that no case can be started there."""
    return {**intake_view(channel.id), "id": "V0000001"}


@pytest.mark.parametrize("kind", ["channel", "group"])
async def test_a_form_from_a_channel_without_us_is_answered_directly(served: Served, kind: str) -> None:
    slack = served.slack
    channel = slack.workspace.channel("closed", "ana", kind=kind, bot=False)
    answer = await slack.submits("ana", filled_in_quickly(channel), **{"field.task": TOLD})
    await served.settled()
    assert answer.status == 200 and not served.posted(channel)
    [told] = served.posted(slack.workspace.direct("ana"))
    assert "/invite" in shown(told) and channel.id in json.dumps(told["blocks"]), "it says which channel it is about"


async def test_what_is_private_stays_in_the_channel_where_we_are_in_it(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", external=True)
    await slack.submits("ana", filled_in_quickly(channel), **{"field.task": TOLD})
    await served.settled()
    [told] = slack.workspace.ephemerals
    assert "shared with other organisations" in told["text"] and told["channel"] == channel.id
    assert not served.posted(slack.workspace.direct("ana"))
