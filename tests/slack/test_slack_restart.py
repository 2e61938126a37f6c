"""Starting over: nobody loses what others told without somebody meaning it, and the thread stays that of whoever began it."""

from __future__ import annotations

import copy
import json
from typing import Any

from slack_peer.slack import MENTION
from slack_peer.workspace import Channel
from slack_serving import Served
from test_slack_changes import key
from test_slack_mention import CASE, answerable, decided, shown
from test_slack_surfaces import TOLD

from bot.surfaces.slack.restarting import ALREADY
from bot.talk.asides import FORGOTTEN

MEANT = "Start over for everybody"


async def asked(served: Served) -> tuple[Channel, dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A case that ana told and jon wants to start over: its channel, its root, its card, and the question whether that is meant."""
    channel = served.slack.workspace.channel("support", "ana", "jon")
    root, card = await decided(served, channel)
    await served.slack.says("jon", channel, "start over", thread=root["ts"])
    await served.settled()
    return channel, root, card, served.posted(channel)[-1]


async def test_somebody_else_is_asked_before_others_lose_what_they_told(served: Served) -> None:
    slack = served.slack
    channel, root, card, question = await asked(served)
    place = key(served, channel.id, root["ts"])
    session = await served.session(place)
    assert "Others have told me" in shown(question) and session and session.entries and session.state == "decided"
    assert "card/details" in json.dumps(channel.messages[card["ts"]])
    question = copy.deepcopy(question)
    await slack.clicks("jon", channel, question, MEANT)
    await served.settled()
    session = await served.session(place)
    assert session and session.blank and session.started_by == slack.workspace.person("ana")
    assert "Started over" in shown(channel.messages[card["ts"]])
    assert "restart/yes" not in json.dumps(channel.messages[question["ts"]])
    await slack.clicks("jon", channel, question, MEANT)
    await served.settled()
    assert ALREADY in json.dumps(slack.workspace.responses[-1])


async def test_saying_it_once_more_means_it_too(served: Served) -> None:
    channel, root, card, question = await asked(served)
    await served.slack.says("jon", channel, "start over", thread=root["ts"])
    await served.settled()
    assert "Started over" in shown(channel.messages[card["ts"]])
    assert "restart/yes" not in json.dumps(channel.messages[question["ts"]])


async def test_whoever_began_the_thread_can_still_forget_it_after_somebody_started_over(served: Served) -> None:
    slack = served.slack
    channel, root, _, question = await asked(served)
    await slack.clicks("jon", channel, question, MEANT)
    await served.settled()
    await slack.says("jon", channel, f"{MENTION} our summariser is too slow, nothing measured", thread=root["ts"])
    await slack.says("ana", channel, f"{MENTION} forget this", thread=root["ts"])
    await served.settled()
    assert FORGOTTEN in [shown(message) for message in served.posted(channel)]
    assert await served.session(key(served, channel.id, root["ts"])) is None


async def test_being_asked_leaves_the_round_open(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    [round] = served.posted(channel)
    await slack.says("jon", channel, f"{MENTION} start over", thread=root["ts"])
    await served.settled()
    assert answerable(channel.messages[round["ts"]])
    await slack.clicks("jon", channel, round, "Not measured")
    await served.settled()
    session = await served.session(key(served, channel.id, root["ts"]))
    assert session and session.entries["evals"].level == "none"


async def test_the_button_of_another_thread_starts_nothing_over(served: Served) -> None:
    slack = served.slack
    channel, root, _, question = await asked(served)
    other = await slack.says("ana", channel, TOLD + MENTION)
    await served.settled()
    forged = {**copy.deepcopy(question), "thread_ts": other["ts"]}
    await slack.clicks("jon", channel, forged, MEANT)
    await served.settled()
    for each in (root, other):
        session = await served.session(key(served, channel.id, each["ts"]))
        assert session and session.entries


async def test_whoever_uses_the_shortcut_began_the_thread(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    message = await slack.says("jon", channel, TOLD)
    await slack.shortcut("ana", channel, message, "should_we_tune")
    await served.settled()
    session = await served.session(key(served, channel.id, message["ts"]))
    assert session and session.started_by == slack.workspace.person("ana")
    assert {entry.by for entry in session.entries.values()} == {slack.workspace.person("jon")}
    await slack.says("ana", channel, f"{MENTION} forget this", thread=message["ts"])
    await served.settled()
    assert FORGOTTEN in [shown(each) for each in served.posted(channel)]


async def test_the_question_goes_when_the_thread_is_forgotten(served: Served) -> None:
    channel, root, _, question = await asked(served)
    await served.slack.says("ana", channel, "forget this", thread=root["ts"])
    await served.settled()
    assert question["ts"] not in channel.messages


async def test_the_question_stands_once_however_often_it_is_asked(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon", "mia")
    root, _ = await decided(served, channel)
    questions = []
    for name in ("jon", "mia"):
        await slack.says(name, channel, "start over", thread=root["ts"])
        await served.settled()
        questions.append(copy.deepcopy(served.posted(channel)[-1]))
    first, second = questions
    assert first["ts"] not in channel.messages and "Others have told me" in shown(second)
    await slack.clicks("mia", channel, second, MEANT)
    await served.settled()
    await slack.says("ana", channel, TOLD, thread=root["ts"])
    await served.settled()
    await slack.clicks("jon", channel, first, MEANT)  # as it still stands on his screen
    await served.settled()
    session = await served.session(key(served, channel.id, root["ts"]))
    assert session and session.entries and session.state == "decided"
    assert ALREADY in json.dumps(slack.workspace.responses[-1])
    await slack.says("ana", channel, "forget this", thread=root["ts"])
    await served.settled()
    assert MEANT not in json.dumps(served.posted(channel))


async def test_the_question_goes_when_nothing_is_left_of_the_case(served: Served) -> None:
    slack = served.slack
    channel, root, _, question = await asked(served)
    question = copy.deepcopy(question)
    await slack.deletes(channel, root)
    await served.settled()
    assert question["ts"] not in channel.messages
    await slack.says("ana", channel, TOLD, thread=root["ts"])
    await served.settled()
    await slack.clicks("jon", channel, question, MEANT)
    await served.settled()
    session = await served.session(key(served, channel.id, root["ts"]))
    assert session and session.entries and session.state == "decided"
