"""Contradictions between people: what is shown of them while they are open, and what is left once somebody took a word back."""

from __future__ import annotations

import json
from typing import Any

from slack_peer.blocks import texts
from slack_peer.slack import MENTION
from slack_peer.workspace import Channel
from slack_serving import Served
from test_slack_changes import key
from test_slack_mention import CASE, answerable, decided, shown
from test_slack_surfaces import form

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


DISPUTED = "In dispute: how quality is measured."


async def test_a_verdict_in_dispute_says_so_wherever_it_is_shown(served: Served) -> None:
    slack = served.slack
    leads = slack.workspace.channel("leads", "ana", "jon")
    channel, _, _ = await contradicted(served)
    card = served.posted(channel)[0]
    assert DISPUTED in shown(card) and DISPUTED in card["text"]
    await slack.clicks("ana", channel, card, "Share to channel")
    await slack.submits("ana", form(slack), **{"field.channel": leads.id})
    await slack.clicks("ana", channel, card, "Export")
    await slack.clicks("ana", channel, card, "Details")
    await served.settled()
    [copy], [file] = served.posted(leads), slack.workspace.files.values()
    assert DISPUTED in shown(copy) and DISPUTED in file["content"].decode()
    assert DISPUTED in " ".join(texts(form(slack)["blocks"]))


async def test_a_verdict_whose_contradiction_is_settled_is_in_dispute_no_longer(served: Served) -> None:
    slack = served.slack
    channel, _, _ = await contradicted(served)
    card, asked = served.posted(channel)[0], served.posted(channel)[-1]
    await slack.clicks("ana", channel, asked, "Not at all yet")
    await served.settled()
    now = channel.messages[card["ts"]]
    assert DISPUTED not in json.dumps(now) and "card/details" in json.dumps(now)


async def test_a_verdict_against_which_a_contradiction_is_settled_stands_no_longer(served: Served) -> None:
    slack = served.slack
    channel, root, _ = await contradicted(served)
    card, asked = served.posted(channel)[0], served.posted(channel)[-1]
    await slack.clicks("ana", channel, asked, "Automatically, on every change")
    await served.settled()
    now, session = channel.messages[card["ts"]], await served.session(key(served, channel.id, root["ts"]))
    assert session and session.state == "asking" and session.entries["evals"].level == "automated"
    assert "settled otherwise" in shown(now) and "card/" not in json.dumps(now)
    while session and session.state == "asking":
        await slack.says("ana", channel, "skip", thread=root["ts"])
        await served.settled()
        session = await served.session(key(served, channel.id, root["ts"]))
    assert "card/details" in json.dumps(channel.messages[card["ts"]])


async def test_a_verdict_names_only_the_disputes_that_are_open(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon", "mia")
    root, card = await decided(served, channel)
    await slack.says("ana", channel, f"{MENTION} we have 200 examples", thread=root["ts"])
    await slack.says(
        "jon", channel, f"{MENTION} we do have a test set, and there are 5,000 examples", thread=root["ts"]
    )
    await served.settled()
    assert "In dispute: how quality is measured, " in shown(channel.messages[card["ts"]])
    await slack.clicks("ana", channel, served.posted(channel)[-1], "Not at all yet")
    await served.settled()
    await slack.says("mia", channel, f"{MENTION} the task is narrow", thread=root["ts"])
    await served.settled()
    session = await served.session(key(served, channel.id, root["ts"]))
    assert session and list(session.conflicts) == ["examples"] and session.entries["evals"].level == "none"
    now = shown(channel.messages[card["ts"]])
    assert "In dispute: " in now and "In dispute: how quality is measured" not in now


async def test_a_contradiction_that_nobody_can_settle_leaves_no_dispute(served: Served) -> None:
    slack = served.slack
    channel, _, _ = await contradicted(served)
    card, asked = served.posted(channel)[0], served.posted(channel)[-1]
    await slack.clicks("ana", channel, asked, "Don't know")
    await served.settled()
    assert DISPUTED not in json.dumps(channel.messages[card["ts"]])


async def test_a_card_that_was_taken_back_does_not_come_back_with_a_contradiction(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, card = await decided(served, channel)
    await slack.edits(
        channel, root, f"{MENTION} Our contract summariser stresses the wrong things. We tried a few prompts."
    )
    await served.settled()
    assert "card/" not in json.dumps(channel.messages[card["ts"]])
    await slack.says("jon", channel, f"{MENTION} no, prompting has not been tried at all", thread=root["ts"])
    await served.settled()
    session = await served.session(key(served, channel.id, root["ts"]))
    assert session and session.conflicts
    assert "card/" not in json.dumps(channel.messages[card["ts"]])


async def test_what_lists_who_said_what_goes_when_a_word_is_taken_back(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, _ = await decided(served, channel)
    told = await slack.says("jon", channel, f"{MENTION} we get 3,000 requests a day, zebra says", thread=root["ts"])
    await slack.says("ana", channel, f"{MENTION} what have you understood so far?", thread=root["ts"])
    await served.settled()
    assert "zebra" in json.dumps(served.posted(channel))
    await slack.edits(channel, told, f"{MENTION} we get 3,000 requests a day")
    await served.settled()
    assert "zebra" not in json.dumps(served.posted(channel))


async def test_why_it_is_asked_repeats_nobodys_words_once_the_round_is_over(served: Served) -> None:
    slack = served.slack
    channel, root, told = await contradicted(served)
    for words in ("why do you ask?", "what have you understood so far?"):
        await slack.says("ana", channel, f"{MENTION} {words}", thread=root["ts"])
        await served.settled()
    await slack.deletes(channel, told)
    await served.settled()
    assert "zebra" not in json.dumps(served.posted(channel))
    session = await served.session(key(served, channel.id, root["ts"]))
    assert session and "zebra" not in session.model_dump_json()
