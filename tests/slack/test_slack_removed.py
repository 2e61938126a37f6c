"""Removed: where we were taken out of a channel, presses on cards that stand there are answered to whoever pressed."""

from __future__ import annotations

import pytest
from slack_peer.slack import MENTION
from slack_peer.workspace import BOT_USER, Channel
from slack_serving import Served
from test_slack_mention import decided, shown
from test_slack_surfaces import TOLD, form

from bot.engine.dead import read_letters
from bot.stores.letters import Letters


async def removed_from(served: Served, kind: str) -> tuple[Channel, dict[str, object]]:
    """A channel with a card of ours, and without us."""
    channel = served.slack.workspace.channel("support", "ana", "jon", kind=kind)
    _, card = await decided(served, channel)
    channel.members.discard(BOT_USER)
    await served.slack.send({"type": "channel_left", "channel": channel.id, "event_ts": "1.2"}, channel)
    return channel, card


@pytest.mark.parametrize("kind", ["channel", "group"])
@pytest.mark.parametrize("label", ["Export", "Why?"])
async def test_a_press_is_answered_privately(served: Served, kind: str, label: str) -> None:
    slack = served.slack
    channel, card = await removed_from(served, kind)
    await slack.clicks("jon", channel, card, label)
    await served.settled()
    [told] = slack.workspace.responses
    assert "not in this channel any more" in told["text"] and not slack.workspace.files
    assert not await read_letters(Letters(served.engine.connection)), "nothing died of it"


async def test_an_objection_is_answered_directly(served: Served) -> None:
    slack = served.slack
    channel, card = await removed_from(served, "channel")
    await slack.clicks("jon", channel, card, "I disagree")
    await slack.submits("jon", form(slack), **{"field.words": "We can see that it is bad."})
    await served.settled()
    [told] = served.posted(slack.workspace.direct("jon"))
    assert "not in this channel any more" in shown(told) and not await read_letters(Letters(served.engine.connection))


async def test_an_invitation_is_believed_at_once(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", bot=False)
    await slack.commands("ana", channel, TOLD)
    await served.settled()
    assert "/invite" in slack.workspace.responses[-1]["text"]
    channel.members.add(BOT_USER)
    await slack.commands("ana", channel, TOLD)
    await slack.says("ana", channel, f"{MENTION} {TOLD}")
    await served.settled()
    assert len(served.posted(channel)) == 3, "the thread of the command with its card, and the card of the mention"
