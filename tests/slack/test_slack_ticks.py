"""Ticks: next steps ticked in Home are saved for everybody, and nobody's old tab takes another's away."""

from __future__ import annotations

from typing import Any

from slack_serving import Served
from test_slack_audience import share, told
from test_slack_mention import decided


def boxes(served: Served, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    home = served.slack.workspace.homes[served.slack.workspace.person(name)]
    return served.slack.control(home["blocks"], action="home/steps")


def titles(element: dict[str, Any]) -> list[str]:
    return [option["text"]["text"] for option in element["options"]]


async def done(served: Served) -> tuple[str, ...]:
    [case] = await served.ledger.cases(served.slack.workspace.team, served.slack.workspace.person("ana"), [])
    return tuple(case.done)


async def opened(served: Served, *names: str) -> None:
    for name in names:
        await served.slack.opens_home(name)
    await served.settled()


async def test_what_others_ticked_meanwhile_stays(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon", "mia")
    await decided(served, channel)
    await opened(served, "jon", "mia")
    one, two, *_ = titles(boxes(served, "mia")[1])
    await slack.clicks_home("jon", one, action="home/steps")
    await served.settled()
    await slack.clicks_home("mia", two, action="home/steps")  # whose tab does not show jon's
    await served.settled()
    assert await done(served) == (one, two)
    await opened(served, "jon")
    await slack.clicks_home("jon", one, action="home/steps")
    await served.settled()
    assert await done(served) == (two,), "who unticks takes away that one"


async def test_presses_in_a_row_count_each(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    await decided(served, channel)
    await opened(served, "jon")
    view = slack.workspace.homes[slack.workspace.person("jon")]
    block, element = boxes(served, "jon")
    first, second = element["options"][:2]
    for chosen in ([first], [first, second], [second]):  # as Slack sends them before the tab is drawn anew
        pressed = {**slack.pressed(block, element), "selected_options": chosen}
        await slack.clicks_home("jon", action="home/steps", view=view, actions=[pressed])
        await served.settled()
    assert await done(served) == (second["text"]["text"],)


async def test_who_sees_a_shared_verdict_ticks_its_steps(served: Served) -> None:
    slack = served.slack
    team = slack.workspace.channel("team", "ana", "jon")
    direct, _, card = await told(slack, served)
    await share(served, card, direct, team)
    await opened(served, "jon")
    [step, *_] = titles(boxes(served, "jon")[1])
    await slack.clicks_home("jon", step, action="home/steps")
    await served.settled()
    assert await done(served) == (step,)
