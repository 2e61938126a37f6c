"""The peer itself: whatever breaks a rule fails the test that let it pass, by whatever way it was sent."""

from __future__ import annotations

from typing import Any

import pytest
from slack_peer.slack import Slack
from slack_peer.workspace import Sent

from bot.errors import TunewiseError
from bot.surfaces.blockkit.rules import Refused

SAID: dict[str, Any] = {"text": "Hello", "blocks": [{"type": "divider"}]}
ANSWER = {"response_type": "ephemeral", "replace_original": False}
WRONG: list[dict[str, Any]] = [
    {"text": "<!channel> look"},
    {"blocks": [{"type": "divider"}] * 51},
    {"blocks": [{"type": "image"}]},
    {"parse": "full"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: next(iter(wrong)))
@pytest.mark.parametrize("way", ["chat.postMessage", "chat.postEphemeral", "response_url"])
async def test_what_breaks_a_rule_is_seen_when_the_workspace_closes(wrong: dict[str, Any], way: str) -> None:
    async with Slack() as fine:
        fine.workspace.sent.append(Sent("chat.postMessage", SAID, 0.0))
        fine.workspace.responses.append({**ANSWER, **SAID})
    with pytest.raises((AssertionError, Refused)):
        async with Slack() as slack:
            if way == "response_url":
                slack.workspace.responses.append({**ANSWER, **SAID, **wrong})
            else:
                slack.workspace.sent.append(Sent(way, {**SAID, **wrong}, 0.0))


async def test_an_answer_for_everyone_or_in_place_of_a_message_is_seen() -> None:
    for wrong in ({"response_type": "in_channel"}, {"replace_original": True}):
        with pytest.raises(AssertionError):
            async with Slack() as slack:
                slack.workspace.responses.append({**ANSWER, **SAID, **wrong})


async def test_what_failed_before_is_what_is_told() -> None:
    with pytest.raises(TunewiseError, match="the first"):
        async with Slack() as slack:
            slack.workspace.complaints.append("the second")
            raise TunewiseError("the first")
