"""Forgetting: what was thought of a verdict stays for those who mend the policy, without who thought it and in which words."""

from __future__ import annotations

import json

import pytest
from slack_serving import Served
from test_slack_manners import stored
from test_slack_mention import decided
from test_slack_surfaces import form

from bot.surfaces.slack.private import NONE_OF_YOURS
from bot.surfaces.slack.starting import NOTHING_BEGUN

WORDS = "The zebra department knows better."


async def objected(served: Served, *names: str) -> tuple[str, str]:
    """A channel and the root of a decided thread in it, with a thumb and an objection of each person."""
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, card = await decided(served, channel)
    for name in names:
        await slack.clicks(name, channel, card, "👎")
        await slack.clicks(name, channel, card, "I disagree")
        await slack.submits(name, form(slack), **{"field.words": WORDS})
    await served.settled()
    return channel.id, root["ts"]


async def test_a_forgotten_thread_leaves_ratings_without_names_and_words(served: Served) -> None:
    slack = served.slack
    channel_id, root = await objected(served, "ana", "jon")
    assert len(await served.ledger.feedback()) == 4 and await stored(served, b"zebra department")
    await slack.says("ana", slack.workspace.channels[channel_id], "forget this", thread=root)
    await served.settled()
    left = await served.ledger.feedback()
    assert sorted(each.kind for each in left) == ["disagree", "disagree", "unhelpful", "unhelpful"]
    for each in left:
        assert (each.by, each.text, each.verdict) == ("", "", "evals_first") and each.rule
        assert each.facts["evals"] == "none" and "task" not in each.facts
    assert not await stored(served, b"zebra department") and not await stored(served, b"summariser")
    ids = await served.engine.connection.client.hkeys("tunewise:slack:feedback")
    people = [slack.workspace.person(name).encode() for name in ("ana", "jon")]
    assert not any(trace in id for id in ids for trace in (*people, root.encode(), channel_id.encode()))


async def test_forgetting_ones_own_part_leaves_what_others_thought(served: Served) -> None:
    slack = served.slack
    channel_id, root = await objected(served, "ana", "jon")
    await slack.says("jon", slack.workspace.channels[channel_id], "forget what I said", thread=root)
    await served.settled()
    left = await served.ledger.feedback()
    ana = slack.workspace.person("ana")
    assert sorted((each.by, each.kind, each.text) for each in left) == [
        ("", "disagree", ""),
        ("", "unhelpful", ""),
        (ana, "disagree", WORDS),
        (ana, "unhelpful", ""),
    ]
    assert all("task" not in each.facts for each in left)


async def test_an_admin_forgets_a_thread_that_somebody_else_started_and_nobody_else_does(served: Served) -> None:
    slack = served.slack
    channel_id, _ = await objected(served, "ana")
    channel = slack.workspace.channels[channel_id]
    await slack.commands("jon", channel, "forget")
    await served.settled()
    assert NONE_OF_YOURS in json.dumps(slack.workspace.responses[-1])
    slack.workspace.people[slack.workspace.person("jon")]["is_admin"] = True
    await slack.commands("jon", channel, "forget")
    await served.settled()
    assert await stored(served, b"summariser")
    await slack.clicks_private("jon", channel, slack.workspace.responses[-1]["blocks"], "Forget this case")
    await served.settled()
    assert not await stored(served, b"summariser") and not await stored(served, b"zebra department")


async def test_home_says_what_becomes_of_feedback(served: Served) -> None:
    slack = served.slack
    await slack.opens_home("ana")
    await served.settled()
    told = json.dumps(slack.workspace.homes[slack.workspace.person("ana")])
    assert "When the thread is forgotten, it loses the name, the words and the description of the case" in told


@pytest.mark.parametrize("words", ["forget this", "Forget everything!", "please delete my data", "erase all my cases"])
async def test_the_command_forgets_however_it_is_said(served: Served, words: str) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    await decided(served, channel)
    count = len(served.posted(channel))
    await slack.commands("ana", channel, words)
    await served.settled()
    [told] = slack.workspace.responses
    assert "Which case shall I forget?" in json.dumps(told) and len(served.posted(channel)) == count
    await slack.clicks_private("ana", channel, told["blocks"], "Forget this case")
    await served.settled()
    assert not await stored(served, b"summariser")


@pytest.mark.parametrize("words", ["wipe everything you know about us", "forget that we ever talked"])
async def test_a_wish_to_forget_where_nothing_has_begun_is_answered_privately(served: Served, words: str) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    await slack.commands("ana", channel, words)
    message = await slack.says("jon", channel, "please forget this thread")
    await slack.shortcut("ana", channel, message, "should_we_tune")
    await served.settled()
    assert not served.posted(channel)
    assert [NOTHING_BEGUN in told["text"] for told in slack.workspace.responses] == [True, True]


async def test_a_case_that_is_about_deleting_is_a_case(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    await slack.commands("ana", channel, "Remove personal data from our support tickets: should we fine-tune for it?")
    await served.settled()
    assert "Remove personal data" in json.dumps(served.posted(channel)[0])
