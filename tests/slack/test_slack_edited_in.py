"""Edited in: a message that told us nothing and was edited so that it does is read; one that is no telling is let be."""

from __future__ import annotations

from typing import Any

from slack_peer.slack import MENTION
from slack_peer.workspace import Channel
from slack_serving import Served
from test_slack_mention import CASE, decided


def key(served: Served, channel: Channel, root: dict[str, Any]) -> str:
    return f"slack-{served.slack.workspace.team}-{channel.id}-{root['ts']}"


async def test_what_an_edit_adds_is_heard(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    message = await slack.says("jon", channel, f"{MENTION} hmm, let me see", thread=root["ts"])
    await served.settled()
    before = await served.session(key(served, channel, root))
    assert before and "evals" not in before.entries
    await slack.edits(channel, message, f"{MENTION} we have no evals, nothing is measured")
    await served.settled()
    after = await served.session(key(served, channel, root))
    assert after and after.entries["evals"].level == "none" and after.entries["evals"].message == message["ts"]
    assert after.entries["evals"].by == slack.workspace.person("jon") and after.state == "decided"
    told = [line.text for line in after.transcript if line.message == message["ts"]]
    assert told == ["we have no evals, nothing is measured"]


async def test_talk_between_people_stays_unread_when_it_is_edited(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    message = await slack.says("jon", channel, "I'll check after lunch", thread=root["ts"])
    await served.settled()
    before, count = await served.session(key(served, channel, root)), len(served.posted(channel))
    await slack.edits(channel, message, "I'll check after lunch, we have no evals")
    await served.settled()
    assert await served.session(key(served, channel, root)) == before and len(served.posted(channel)) == count


async def test_a_question_that_is_edited_is_not_answered_again(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, _ = await decided(served, channel)
    message = await slack.says("jon", channel, f"{MENTION} what if we had 500 examples?", thread=root["ts"])
    await served.settled()
    before, count = await served.session(key(served, channel, root)), len(served.posted(channel))
    await slack.edits(channel, message, f"{MENTION} what if we had 5000 examples?")
    await served.settled()
    after = await served.session(key(served, channel, root))
    assert before and after and after.entries == before.entries and len(served.posted(channel)) == count
