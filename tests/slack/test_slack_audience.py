"""Audience: what was shared is what others see of a case, and not what became of it since."""

from __future__ import annotations

import json
from typing import Any

from slack_peer.slack import MENTION, Slack
from slack_peer.workspace import Channel
from slack_serving import Served
from test_slack_mention import decided, shown
from test_slack_surfaces import TOLD, form

NEWS = "Correction: we score a test set automatically: 95%, and we need 90%."


async def share(served: Served, card: dict[str, Any], direct: Channel, team: Channel) -> None:
    await served.slack.clicks("ana", direct, card, "Share to channel")
    await served.slack.submits("ana", form(served.slack), **{"field.channel": team.id})
    await served.settled()


async def home_of(served: Served, name: str) -> str:
    await served.slack.opens_home(name)
    await served.settled()
    return json.dumps(served.slack.workspace.homes[served.slack.workspace.person(name)]["blocks"])


async def told(slack: Slack, served: Served) -> tuple[Channel, str, dict[str, Any]]:
    direct = slack.workspace.direct("ana")
    root = await slack.says("ana", direct, TOLD)
    await served.settled()
    return direct, root["ts"], served.posted(direct)[-1]


async def test_a_verdict_that_changed_after_it_was_shared_is_not_shown_to_others(served: Served) -> None:
    slack = served.slack
    team = slack.workspace.channel("team", "ana", "jon")
    direct, root, card = await told(slack, served)
    await share(served, card, direct, team)
    [then] = await served.ledger.cases(slack.workspace.team, slack.workspace.person("ana"), [])
    before = await home_of(served, "jon")
    assert then.headline in before and then.steps[0] in before and "summariser" not in before
    await slack.says("ana", direct, NEWS, thread=root)
    await served.settled()
    [case] = await served.ledger.cases(slack.workspace.team, slack.workspace.person("ana"), [])
    mine, theirs = await home_of(served, "ana"), await home_of(served, "jon")
    assert case.verdict != "evals_first" and case.headline in mine
    assert case.headline not in theirs and then.headline in theirs
    assert not [step for step in case.steps if step in theirs and step not in before]


async def test_what_is_shared_anew_is_what_others_see_then(served: Served) -> None:
    slack = served.slack
    team, other = slack.workspace.channel("team", "ana", "jon"), slack.workspace.channel("other", "ana", "mia")
    direct, root, card = await told(slack, served)
    await share(served, card, direct, team)
    await slack.says("ana", direct, NEWS, thread=root)
    await served.settled()
    [case] = await served.ledger.cases(slack.workspace.team, slack.workspace.person("ana"), [])
    await share(served, served.posted(direct)[0], direct, other)
    assert case.headline in await home_of(served, "mia") and case.headline not in await home_of(served, "jon")
    assert case.headline in shown(served.posted(other)[0])


async def test_a_case_that_was_shared_by_an_older_version_tells_nothing_of_itself(served: Served) -> None:
    slack = served.slack
    team = slack.workspace.channel("team", "ana", "jon")
    direct, _, card = await told(slack, served)
    await share(served, card, direct, team)
    [stored] = await served.ledger.cases(slack.workspace.team, slack.workspace.person("ana"), [])
    await served.ledger.put(stored.model_copy(update={"copies": {}}))  # as an older version kept it
    theirs = await home_of(served, "jon")
    assert "shared with a channel of yours" in theirs and stored.headline not in theirs


async def test_where_a_shared_card_was_forgotten_the_case_is_listed_no_more(served: Served) -> None:
    slack = served.slack
    channel, team = slack.workspace.channel("support", "ana", "jon"), slack.workspace.channel("team", "jon", "mia")
    root, card = await decided(served, channel)
    await slack.says("jon", channel, "We get about 3,000 requests a day.", thread=root["ts"])
    await served.settled()
    await slack.clicks("jon", channel, card, "Share to channel")
    await slack.submits("jon", form(slack), **{"field.channel": team.id, "field.about": "Contracts"})
    await served.settled()
    assert "Contracts" in await home_of(served, "mia")
    await slack.says("jon", channel, f"{MENTION} forget what I said", thread=root["ts"])
    await served.settled()
    assert "forgotten" in shown(served.posted(team)[0]) and "Contracts" not in await home_of(served, "mia")
    assert "summariser" in await home_of(served, "ana")


async def test_where_the_told_message_was_deleted_others_see_nothing_of_this_case_or_the_next(served: Served) -> None:
    slack = served.slack
    channel, team = slack.workspace.channel("support", "ana", "jon"), slack.workspace.channel("team", "ana", "mia")
    root, card = await decided(served, channel)
    await slack.clicks("ana", channel, card, "Share to channel")
    await slack.submits("ana", form(slack), **{"field.channel": team.id, "field.about": "Contracts"})
    await served.settled()
    assert "Contracts" in await home_of(served, "mia")
    await slack.deletes(channel, root)
    await served.settled()
    [copy] = served.posted(team)
    assert "changed or deleted" in shown(copy) and "Contracts" not in json.dumps(copy)
    await slack.says("ana", channel, "Our chatbot has the wrong tone. No evals. A few prompts.", thread=root["ts"])
    await served.settled()
    theirs = await home_of(served, "mia")
    assert "chatbot" in await home_of(served, "ana")
    assert "Contracts" not in theirs and "shared with a channel of yours" not in theirs
