"""Edits and deletions: a fact whose message went loses its quote and is asked again; card, lists and Home follow."""

from __future__ import annotations

import json

from slack_peer.slack import MENTION
from slack_serving import Served
from test_slack_mention import CASE, DECIDED, answerable, decided, shown


def key(served: Served, channel_id: str, root: str) -> str:
    return f"slack-{served.slack.workspace.team}-{channel_id}-{root}"


async def test_a_deleted_message_takes_its_facts_back_and_asks_again(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    told = await slack.says(
        "jon", channel, f"{MENTION} nothing is measured, we have no evals at all", thread=root["ts"]
    )
    await served.settled()
    before = await served.session(key(served, channel.id, root["ts"]))
    assert before and before.entries["evals"].message == told["ts"] and before.state == "decided"
    await slack.deletes(channel, told)
    await served.settled()
    after = await served.session(key(served, channel.id, root["ts"]))
    assert after and "evals" not in after.entries and "prompting" in after.entries and after.state == "asking"
    assert "no evals at all" not in after.model_dump_json()
    asked = served.posted(channel)[-1]
    assert answerable(asked) and "took back" in shown(asked)


async def test_a_deleted_first_message_takes_everything_it_told(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root, _ = await decided(served, channel)
    await slack.deletes(channel, root)
    await served.settled()
    after = await served.session(key(served, channel.id, root["ts"]))
    assert after and not after.entries and "summariser" not in after.model_dump_json()
    assert await served.ledger.case(slack.workspace.team, key(served, channel.id, root["ts"])) is None


async def test_an_edit_is_read_anew_and_the_card_changes(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root, card = await decided(served, channel)
    words = DECIDED.replace("No evals.", "We score a test set of 300: 95%, and we need 90%.")
    await slack.edits(channel, root, words)
    await served.settled()
    after = await served.session(key(served, channel.id, root["ts"]))
    assert after and after.entries["score"].level == 95 and after.entries["score"].message == root["ts"]
    assert after.entries["evals"].level == "test_set"
    [now] = [message for message in served.posted(channel) if message["ts"] == card["ts"]]
    assert after.state == "asking" or "edited" in now


async def test_an_edit_that_changes_no_words_or_told_nothing_is_let_be(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root, _ = await decided(served, channel)
    thanks = await slack.says("ana", channel, f"{MENTION} thanks!", thread=root["ts"])
    await served.settled()
    count, before = len(served.posted(channel)), await served.session(key(served, channel.id, root["ts"]))
    await slack.edits(channel, root, root["text"])
    await slack.edits(channel, thanks, f"{MENTION} thank you!")
    await served.settled()
    assert len(served.posted(channel)) == count
    after = await served.session(key(served, channel.id, root["ts"]))
    assert before and after and after.entries == before.entries and after.decision == before.decision


async def test_a_deletion_leaves_what_others_had_picked(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, f"{MENTION} Should we fine-tune a model for our recipe app?")
    await served.settled()
    await slack.clicks("jon", channel, served.posted(channel)[0], "Not measured")
    told = await slack.says("ana", channel, "a few prompts so far", thread=root["ts"])
    await served.settled()
    await slack.deletes(channel, told)
    await served.settled()
    after = await served.session(key(served, channel.id, root["ts"]))
    assert after and "prompting" not in after.entries and after.entries["evals"].by == slack.workspace.person("jon")


async def test_an_edit_in_a_half_answered_round_loses_no_picks(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, f"{MENTION} Should we fine-tune a model for our recipe app?")
    await served.settled()
    told = await slack.says("ana", channel, f"{MENTION} it is too slow for what we need", thread=root["ts"])
    await served.settled()
    asked = served.posted(channel)[-1]
    await slack.clicks("jon", channel, asked, "Not measured")
    await served.settled()
    await slack.edits(channel, told, f"{MENTION} it is too expensive for what we need")
    await served.settled()
    after = await served.session(key(served, channel.id, root["ts"]))
    jon = slack.workspace.person("jon")
    assert after and after.entries["evals"].by == jon and after.entries["cost_gap"].level is True
    assert "latency_gap" not in after.entries
    assert "Not measured\n – jon" in shown(channel.messages[asked["ts"]])
    assert not answerable(channel.messages[asked["ts"]])
    assert not any("evals" in question.facts for question in after.open)


async def test_home_follows_a_deletion(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root, _ = await decided(served, channel)
    await slack.opens_home("ana")
    await served.settled()
    person = slack.workspace.person("ana")
    assert "contract summariser" in json.dumps(slack.workspace.homes[person])
    await slack.deletes(channel, root)
    await served.settled()
    assert "contract summariser" not in json.dumps(slack.workspace.homes[person])


async def test_a_dont_know_is_taken_back_with_its_message(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    place = key(served, channel.id, root["ts"])
    before = await served.session(place)
    told = await slack.says("jon", channel, "no idea, I don't know", thread=root["ts"])
    await served.settled()
    unknown = await served.session(place)
    assert before and unknown and unknown.dont_know and set(unknown.dont_know_in.values()) == {told["ts"]}
    await slack.edits(channel, told, "I don't know, sorry")
    await served.settled()
    same = await served.session(place)
    assert same and same.dont_know == unknown.dont_know and same.dont_know_in == unknown.dont_know_in
    await slack.edits(channel, told, "Thanks for asking!")
    await served.settled()
    after = await served.session(place)
    assert after and not after.dont_know and not after.dont_know_in and after.entries.keys() == before.entries.keys()
    asked = served.posted(channel)[-1]
    assert answerable(asked) and "took back" in shown(asked)
    assert {fact for question in after.open for fact in question.facts} == {
        fact for question in before.open for fact in question.facts
    }


async def test_a_dont_know_that_was_deleted_changes_a_verdict_that_rested_on_it(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    told = await slack.says("jon", channel, "I don't know", thread=root["ts"])
    await served.settled()
    place = key(served, channel.id, root["ts"])
    for _ in range(8):
        session = await served.session(place)
        if session is None or session.state != "asking":
            break
        await slack.says("ana", channel, "I don't know", thread=root["ts"])
        await served.settled()
    assert session and session.decision and told["ts"] in session.dont_know_in.values()
    mine = {fact for fact, message in session.dont_know_in.items() if message == told["ts"]}
    await slack.deletes(channel, told)
    await served.settled()
    after = await served.session(place)
    assert after and not mine & after.dont_know.keys()
    assert set(after.dont_know) == set(session.dont_know) - mine


async def test_a_dont_know_that_was_picked_stays_when_a_message_goes(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, f"{MENTION} Should we fine-tune a model for our recipe app?")
    await served.settled()
    asked = served.posted(channel)[0]
    await slack.clicks("jon", channel, asked, "Don't know")
    told = await slack.says("ana", channel, "a few prompts so far", thread=root["ts"])
    await served.settled()
    place = key(served, channel.id, root["ts"])
    before = await served.session(place)
    await slack.deletes(channel, told)
    await served.settled()
    after = await served.session(place)
    assert before and after and before.dont_know and not before.dont_know_in and after.dont_know == before.dont_know


async def test_an_edit_that_tells_the_same_is_not_spoken_of(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root, _ = await decided(served, channel)
    place = key(served, channel.id, root["ts"])
    before, count = await served.session(place), len(served.posted(channel))
    await slack.edits(channel, root, DECIDED.replace("No evals.", "No evals! Thanks!"))
    await slack.edits(channel, root, DECIDED.replace("contract summariser", "zebra summariser"))
    await served.settled()
    assert len(served.posted(channel)) == count
    after = await served.session(place)
    assert before and after and after.state == "decided" and after.open == before.open
    levels = [{k: e.level for k, e in each.entries.items() if k != "task"} for each in (before, after)]
    assert levels[0] == levels[1]
    assert "contract summariser" not in after.model_dump_json()
    case = await served.ledger.case(slack.workspace.team, place)
    assert case and "zebra summariser" in case.title


async def test_an_edit_that_tells_otherwise_names_the_new_value_and_nothing_else(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root, card = await decided(served, channel)
    told = await slack.says("ana", channel, "we get 300 requests a day", thread=root["ts"])
    await served.settled()
    count = len(served.posted(channel))
    await slack.edits(channel, told, "we get 3000 requests a day")
    await served.settled()
    [said] = served.posted(channel)[count:]
    assert "Now: 3,000 requests a day." in shown(said) and "The verdict stays" in shown(said)
    assert "took back" not in shown(said)
    assert "Now: 3,000 requests a day." in shown(channel.messages[card["ts"]])
    after = await served.session(key(served, channel.id, root["ts"]))
    assert after and after.entries["volume"].level == 3000


async def test_an_edit_that_tells_less_names_what_is_gone_and_nothing_else(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root, _ = await decided(served, channel)
    await slack.edits(channel, root, DECIDED.replace("We have tried a few prompts. ", ""))
    await served.settled()
    said = shown(served.posted(channel)[-1])
    assert "took back what it told me about: prompting so far." in said


async def test_a_number_edited_down_to_the_number_is_still_the_answer(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root, _ = await decided(served, channel)
    told = await slack.says("ana", channel, "we have about 300 examples", thread=root["ts"])
    await served.settled()
    place = key(served, channel.id, root["ts"])
    before, count = await served.session(place), len(served.posted(channel))
    assert before and before.entries["examples"].level == 300
    await slack.edits(channel, told, "about 300, sorry")
    await served.settled()
    after = await served.session(place)
    assert after and after.entries["examples"].level == 300 and len(served.posted(channel)) == count
