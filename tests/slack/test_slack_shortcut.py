"""The shortcut: whatever message it is picked on, it does what was asked for, or says to whoever picked it why not."""

from __future__ import annotations

from typing import Any

from slack_peer.slack import MENTION
from slack_peer.workspace import Channel
from slack_serving import Served
from test_slack_mention import CASE, shown
from test_slack_surfaces import TOLD

PICKED = "should_we_tune"


def key(served: Served, channel: Channel, root: dict[str, Any]) -> str:
    return f"slack-{served.slack.workspace.team}-{channel.id}-{root['ts']}"


async def test_what_it_took_from_a_reply_goes_with_that_reply(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, "morning all")
    reply = await slack.says("jon", channel, TOLD, thread=root["ts"])
    await slack.shortcut("ana", channel, reply, PICKED)
    await served.settled()
    before = await served.session(key(served, channel, root))
    assert before and {entry.message for entry in before.entries.values()} == {reply["ts"]}
    await slack.deletes(channel, reply)
    await served.settled()
    after = await served.session(key(served, channel, root))
    assert after is None or (not after.entries and "summariser" not in after.model_dump_json())


async def test_on_a_message_of_our_own_it_says_why_not(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    before, [asked] = await served.session(key(served, channel, root)), served.posted(channel)
    await slack.shortcut("jon", channel, asked, PICKED)
    await served.settled()
    assert await served.session(key(served, channel, root)) == before and len(served.posted(channel)) == 1
    [told] = slack.workspace.responses
    assert "wrote that message myself" in told["text"]


async def test_a_message_taken_for_talk_between_people_is_read_when_it_is_picked(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    jon = slack.workspace.person("jon")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    words = f"<@{jon}> can you ask mia? I heard we have no evals at all"
    between = await slack.says("ana", channel, words, thread=root["ts"])
    await served.settled()
    before = await served.session(key(served, channel, root))
    assert before and "evals" not in before.entries, "it was not to us"
    await slack.shortcut("jon", channel, between, PICKED)
    await served.settled()
    after = await served.session(key(served, channel, root))
    assert after and after.entries["evals"].level == "none" and after.entries["evals"].message == between["ts"]
    assert after.entries["evals"].by == slack.workspace.person("ana")


async def test_a_message_that_was_read_is_not_read_twice(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, f"{MENTION} {TOLD}")
    await served.settled()
    before, posted = await served.session(key(served, channel, root)), len(served.posted(channel))
    await slack.shortcut("jon", channel, root, PICKED)
    await served.settled()
    assert await served.session(key(served, channel, root)) == before and len(served.posted(channel)) == posted
    assert "read that message already" in slack.workspace.responses[-1]["text"]


async def test_two_people_who_pick_the_same_message_start_one_case(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    message = slack.workspace.post(channel, {"user": slack.workspace.person("ana"), "text": TOLD})
    for name in ("ana", "jon"):
        await slack.shortcut(name, channel, message, PICKED)
    await served.settled()
    [card] = served.posted(channel)
    assert "evals" in shown(card) and "read that message already" in slack.workspace.responses[-1]["text"]
