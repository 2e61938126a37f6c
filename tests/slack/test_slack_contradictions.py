"""Contradictions between people: what is shown of them while they are open, and what is left once somebody took a word back."""

from __future__ import annotations

import json
from typing import Any

from slack_peer.slack import MENTION
from slack_peer.workspace import Channel
from slack_serving import Served
from test_slack_changes import key
from test_slack_mention import CASE, answerable, decided, shown

MEASURED = f"{MENTION} we do have a test set called zebra that we score automatically"


async def contradicted(served: Served) -> tuple[Channel, dict[str, Any], dict[str, Any]]:
    """A decided thread in which jon contradicts ana; its channel, its root and what jon wrote."""
    channel = served.slack.workspace.channel("support", "ana", "jon")
    root, _ = await decided(served, channel)
    told = await served.slack.says("jon", channel, MEASURED, thread=root["ts"])
    await served.settled()
    assert "zebra" in shown(served.posted(channel)[-1]) and answerable(served.posted(channel)[-1])
    return channel, root, told


async def test_a_deleted_side_of_a_contradiction_loses_its_quote_everywhere(served: Served) -> None:
    slack = served.slack
    channel, root, told = await contradicted(served)
    await slack.says("ana", channel, f"{MENTION} what have you understood so far?", thread=root["ts"])
    await served.settled()
    await slack.deletes(channel, told)
    await served.settled()
    session = await served.session(key(served, channel.id, root["ts"]))
    assert session and not session.conflicts and session.entries["evals"].level == "none"
    assert "zebra" not in session.model_dump_json()
    rounds = [message for message in served.posted(channel) if "Which holds?" in json.dumps(message)]
    assert "zebra" not in json.dumps(rounds)


async def test_an_edited_side_of_a_contradiction_loses_its_quote(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    told = await slack.says("jon", channel, f"{MENTION} nothing is measured, says zebra", thread=root["ts"])
    await slack.says("ana", channel, f"{MENTION} we do have a test set that we score automatically", thread=root["ts"])
    await served.settled()
    assert "zebra" in json.dumps(served.posted(channel)[-1])
    await slack.edits(channel, told, f"{MENTION} oh, sorry")
    await served.settled()
    session = await served.session(key(served, channel.id, root["ts"]))
    assert session and session.entries["evals"].level != "none" and "zebra" not in session.model_dump_json()
    assert "zebra" not in json.dumps(served.posted(channel))


async def test_an_aside_leaves_a_contradiction_unanswered(served: Served) -> None:
    slack = served.slack
    channel, root, _ = await contradicted(served)
    asked = served.posted(channel)[-1]
    await slack.says("jon", channel, f"{MENTION} how many examples does fine-tuning need?", thread=root["ts"])
    await served.settled()
    over = shown(channel.messages[asked["ts"]])
    assert "not answered" in over and "– ana" not in over and "– jon" not in over
    session = await served.session(key(served, channel.id, root["ts"]))
    assert session and "evals" in session.conflicts and answerable(served.posted(channel)[-1])


async def test_a_settled_contradiction_shows_who_settled_it(served: Served) -> None:
    slack = served.slack
    channel, root, _ = await contradicted(served)
    asked = served.posted(channel)[-1]
    await slack.clicks("jon", channel, asked, "A test set that we score")
    await served.settled()
    session = await served.session(key(served, channel.id, root["ts"]))
    assert session and not session.conflicts and session.entries["evals"].by == slack.workspace.person("jon")
    assert "– jon" in shown(channel.messages[asked["ts"]])


async def test_a_side_in_other_words_changes_the_open_round_without_a_word(served: Served) -> None:
    slack = served.slack
    channel, root, told = await contradicted(served)
    count, asked = len(served.posted(channel)), served.posted(channel)[-1]
    await slack.edits(channel, told, MEASURED.replace("zebra", "lion"))
    await served.settled()
    assert len(served.posted(channel)) == count
    open = channel.messages[asked["ts"]]
    assert answerable(open) and "lion" in shown(open) and "zebra" not in json.dumps(open)
    session = await served.session(key(served, channel.id, root["ts"]))
    assert session and "evals" in session.conflicts and "zebra" not in session.model_dump_json()
    await slack.clicks("ana", channel, open, "A test set that we score")
    await served.settled()
    session = await served.session(key(served, channel.id, root["ts"]))
    assert session and not session.conflicts and session.entries["evals"].level == "test_set"
