"""A mention in a channel: questions, answers by presses and in words, the card, and what stays quiet."""

from __future__ import annotations

import json
from typing import Any

import pytest
from slack_peer.blocks import elements, texts
from slack_peer.slack import MENTION
from slack_peer.workspace import BOT_USER, Channel
from slack_serving import Served

CASE = f"{MENTION} should we fine-tune our support bot? Its tone is wrong with everything in front of it, and a few prompts were tried."
# Decided at once: nothing is measured, and no answer to anything else would change that.
DECIDED = (
    f"{MENTION} Our contract summariser stresses the wrong things even with the whole contract in view, no facts are missing, "
    "speed and cost are fine. We have tried a few prompts. No evals."
)


def shown(message: dict[str, Any]) -> str:
    """All that a message says."""
    return "\n".join(texts(message.get("blocks", [])))


def answerable(message: dict[str, Any]) -> bool:
    """Whether a round still has controls."""
    return any(str(e.get("action_id", "")).startswith("answer/") for e in elements(message.get("blocks", [])))


async def decided(served: Served, channel: Channel, name: str = "ana") -> tuple[dict[str, Any], dict[str, Any]]:
    """A case told in one message; that message and the card."""
    root = await served.slack.says(name, channel, DECIDED)
    await served.settled()
    card = served.posted(channel)[-1]
    assert "evals" in shown(card)
    return root, card


@pytest.mark.parametrize("mention_first", [False, True])
async def test_a_mention_that_comes_as_two_events_is_answered_once(served: Served, mention_first: bool) -> None:
    channel = served.slack.workspace.channel("support", "ana", "jon")
    root = await served.slack.says("ana", channel, CASE, mention_first=mention_first)
    await served.settled()
    [asked] = served.posted(channel)
    assert asked["thread_ts"] == root["ts"] and answerable(asked)
    assert "a few tries" in shown(asked) and "How do you measure quality" in shown(asked)
    assert not asked.get("would_unfurl")
    assert [delivered.status for delivered in served.slack.delivered] == [200, 200]


