"""Intake: the form says at once where no case can be started, and asks where one can."""

from __future__ import annotations

import json

import pytest
from slack_peer.slack import Slack
from slack_serving import RETENTION, Served, serving
from test_slack_surfaces import form

from bot.app import App
from bot.stores.connect import Connection
from bot.surfaces.slack.values import Rules

WHY = {
    "forbidden": "may not be used in this channel",
    "not a member": "/invite",
    "shared": "shared with other organisations",
    "archived": "archived",
}


@pytest.mark.parametrize("why", WHY)
async def test_a_form_that_could_not_be_used_asks_nothing(
    app: App, connection: Connection, slack: Slack, why: str
) -> None:
    channel = slack.workspace.channel("support", "ana", bot=why != "not a member", external=why == "shared")
    channel.archived = why == "archived"
    rules = Rules(channels=frozenset({"C0OTHER"}) if why == "forbidden" else None, retention_days=RETENTION)
    async with serving(app, connection, slack, rules=rules) as served:
        await served.slack.commands("ana", channel)
        await served.settled()
        shown = form(served.slack)
        assert WHY[why] in json.dumps(shown["blocks"]) and "submit" not in shown


async def test_where_one_can_be_started_it_asks(served: Served) -> None:
    channel = served.slack.workspace.channel("support", "ana")
    await served.slack.commands("ana", channel)
    await served.settled()
    assert form(served.slack)["callback_id"] == "intake"
