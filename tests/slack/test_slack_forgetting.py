"""Forgetting: what was thought of a verdict stays for those who mend the policy, without who thought it and in which words."""

from __future__ import annotations

import json

import pytest
from slack_peer.slack import MENTION
from slack_serving import Served
from test_slack_manners import stored
from test_slack_mention import CASE, decided, shown
from test_slack_surfaces import TOLD, form

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


async def test_a_forgotten_thread_leaves_none_of_our_messages_that_tell_of_it(served: Served) -> None:
    slack = served.slack
    channel, lead = slack.workspace.channel("support", "ana", "jon"), slack.workspace.channel("lead", "ana", "jon")
    await slack.commands("ana", channel, TOLD)
    await served.settled()
    root, card = served.posted(channel)
    await slack.clicks("ana", channel, card, "Share to channel")
    await slack.submits("ana", form(slack), **{"field.channel": lead.id})
    await slack.clicks("jon", channel, card, "I disagree")
    await slack.submits("jon", form(slack), **{"field.words": WORDS})
    for words in (f"{MENTION} we get 3,000 requests a day", f"{MENTION} what have you understood so far?"):
        await slack.says("ana", channel, words, thread=root["ts"])
    await slack.clicks("ana", channel, card, "Export")
    await served.settled()
    before = json.dumps([served.posted(channel), served.posted(lead)])
    assert all(trace in before for trace in ("summariser", "zebra department", "3,000 requests", "eval"))
    await slack.says("ana", channel, "forget this", thread=root["ts"])
    await served.settled()
    left = "\n".join(shown(message) for message in (*served.posted(channel), *served.posted(lead)))
    assert not any(trace in left for trace in ("summariser", "zebra department", "3,000 requests", "eval"))
    assert not any(trace in json.dumps(served.posted(channel)) for trace in ("summariser", "zebra"))
    assert "Forgotten" in left and "Files that were exported stay in Slack" in left
    assert "forgotten" in shown(lead.messages[served.posted(lead)[0]["ts"]])


async def test_what_is_forgotten_by_the_command_leaves_no_message_either(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    await slack.commands("ana", channel, TOLD)
    await served.settled()
    await slack.commands("ana", channel, "forget")
    await served.settled()
    await slack.clicks_private("ana", channel, slack.workspace.responses[-1]["blocks"], "Forget this case")
    await served.settled()
    assert "summariser" not in json.dumps(served.posted(channel))
    assert "Files that were exported" not in json.dumps(served.posted(channel))


async def test_ones_own_part_is_gone_from_our_messages_too(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    asked = served.posted(channel)[0]
    await slack.clicks("jon", channel, asked, "Not measured")
    await slack.says("jon", channel, f"{MENTION} we get 3,000 requests a day, zebra says", thread=root["ts"])
    await slack.says("ana", channel, f"{MENTION} what have you understood so far?", thread=root["ts"])
    await served.settled()
    card = next(message for message in served.posted(channel) if "card/disagree" in json.dumps(message))
    await slack.clicks("jon", channel, card, "I disagree")
    await slack.submits("jon", form(slack), **{"field.words": WORDS})
    await slack.clicks("ana", channel, card, "I disagree")
    await slack.submits("ana", form(slack), **{"field.words": "The lion knows better."})
    await served.settled()
    before = json.dumps(served.posted(channel))
    assert "3,000" in before and "zebra says" in before and "zebra department" in before
    await slack.says("jon", channel, f"{MENTION} forget what I said", thread=root["ts"])
    await served.settled()
    left = json.dumps(served.posted(channel))
    assert not any(trace in left for trace in ("3,000", "zebra", "jon"))
    assert "The lion knows better" in left


async def test_what_somebody_picked_in_the_open_round_goes_with_their_part(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, f"{MENTION} Should we fine-tune a model for our recipe app?")
    await served.settled()
    asked = served.posted(channel)[0]
    await slack.clicks("jon", channel, asked, "Not measured")
    await served.settled()
    assert "jon" in shown(channel.messages[asked["ts"]])
    await slack.says("jon", channel, f"{MENTION} forget what I said", thread=root["ts"])
    await served.settled()
    assert "jon" not in json.dumps(served.posted(channel)) and "Not measured" not in json.dumps(served.posted(channel))
    await slack.says("ana", channel, f"{MENTION} it is too slow for what we need", thread=root["ts"])
    await served.settled()
    assert "measure quality" in shown(served.posted(channel)[-1]), "it is asked again"
