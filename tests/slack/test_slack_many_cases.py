"""Many cases: Home shows the latest and counts the rest, and asks Slack only about the channels of those that it shows."""

from __future__ import annotations

import json

from slack_serving import Served

from bot.surfaces.blockkit.home import CASES
from bot.surfaces.slack.values import Case

ALL = 60


async def test_home_looks_only_at_the_channels_of_the_cases_that_it_shows(served: Served) -> None:
    slack = served.slack
    for number in range(ALL):
        # The latest ones stand in channels that others share, where nothing may be shown.
        channel = slack.workspace.channel(f"c{number}", "ana", external=number >= ALL - 5)
        await served.ledger.put(
            Case(
                key=f"k{number}",
                team=slack.workspace.team,
                channel=channel.id,
                kind="channel",
                root="1.1",
                by="U0SOMEBODY",
                title=f"case number {number}.",
                updated=1e10 + number,
            )
        )
    before = len(slack.workspace.calls("conversations.info"))
    await slack.opens_home("ana")
    await served.settled()
    assert len(slack.workspace.calls("conversations.info")) - before == CASES + 5
    home = json.dumps(slack.workspace.homes[slack.workspace.person("ana")]["blocks"])
    listed = [number for number in range(ALL) if f"case number {number}." in home]
    assert listed == list(range(ALL - 5 - CASES, ALL - 5))
    assert f"and {ALL - 5 - CASES} older cases" in home
