"""`/tunewise status` and `help`, however they are typed: answered privately, with links to the threads."""

from __future__ import annotations

import json
import re

import pytest
from slack_serving import Served
from test_slack_mention import decided, shown


async def test_each_case_on_the_list_is_a_link_to_its_thread(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, _ = await decided(served, channel)
    await slack.commands("jon", channel, "status")
    await served.settled()
    [told] = slack.workspace.responses
    linked = re.findall(r'"url": "([^"]*)"', json.dumps(told["blocks"]))
    assert linked == [f"https://home.slack.com/archives/{channel.id}/p{root['ts'].replace('.', '')}"]
    assert "contract summariser" in shown(told) and "evals first" in shown(told)


@pytest.mark.parametrize("typed", ["status please", "Status!", "help me, please", "help", "status of our cases?"])
async def test_a_polite_word_starts_no_thread(served: Served, typed: str) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    await slack.commands("ana", channel, typed)
    await served.settled()
    assert not served.posted(channel) and len(slack.workspace.responses) == 1


async def test_a_case_that_begins_with_such_a_word_starts_one(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    await slack.commands("ana", channel, "help desk answers are in the wrong tone, should we fine-tune?")
    await served.settled()
    assert len(served.posted(channel)) == 2 and not slack.workspace.responses
