"""Direct messages, the messages tab, /tunewise, the shortcut, the card's buttons, Home."""

from __future__ import annotations

import json

import pytest
from slack_peer.slack import MENTION, Slack
from slack_peer.workspace import Channel
from slack_serving import Served
from test_slack_mention import CASE, DECIDED, answerable, decided, shown

TOLD = DECIDED.removeprefix(MENTION).strip()


def form(slack: Slack) -> dict[str, object]:
    """The modal opened last."""
    return list(slack.workspace.views.values())[-1]


async def test_direct_messages_are_the_same_talk(served: Served) -> None:
    slack = served.slack
    direct = slack.workspace.direct("ana")
    root = await slack.says("ana", direct, TOLD)
    await served.settled()
    [card] = served.posted(direct)
    assert card["thread_ts"] == root["ts"] and "Details" in json.dumps(card["blocks"])
    await slack.says("ana", direct, "why?", thread=root["ts"])
    await served.settled()
    assert "evals-before-anything" in shown(served.posted(direct)[-1])


async def test_the_messages_tab_suggests_prompts(served: Served) -> None:
    await served.slack.opens_home("ana", tab="messages")
    await served.settled()
    [suggested] = served.slack.workspace.prompts
    assert suggested["channel_id"] == served.slack.workspace.direct("ana").id and len(suggested["prompts"]) == 4
    assert not served.slack.workspace.homes


