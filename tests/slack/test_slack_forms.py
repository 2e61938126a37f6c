"""Forms behind a card: they say what they are about, and a shared card says what it is about in the words of whoever shared it."""

from __future__ import annotations

import json

from slack_peer.slack import MENTION
from slack_serving import Served
from test_slack_audience import home_of, told
from test_slack_mention import decided, shown
from test_slack_surfaces import form


async def test_the_form_for_new_facts_shows_what_is_known(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    _, card = await decided(served, channel)
    await slack.clicks("jon", channel, card, "New facts")
    await served.settled()
    filled = form(slack)
    assert "What I know so far" in shown(filled) and "summariser" in shown(filled) and filled["callback_id"] == "facts"
    await slack.submits("jon", filled, **{"field.words": "We get about 3,000 requests a day."})
    await served.settled()
    assert "3,000" in shown(served.posted(channel)[-1])


async def test_the_form_for_an_objection_names_the_verdict(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    _, card = await decided(served, channel)
    [case] = await served.ledger.cases(slack.workspace.team, slack.workspace.person("ana"), [])
    await slack.clicks("jon", channel, card, "I disagree")
    assert case.headline and case.headline in shown(form(slack))


async def test_a_shared_card_says_what_it_is_about_as_its_sharer_says_it(served: Served) -> None:
    slack = served.slack
    team = slack.workspace.channel("team", "ana", "jon")
    direct, _, card = await told(slack, served)
    await slack.clicks("ana", direct, card, "Share to channel")
    asked = form(slack)
    assert "summariser" not in json.dumps(asked), "what was told in private is not offered"
    await slack.submits("ana", asked, **{"field.channel": team.id, "field.about": "Contracts <!channel>, short"})
    await served.settled()
    [copy] = served.posted(team)
    assert "About: Contracts" in shown(copy) and "Shared by ana" in shown(copy)
    assert "Contracts" in await home_of(served, "jon")


async def test_what_was_told_in_a_public_channel_is_offered(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    _, card = await decided(served, channel)
    await slack.clicks("jon", channel, card, "Share to channel")
    [field] = [block for block in form(slack)["blocks"] if block.get("block_id") == "field.about"]
    assert "summariser" in field["element"]["initial_value"] and MENTION not in field["element"]["initial_value"]
