"""Security: what is not Slack's, not new, not ours or not true is refused, written down, and changes nothing."""

from __future__ import annotations

import json
import logging
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_peer.blocks import elements, texts
from slack_peer.delivery import OverHTTP, sign
from slack_peer.slack import MENTION, Slack
from slack_peer.workspace import BOT_USER
from slack_serving import Served
from test_slack_mention import CASE, DECIDED, decided, shown


def over_http(slack: Slack) -> OverHTTP:
    assert isinstance(slack.deliver, OverHTTP)
    return slack.deliver


async def everything(served: Served) -> dict[bytes, bytes | None]:
    """All that is stored, but for counters of what was refused."""
    client = served.engine.connection.client
    kept = {key: await client.dump(key) for key in await client.keys(f"tunewise:{served.slack.workspace.team}:*")}
    return {key: value for key, value in kept.items() if b":rate:" not in key and b":claim:" not in key}


@pytest.mark.parametrize("wrong", ["secret", "stale", "future", "body", "missing", "malformed", "blank", "digits"])
async def test_requests_that_slack_did_not_sign_are_refused(served: Served, wrong: str) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    message = slack.workspace.post(channel, {"user": slack.workspace.person("ana"), "text": CASE})
    [event, _] = slack.events_of(channel, message)
    body = json.dumps(slack.envelope(event, channel))
    headers = {
        "secret": sign(body, secret="somebody else's"),
        "stale": sign(body, at=time.time() - 3600),
        "future": sign(body, at=time.time() + 3600),
        "body": sign(body + " "),
        "missing": {},
        "malformed": {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=1"},
        "blank": {"X-Slack-Request-Timestamp": "", "X-Slack-Signature": "v0=1"},
        "digits": {"X-Slack-Request-Timestamp": "١٢٣", "X-Slack-Signature": "v0=1"},
    }[wrong]
    before = await everything(served)
    result = await over_http(slack).post(body, form=False, headers=headers)
    await served.settled()
    assert result.status == 401
    assert not served.posted(channel) and await everything(served) == before


async def test_what_is_replayed_is_taken_once(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    message = slack.workspace.post(channel, {"user": slack.workspace.person("ana"), "text": CASE})
    [event, _] = slack.events_of(channel, message)
    body = json.dumps(slack.envelope(event, channel))
    headers = sign(body)
    for _ in range(3):
        assert (await over_http(slack).post(body, form=False, headers=headers)).status == 200
    await served.settled()
    [asked] = served.posted(channel)
    block, button = slack.control(asked["blocks"], label="Not measured")
    payload = {
        **slack._who("ana", channel), "type": "block_actions", "trigger_id": slack.workspace.trigger(), "state": {"values": {}},
        "response_url": slack.response_url(), "actions": [slack.pressed(block, button, "Not measured")], "message": asked,
        "container": {"type": "message", "message_ts": asked["ts"], "channel_id": channel.id},
    }  # fmt: skip
    pressed = urlencode({"payload": json.dumps(payload)})
    signed = sign(pressed)
    for _ in range(3):
        assert (await over_http(slack).post(pressed, form=True, headers=signed)).status == 200
    await served.settled()
    assert len(served.posted(channel)) == 2 and not slack.workspace.responses


async def test_retries_of_slack_are_taken_once(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    message = slack.workspace.post(channel, {"user": slack.workspace.person("ana"), "text": CASE})
    [event, _] = slack.events_of(channel, message)
    body = json.dumps(slack.envelope(event, channel))
    for number in range(4):
        again = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"} if number else {}
        assert (await over_http(slack).post(body, form=False, headers={**sign(body), **again})).status == 200
    await served.settled()
    assert len(served.posted(channel)) == 1


async def test_another_workspace_is_refused_and_written_down(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    message = slack.workspace.post(channel, {"user": slack.workspace.person("ana"), "text": f"{MENTION} zebra"})
    before = await everything(served)
    with caplog.at_level(logging.WARNING, "tunewise.slack"):
        for event in slack.events_of(channel, message):
            result = await over_http(slack).event(slack.envelope(event, channel, team="T9FOREIGN"))
            assert result.status == 200
    await served.settled()
    assert not served.posted(channel) and await everything(served) == before
    assert "T9FOREIGN" in caplog.text and "zebra" not in caplog.text


async def test_unknown_actions_forms_commands_and_events_are_acknowledged_and_change_nothing(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    before = await everything(served)
    stranger = [
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": "drop_all"}],
        }
    ]
    with caplog.at_level(logging.WARNING, "tunewise.slack"):
        pressed = await slack.clicks_private("ana", channel, stranger, "x")
        form = {"type": "modal", "id": "V1", "callback_id": "evil", "private_metadata": "k", "blocks": []}
        submitted = await slack.submits("ana", form)
    event = await slack.send({"type": "reaction_added", "user": "U1", "reaction": "tada", "event_ts": "1.1"})
    await served.settled()
    assert {pressed.status, submitted.status, event.status} == {200}
    assert "drop_all" in caplog.text and "evil" in caplog.text
    assert await everything(served) == before


TAMPERED: list[dict[str, Any]] = [
    {"action_id": "answer/1/ask-quality/99", "value": "99"},
    {"action_id": "answer/1/no-such-question/0", "value": "0"},
    {"action_id": "answer/1/ask-quality/menu", "selected_option": {"value": "-1"}},
    {"action_id": "answer/1/ask-quality/menu", "selected_option": "evals"},
    {"action_id": "answer/999/ask-quality/0", "value": "0"},
    {"action_id": "answer/1/-/everything", "value": "x"},
    {"action_id": "card/why", "value": "slack-T0HOME-C99-1.1"},
    {"action_id": "card/export", "value": "../../etc/passwd"},
    {"action_id": "card/feedback", "value": "sideways:k"},
    {"action_id": "forget/0", "value": "slack-T0HOME-C99-1.1"},
]


@pytest.mark.parametrize("action", TAMPERED, ids=lambda action: str(action["action_id"]))
async def test_tampered_values_change_nothing(served: Served, action: dict[str, Any]) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    [asked] = served.posted(channel)
    question = next(
        str(e["action_id"]) for e in elements(asked["blocks"]) if str(e.get("action_id")).startswith("answer/")
    )
    action = {**action, "action_id": action["action_id"].replace("ask-quality", question.split("/")[2])}
    key = f"slack-{slack.workspace.team}-{channel.id}-{root['ts']}"
    before, texts_before = await served.session(key), shown(asked)
    pressed = {"type": "button", "block_id": "b", "action_ts": "1.1", **action}
    result = await slack.clicks("ana", channel, asked, action="answer/", actions=[pressed])
    await served.settled()
    assert result.status == 200
    assert await served.session(key) == before
    assert [shown(message) for message in served.posted(channel)] == [texts_before] and not slack.workspace.files


async def test_a_response_url_that_is_not_slacks_is_not_called(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    _, card = await decided(served, channel)
    with caplog.at_level(logging.WARNING, "tunewise.slack"):
        await slack.clicks("ana", channel, card, "Why?", response_url="http://127.0.0.2:9/steal")
        await served.settled()
    assert "not Slack's" in caplog.text and slack.workspace.ephemerals, "told by another way"


INJECTED = [
    "<!channel> <!here> <!everyone>", "<https://evil.example|click here>", "<@U0VICTIM01> did it", "`rm -rf` ```code``` *bold* _it_ ~no~",
    "\u202etxt.exe\u2066 hidden \u200b", "&lt;!channel&gt; &amp;lt;!here&amp;gt;",
    "javascript:alert(1) http://evil.example/x", "@channel @here :tada:",
]  # fmt: skip


@pytest.mark.parametrize("nasty", INJECTED)
async def test_nothing_that_people_write_becomes_markup(served: Served, nasty: str) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", nasty[:40])
    await slack.says(nasty[:40], channel, f"{DECIDED} It is for {nasty}.")
    await served.settled()
    card = served.posted(channel)[-1]
    for label in ("Details", "Why?", "Export"):
        await slack.clicks(nasty[:40], channel, card, label)
    await slack.clicks(nasty[:40], channel, card, "I disagree")
    await slack.submits(nasty[:40], list(slack.workspace.views.values())[-1], **{"field.words": nasty})
    await slack.commands(nasty[:40], channel, f"ask {nasty} how many examples")
    await slack.commands(nasty[:40], channel, f"{nasty} should we fine-tune it?")
    await slack.opens_home(nasty[:40])
    await served.settled()
    spoken = [*slack.workspace.homes.values(), *slack.workspace.responses, *slack.workspace.views.values()]
    spoken += [sent.args for sent in slack.workspace.sent if sent.method.startswith("chat.")]
    assert len(spoken) > 8
    for message in spoken:
        raw = json.dumps(message)
        assert '"mrkdwn"' not in raw and '"broadcast"' not in raw and '"type": "user"' not in raw
        fallback = str(message.get("text") or "") if isinstance(message.get("text"), str) else ""
        assert "<" not in fallback and ">" not in fallback and "`" not in fallback.replace("\u2060`\u2060", "")
        assert not any(char in text for text in [*texts(message), fallback] for char in "\u202e\u2066\u200b")
        links = [part["url"] for part in _parts(message) if part.get("type") == "link"]
        assert not any("evil" in url for url in links)
    assert not any(BOT_USER in text for message in spoken for text in texts(message))


def _parts(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(part for inner in value.values() for part in _parts(inner))]
    return [part for inner in value for part in _parts(inner)] if isinstance(value, list) else []
