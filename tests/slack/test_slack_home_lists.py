"""Home's list: where a case is, said in words that people know; an archived channel's cases stay on its members' lists."""

from __future__ import annotations

import json

from slack_serving import Served
from test_slack_audience import home_of
from test_slack_mention import DECIDED, decided


async def test_a_group_message_is_called_that(served: Served) -> None:
    slack = served.slack
    group = slack.workspace.channel("mpdm-ana--jon--tunewise-1", "ana", "jon", kind="mpim")
    await slack.says("ana", group, DECIDED)
    await served.settled()
    home = await home_of(served, "jon")
    assert "group message" in home and "mpdm-" not in home


async def test_cases_of_an_archived_channel_stay_for_those_who_are_in_it(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon", kind="group")
    await decided(served, channel)
    channel.archived = True
    await slack.send({"type": "group_archive", "channel": channel.id, "event_ts": "1.2"}, channel)
    for name in ("ana", "jon"):
        home = await home_of(served, name)
        assert "#support (archived)" in home and "contract summariser" in home
    assert "contract summariser" not in await home_of(served, "mia")


async def test_where_no_model_is_set_up_nobody_is_told_that_it_is_forbidden(served: Served) -> None:
    served.slack.workspace.person("ana")
    home = await home_of(served, "ana")
    assert json.dumps("A language model: none is set up")[1:-1] in home and "not allowed" not in home