async def test_a_press_answers_and_the_round_shows_who_answered_what(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    [asked] = served.posted(channel)
    await slack.clicks("jon", channel, asked, "Not measured")
    await served.settled()
    asked, *later = served.posted(channel)
    assert not answerable(asked) and "Not measured" in shown(asked) and "jon" in shown(asked)
    session = await served.session(f"slack-{slack.workspace.team}-{channel.id}-{root['ts']}")
    assert session and session.entries["evals"].by == slack.workspace.person("jon")
    assert session.entries["prompting"].by == slack.workspace.person("ana")
    assert session.entries["prompting"].message == root["ts"]
    assert session.state == "decided" and len(later) == 1 and "Details" in json.dumps(later[0]["blocks"])


async def test_a_press_in_a_round_that_is_over_is_answered_kindly_and_changes_nothing(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    before = json.loads(json.dumps(served.posted(channel)[0]))  # as it stands on somebody's screen
    await slack.clicks("jon", channel, before, "Not measured")
    await served.settled()
    key = f"slack-{slack.workspace.team}-{channel.id}-{root['ts']}"
    session = await served.session(key)
    await slack.clicks("ana", channel, before, "By looking at outputs")
    await served.settled()
    assert await served.session(key) == session
    assert "no longer open" in json.dumps(slack.workspace.responses[-1])


async def test_follow_ups_need_no_mention_and_talk_between_people_gets_no_answer(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    jon = slack.workspace.person("jon")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    await slack.says("ana", channel, f"<@{jon}> can you look how many tickets we have?", thread=root["ts"])
    await slack.says("jon", channel, "I'll check after lunch", thread=root["ts"])
    await served.settled()
    assert len(served.posted(channel)) == 1
    session = await served.session(f"slack-{slack.workspace.team}-{channel.id}-{root['ts']}")
    assert session and "lunch" not in session.model_dump_json()
    await slack.says("jon", channel, "we have no evals, nothing is measured", thread=root["ts"])
    await served.settled()
    assert len(served.posted(channel)) == 2


async def test_other_threads_are_let_go_unread(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, "a zebra walked into the office")
    await slack.says("jon", channel, "a striped zebra?", thread=root["ts"])
    await served.settled()
    assert not served.posted(channel)
    client = served.engine.connection.client
    stored = [await client.dump(key) for key in await client.keys("*")]
    assert not any(b"zebra" in value for value in stored if value)
    assert {delivered.status for delivered in slack.delivered} == {200}


async def test_two_who_contradict_each_other_are_shown_and_asked(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, _ = await decided(served, channel)
    await slack.says("jon", channel, f"{MENTION} we do have a test set that we score automatically", thread=root["ts"])
    await served.settled()
    asked = served.posted(channel)[-1]
    assert answerable(asked) and "differ" in shown(asked)
    assert "ana" in shown(asked) and "jon" in shown(asked)


async def test_new_facts_change_the_card_in_place_and_the_thread_is_told(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root, card = await decided(served, channel)
    words = f"{MENTION} We get about 3,000 requests a day."
    await slack.says("ana", channel, words, thread=root["ts"])
    await served.settled()
    cards = [message for message in served.posted(channel) if "Details" in json.dumps(message.get("blocks", []))]
    assert [message["ts"] for message in cards] == [card["ts"]] and "edited" in cards[0]
    assert "3,000" in shown(served.posted(channel)[-1]) and "stays" in shown(served.posted(channel)[-1])


async def test_a_status_is_shown_and_nobody_is_called(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root = await slack.says("ana", channel, f"{MENTION} <!channel> <!here> should we fine-tune? {MENTION}")
    await served.settled()
    assert slack.workspace.statuses[0]["thread_ts"] == root["ts"] and slack.workspace.statuses[0]["loading_messages"]
    everything = json.dumps([sent.args for sent in slack.workspace.sent])
    assert "<!" not in everything and f"<@{BOT_USER}>" not in everything and '"broadcast"' not in everything


async def test_forgetting_a_thread_leaves_nothing_of_it(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root, _ = await decided(served, channel)
    await slack.says("ana", channel, "forget this", thread=root["ts"])
    await served.settled()
    assert not any("contract" in shown(message) for message in served.posted(channel))
    client = served.engine.connection.client
    stored = [await client.dump(key) for key in await client.keys("*")]
    assert not any(b"summariser" in value for value in stored if value)
    count = len(served.posted(channel))
    await slack.says("ana", channel, "what have you understood so far?", thread=root["ts"])
    await served.settled()
    assert len(served.posted(channel)) == count


async def test_a_whole_talk_by_pressing_several_people_and_dont_know_among_them(served: Served) -> None:
    """Whatever is asked is answered by a press, by ana and jon in turn, every third with "Don't know"; a card comes of it."""
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    await slack.says("ana", channel, f"{MENTION} Should we fine-tune a model for our recipe app?")
    await served.settled()
    for press in range(60):
        last = served.posted(channel)[-1]
        if not answerable(last):
            break
        control = next(e for e in elements(last["blocks"]) if str(e.get("action_id")).startswith("answer/"))
        id, name = str(control["action_id"]), ("ana", "jon")[press % 2]
        head = id.rpartition("/")[0]
        if press % 3 == 2:
            await slack.clicks(name, channel, last, "Don't know", action=head)
        elif control["type"] == "checkboxes":
            first = control["options"][0]["text"]["text"]
            await slack.clicks(name, channel, last, "That is all", action=head, ticked=(first,))
        else:
            options = control.get("options") or [{"text": control["text"]}]
            await slack.clicks(name, channel, last, options[0]["text"]["text"], action=head)
        await served.settled()
    card = served.posted(channel)[-1]
    assert "Details" in json.dumps(card["blocks"]), shown(card)
    rounds = [message for message in served.posted(channel) if message is not card]
    assert rounds and not any(answerable(message) for message in rounds)
    assert any("jon" in shown(message) for message in rounds) and any("ana" in shown(message) for message in rounds)


async def test_a_tick_alone_and_a_round_that_is_half_answered_say_nothing_new(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, f"{MENTION} Should we fine-tune a model for our recipe app?")
    await served.settled()
    [asked] = served.posted(channel)
    await slack.clicks("jon", channel, asked, "Not measured")
    await served.settled()
    [asked] = served.posted(channel)
    assert (
        "edited" in asked and answerable(asked) and "jon" in shown(asked) and "Go on without the rest" in shown(asked)
    )
    await slack.says("ana", channel, "a few prompts so far", thread=root["ts"])
    await served.settled()
    session = await served.session(f"slack-{slack.workspace.team}-{channel.id}-{root['ts']}")
    assert session and session.entries["evals"].by == slack.workspace.person("jon")
    assert session.entries["prompting"].by == slack.workspace.person("ana")
    assert not answerable(served.posted(channel)[0])
