"""Status: shown in the thread wherever somebody waits for a turn of ours, and never left standing over the answer."""

from __future__ import annotations

from slack_peer.slack import MENTION
from slack_serving import Served
from test_slack_mention import CASE
from test_slack_surfaces import TOLD


def since(served: Served, before: int) -> list[str]:
    """What was called since then that shows in a thread: statuses and messages, in order."""
    called = [sent.method for sent in served.slack.workspace.sent[before:]]
    return [name.rpartition(".")[2] for name in called if name in ("assistant.threads.setStatus", "chat.postMessage")]


async def test_a_follow_up_that_is_to_us_shows_one_and_talk_between_people_none(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    before = len(slack.workspace.sent)
    await slack.says("jon", channel, "I'll check after lunch", thread=root["ts"])
    await served.settled()
    assert since(served, before) == []
    await slack.says("jon", channel, "nothing is measured", thread=root["ts"])
    await served.settled()
    assert since(served, before) == ["setStatus", "postMessage"]
    assert slack.workspace.statuses[-1]["thread_ts"] == root["ts"]


async def test_a_press_that_ends_a_round_shows_one(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    await slack.says("ana", channel, CASE)
    await served.settled()
    before = len(slack.workspace.sent)
    await slack.clicks("jon", channel, served.posted(channel)[0], "Not measured")
    await served.settled()
    assert since(served, before) == ["setStatus", "postMessage"]


async def test_a_press_that_leaves_a_question_open_shows_none(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    await slack.says("ana", channel, f"{MENTION} Should we fine-tune a model for our recipe app?")
    await served.settled()
    before = len(slack.workspace.sent)
    await slack.clicks("jon", channel, served.posted(channel)[0], "Not measured")
    await served.settled()
    assert since(served, before) == []


async def test_the_shortcut_on_a_message_that_was_read_shows_none(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    before = len(slack.workspace.sent)
    await slack.shortcut("jon", channel, root, "should_we_tune")
    await served.settled()
    assert since(served, before) == [] and "read that message already" in slack.workspace.responses[-1]["text"]


async def test_the_shortcut_in_a_closed_channel_shows_none(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    channel.external = True
    about = {"type": "channel_shared", "channel": channel.id, "connected_team_id": "T9", "event_ts": "1.2"}
    await slack.send(about, channel)
    before = len(slack.workspace.sent)
    await slack.shortcut("jon", channel, root, "should_we_tune")
    await served.settled()
    assert since(served, before) == [] and "other organisations" in slack.workspace.responses[-1]["text"]


async def test_the_shortcut_on_a_message_not_read_yet_shows_one_in_a_thread_of_ours(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon", "mia")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    words = f"<@{slack.workspace.person('mia')}> can you ask jon? I heard we have no evals at all"
    between = await slack.says("ana", channel, words, thread=root["ts"])
    await served.settled()
    before = len(slack.workspace.sent)
    await slack.shortcut("jon", channel, between, "should_we_tune")
    await served.settled()
    assert since(served, before) == ["setStatus", "postMessage"]


async def test_where_there_is_nothing_to_forget_the_status_goes(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    message = await slack.says("jon", channel, "forget this")
    before = len(slack.workspace.sent)
    await slack.shortcut("ana", channel, message, "should_we_tune")
    await served.settled()
    assert since(served, before) == ["setStatus", "setStatus"] and slack.workspace.statuses[-1]["status"] == ""
    assert "nothing to forget" in slack.workspace.responses[-1]["text"]


async def test_the_shortcut_shows_one_and_a_status_that_fails_stops_nothing(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    message = await slack.says("jon", channel, TOLD)
    before = len(slack.workspace.sent)
    await slack.shortcut("ana", channel, message, "should_we_tune")
    await served.settled()
    assert since(served, before) == ["setStatus", "postMessage"]
    slack.web.fail("assistant.threads.setStatus", 500, times=2)
    posted = len(served.posted(channel))
    await slack.says("jon", channel, "we get about 3,000 requests a day", thread=message["ts"])
    await served.settled()
    assert len(served.posted(channel)) == posted + 1
