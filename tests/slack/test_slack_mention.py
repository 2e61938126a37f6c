"""A mention in a channel: questions, answers by presses and in words, and the card."""

from __future__ import annotations

from peer.slack import MENTION
from serving import Served

CASE = f"{MENTION} should we fine-tune our support bot? Its tone is wrong with everything in front of it, and a few prompts were tried."


async def test_from_a_mention_to_a_card(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root = await slack.says("ana", channel, CASE)
    await served.settled()
    [asked] = served.posted(channel)
    assert asked["thread_ts"] == root["ts"]
    print(asked["text"])