async def test_the_command_without_text_opens_the_form_and_the_form_starts_a_thread(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    await slack.commands("ana", channel)
    opened = form(slack)
    assert opened["callback_id"] == "intake"
    answer = await slack.submits("ana", opened, **{
        "field.task": "Summarise contracts for our lawyers", "field.wrong": "It stresses the wrong things with the whole contract in view",
        "field.tried": "a few prompts", "field.evals": "no evals yet",
    })  # fmt: skip
    assert answer.status == 200 and not answer.json
    await served.settled()
    root, asked, *_ = served.posted(channel)
    assert "ana asks" in shown(root) and "thread_ts" not in root and asked["thread_ts"] == root["ts"]
    before = len(served.posted(channel))
    await slack.says("ana", channel, "why not fine-tuning?", thread=root["ts"])
    await served.settled()
    assert len(served.posted(channel)) > before, "the thread is ours"


async def test_an_empty_form_is_fine(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    await slack.commands("ana", channel)
    await slack.submits("ana", form(slack))
    await served.settled()
    root, asks = served.posted(channel)
    assert asks["thread_ts"] == root["ts"] and "Tell me what your model should do" in shown(asks)


async def test_the_command_with_text_starts_a_thread_and_its_presses_count(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    await slack.commands("ana", channel, CASE.removeprefix(MENTION).strip())
    await served.settled()
    root, asked = served.posted(channel)
    await slack.clicks("jon", channel, asked, "Not measured")
    await served.settled()
    assert "Details" in json.dumps(served.posted(channel)[-1]["blocks"])
    assert served.posted(channel)[-1]["thread_ts"] == root["ts"]


async def test_help_and_ask_are_private_and_an_answer_can_be_shared(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    await slack.commands("ana", channel, "help")
    await slack.commands("ana", channel, "ask How many examples does fine-tuning need?")
    await served.settled()
    told, answer = slack.workspace.responses
    assert not served.posted(channel)
    assert told["response_type"] == answer["response_type"] == "ephemeral"
    assert "kept for 30 days" in json.dumps(told["blocks"]) and "No language model provider" in json.dumps(
        told["blocks"]
    )
    await slack.clicks_private("ana", channel, answer["blocks"], "Share")
    await served.settled()
    [shared] = served.posted(channel)
    assert "ana asked" in shown(shared) and "examples" in shown(shared)


async def test_status_and_forget_are_about_ones_own_cases(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    await decided(served, channel)
    await slack.commands("jon", channel, "status")
    await slack.commands("jon", channel, "forget")
    await served.settled()
    status, none = slack.workspace.responses
    assert "evals first" in json.dumps(status["blocks"]) and "No case" not in json.dumps(status["blocks"])
    assert "that you started" in json.dumps(none["blocks"])
    await slack.commands("ana", channel, "forget")
    await served.settled()
    await slack.clicks_private("ana", channel, slack.workspace.responses[-1]["blocks"], "Forget this case")
    await served.settled()
    assert "Forgotten" in json.dumps(slack.workspace.responses[-1])
    assert "forgotten" in shown(served.posted(channel)[0])
    await slack.commands("ana", channel, "status")
    await served.settled()
    assert "no case" in json.dumps(slack.workspace.responses[-1]).lower()


async def test_the_shortcut_starts_from_a_message(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    message = await slack.says("jon", channel, TOLD)
    await slack.shortcut("ana", channel, message, "should_we_tune")
    await served.settled()
    [card] = served.posted(channel)
    assert card["thread_ts"] == message["ts"]
    session = await served.session(f"slack-{slack.workspace.team}-{channel.id}-{message['ts']}")
    assert session and session.entries["evals"].by == slack.workspace.person("jon")


@pytest.mark.parametrize("kind", ["channel", "group"])
async def test_where_it_is_no_member_it_says_privately_how_to_invite_it(served: Served, kind: str) -> None:
    slack = served.slack
    channel = slack.workspace.channel("closed", "ana", kind=kind, bot=False)
    message = slack.workspace.post(channel, {"user": slack.workspace.person("ana"), "text": TOLD})
    await slack.commands("ana", channel, "should we fine-tune our bot?")
    await slack.shortcut("ana", channel, message, "should_we_tune")
    await served.settled()
    assert not served.posted(channel)
    assert [("/invite" in response["text"]) for response in slack.workspace.responses] == [True, True]


# --- the card's buttons ---------------------------------------------------------------------------------------------


async def card_in(served: Served) -> tuple[Channel, dict[str, object]]:
    channel = served.slack.workspace.channel("support", "ana", "jon")
    _, card = await decided(served, channel)
    return channel, card


async def test_details_open_at_once_and_are_filled_in(served: Served) -> None:
    channel, card = await card_in(served)
    await served.slack.clicks("jon", channel, card, "Details")
    await served.settled()
    view = form(served.slack)
    assert "One moment" not in json.dumps(view) and "Done when" in json.dumps(view) and "ana" in json.dumps(view)


async def test_why_is_answered_to_the_one_who_asks(served: Served) -> None:
    channel, card = await card_in(served)
    count = len(served.posted(channel))
    await served.slack.clicks("jon", channel, card, "Why?")
    await served.settled()
    assert len(served.posted(channel)) == count
    assert "evals-before-anything" in json.dumps(served.slack.workspace.responses[-1])


async def test_export_puts_a_file_into_the_thread(served: Served) -> None:
    channel, card = await card_in(served)
    await served.slack.clicks("jon", channel, card, "Export")
    await served.settled()
    [file] = served.slack.workspace.files.values()
    assert file["name"].endswith(".md") and file["thread_ts"] == card["thread_ts"]
    assert file["content"].decode().startswith("#") and "evals" in file["content"].decode()


async def test_new_facts_by_the_form_change_the_card(served: Served) -> None:
    channel, card = await card_in(served)
    await served.slack.clicks("jon", channel, card, "New facts")
    await served.slack.submits("jon", form(served.slack), **{"field.words": "We get about 3,000 requests a day."})
    await served.settled()
    assert "3,000" in shown(served.posted(channel)[-1])


async def test_forms_without_words_or_about_what_is_gone_say_so(served: Served) -> None:
    channel, card = await card_in(served)
    slack = served.slack
    await slack.clicks("jon", channel, card, "New facts")
    empty = await slack.submits("jon", form(slack), **{"field.words": "  "})
    assert empty.json["response_action"] == "errors" and "write something" in json.dumps(empty.json)
    await slack.clicks("jon", channel, card, "Share to channel")
    nowhere = await slack.submits("jon", form(slack))
    assert nowhere.json["response_action"] == "errors" and "pick a channel" in json.dumps(nowhere.json)
    gone = {**form(slack), "private_metadata": "slack-T0HOME-C9-1.1"}
    late = await slack.submits("jon", gone, **{"field.channel": channel.id})
    assert late.json["response_action"] == "errors" and "forgotten" in json.dumps(late.json)


async def test_disagreement_and_feedback_are_kept_with_the_decision(served: Served) -> None:
    channel, card = await card_in(served)
    slack = served.slack
    await slack.clicks("jon", channel, card, "I disagree")
    await slack.submits("jon", form(slack), **{"field.words": "We can see that it is bad without evals."})
    await slack.clicks("ana", channel, card, "👎", action="card/feedback")
    await served.settled()
    kept = await served.ledger.feedback()
    assert {each.kind for each in kept} == {"disagree", "unhelpful"}
    [objection] = [each for each in kept if each.kind == "disagree"]
    assert objection.text == "We can see that it is bad without evals." and objection.verdict == "evals_first"
    assert objection.rule and objection.policy and objection.facts["evals"] == "none"
    assert "jon disagrees" in shown(served.posted(channel)[-1])


async def test_a_card_is_shared_to_a_channel_that_both_are_in(served: Served) -> None:
    slack = served.slack
    channel, card = await card_in(served)
    target = slack.workspace.channel("leads", "jon", "mia")
    closed = slack.workspace.channel("board", "jon", "mia", bot=False)
    for place in (closed, target):
        await slack.clicks("jon", channel, card, "Share to channel")
        await slack.submits("jon", form(slack), **{"field.channel": place.id})
        await served.settled()
    assert not served.posted(closed)
    [copy] = served.posted(target)
    assert "Shared by jon" in shown(copy) and "Details" not in json.dumps(copy["blocks"])


# --- Home -----------------------------------------------------------------------------------------------------------


async def test_home_lists_cases_and_keeps_what_is_ticked(served: Served) -> None:
    slack = served.slack
    _channel, _ = await card_in(served)
    await slack.opens_home("jon")
    await served.settled()
    home = slack.workspace.homes[slack.workspace.person("jon")]
    assert "#support" in json.dumps(home) and "contract summariser" in json.dumps(home)
    assert "kept for 30 days" in json.dumps(home)
    _, boxes = slack.control(home["blocks"], action="home/steps")
    first = boxes["options"][0]["text"]["text"]
    await slack.clicks_home("jon", first, action="home/steps")
    await served.settled()
    _, boxes = slack.control(slack.workspace.homes[slack.workspace.person("ana")]["blocks"], action="home/steps")
    assert [option["text"]["text"] for option in boxes["initial_options"]] == [first]


async def test_home_starts_a_case_in_direct_messages(served: Served) -> None:
    slack = served.slack
    await slack.opens_home("ana")
    await served.settled()
    await slack.clicks_home("ana", "Start a new case")
    await slack.submits("ana", form(slack), **{"field.task": TOLD})
    await served.settled()
    direct = slack.workspace.direct("ana")
    root, card = served.posted(direct)
    assert card["thread_ts"] == root["ts"]
    await slack.says("ana", direct, "why?", thread=root["ts"])
    await served.settled()
    assert "evals-before-anything" in shown(served.posted(direct)[-1])
    assert "direct message" in json.dumps(slack.workspace.homes[slack.workspace.person("ana")])
    assert answerable(root) is False
