"""Objections: "I disagree" typed in a thread is kept with the verdict, as one from the form is."""

from __future__ import annotations

import pytest
from slack_peer.slack import MENTION
from slack_serving import Served
from test_slack_mention import decided, shown

OBJECTIONS = [
    f"{MENTION} I disagree",
    "I disagree with that verdict",
    "I disagree, prompting is exhausted: we had six measured rounds",  # answered by what that changes
]


@pytest.mark.parametrize("words", OBJECTIONS)
async def test_an_objection_that_was_typed_is_kept_with_the_verdict(served: Served, words: str) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, _ = await decided(served, channel)
    posted = len(served.posted(channel))
    await slack.says("jon", channel, words, thread=root["ts"])
    await served.settled()
    assert len(served.posted(channel)) == posted + 1, "one message, not two"
    [kept] = await served.ledger.feedback()
    assert kept.kind == "disagree" and kept.by == slack.workspace.person("jon")
    assert kept.text == words.removeprefix(MENTION).strip() and kept.verdict == "evals_first"
    assert kept.rule and kept.policy and kept.facts["evals"] == "none"
    if "six measured" not in words:
        answer = shown(served.posted(channel)[-1])
        assert "kept with the verdict" in answer and "If a fact is wrong" in answer


async def test_what_is_no_objection_is_not_kept(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, _ = await decided(served, channel)
    for words in (f"{MENTION} why?", "We get about 3,000 requests a day.", f"{MENTION} thanks!"):
        await slack.says("jon", channel, words, thread=root["ts"])
    await served.settled()
    assert not await served.ledger.feedback()


async def test_an_objection_is_forgotten_with_its_thread(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, _ = await decided(served, channel)
    await slack.says("jon", channel, f"{MENTION} I disagree", thread=root["ts"])
    await served.settled()
    await slack.says("ana", channel, f"{MENTION} forget this", thread=root["ts"])
    await served.settled()
    [kept] = await served.ledger.feedback()
    assert not kept.by and not kept.text and "task" not in kept.facts
