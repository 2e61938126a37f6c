"""The life of a thread: started over, emptied by deletions, told anew. It stays ours until it is forgotten."""

from __future__ import annotations

import json

from slack_peer.slack import MENTION
from slack_serving import RETENTION, Served
from test_slack_changes import key
from test_slack_mention import DECIDED, answerable, decided, shown
from test_slack_surfaces import TOLD

from bot.stores.connect import Connection
from bot.stores.ledger import RedisLedger
from bot.surfaces.slack.values import Case, Feedback

SLOW = "Our support bot has to answer faster, and nothing is measured"


async def test_a_thread_that_is_started_over_stays_ours(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, card = await decided(served, channel)
    await slack.says("ana", channel, "start over", thread=root["ts"])
    await served.settled()
    stub = channel.messages[card["ts"]]
    assert "Started over" in shown(stub) and "card/" not in json.dumps(stub["blocks"])
    assert await served.ledger.case(slack.workspace.team, key(served, channel.id, root["ts"])) is None
    count = len(served.posted(channel))
    await slack.says("ana", channel, SLOW, thread=root["ts"])
    await served.settled()
    assert len(served.posted(channel)) > count and answerable(served.posted(channel)[-1])


async def test_a_case_that_is_told_anew_gets_a_card_of_its_own(served: Served) -> None:
    slack = served.slack
    direct = slack.workspace.direct("ana")
    root = await slack.says("ana", direct, TOLD)
    await served.settled()
    [card] = served.posted(direct)
    for words in ("start over", TOLD):
        await slack.says("ana", direct, words, thread=root["ts"])
        await served.settled()
    stub, _, anew = served.posted(direct)
    assert stub["ts"] == card["ts"] and "Started over" in shown(stub)
    assert "card/details" in json.dumps(anew["blocks"])
    assert [each.by for each in await served.ledger.cases(slack.workspace.team, slack.workspace.person("ana"), [])]


async def test_a_thread_whose_words_were_all_deleted_stays_ours_and_gets_its_new_verdict(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, card = await decided(served, channel)
    await slack.deletes(channel, root)
    await served.settled()
    assert "The new verdict will stand here" in shown(channel.messages[card["ts"]])
    await slack.says("ana", channel, TOLD, thread=root["ts"])
    await served.settled()
    assert "evals" in shown(channel.messages[card["ts"]]) and "card/details" in json.dumps(channel.messages[card["ts"]])


async def test_a_thread_that_was_edited_to_nothing_stays_ours(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, card = await decided(served, channel)
    await slack.edits(channel, root, f"{MENTION} never mind, sorry")
    await served.settled()
    await slack.says("ana", channel, DECIDED.removeprefix(MENTION), thread=root["ts"])
    await served.settled()
    assert "evals" in shown(channel.messages[card["ts"]])


async def test_a_forgotten_thread_is_no_longer_ours_even_where_no_case_was_listed(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana", "jon")
    root, _ = await decided(served, channel)
    for words in ("start over", "forget this"):
        await slack.says("ana", channel, words, thread=root["ts"])
        await served.settled()
    assert await served.ledger.owner(slack.workspace.team, channel.id, root["ts"]) is None


async def test_what_was_shared_is_not_where_the_next_case_is_shown(served: Served) -> None:
    slack = served.slack
    direct, team = slack.workspace.direct("ana"), slack.workspace.channel("team", "ana", "jon")
    root = await slack.says("ana", direct, TOLD)
    await served.settled()
    await slack.clicks("ana", direct, served.posted(direct)[-1], "Share to channel")
    await slack.submits("ana", list(slack.workspace.views.values())[-1], **{"field.channel": team.id})
    await served.settled()
    assert await served.ledger.cases(slack.workspace.team, slack.workspace.person("jon"), [team.id])
    for words in ("start over", TOLD):
        await slack.says("ana", direct, words, thread=root["ts"])
        await served.settled()
    assert await served.ledger.cases(slack.workspace.team, slack.workspace.person("ana"), [])
    assert not await served.ledger.cases(slack.workspace.team, slack.workspace.person("jon"), [team.id])


async def test_a_thread_stays_ours_for_as_long_as_something_happens_in_it(
    served: Served, connection: Connection
) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root, _ = await decided(served, channel)
    name = f"tunewise:{slack.workspace.team}:slack:thread:{channel.id}:{root['ts']}"
    await connection.client.expire(name, 100)
    await slack.says("ana", channel, "we get 3,000 requests a day", thread=root["ts"])
    await served.settled()
    assert await connection.client.ttl(name) > (RETENTION - 1) * 86_400


async def test_what_one_process_forgets_is_forgotten_in_all(served: Served, connection: Connection) -> None:
    slack, team = served.slack, served.slack.workspace.team
    channel = slack.workspace.channel("support", "ana")
    root, _ = await decided(served, channel)
    place = key(served, channel.id, root["ts"])
    other = RedisLedger(connection, RETENTION, Case, Feedback)
    assert await other.owner(team, channel.id, root["ts"]) == place
    await slack.says("ana", channel, "forget this", thread=root["ts"])
    await served.settled()
    assert await other.owner(team, channel.id, root["ts"]) is None
    await other.own(team, channel.id, root["ts"], place)
    assert await served.ledger.owner(team, channel.id, root["ts"]) == place
