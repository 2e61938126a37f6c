"""Manners: what the operator allows, who may see which case, and channels that change in the middle."""

from __future__ import annotations

import json

import pytest
from slack_peer.slack import MENTION, Slack
from slack_peer.workspace import BOT_TOKEN
from slack_serving import RETENTION, Served, serving
from test_slack_mention import CASE, DECIDED, decided, shown
from test_slack_surfaces import TOLD, form

from bot.app import App
from bot.commands.manifest import slack_manifest
from bot.stores.connect import Connection
from bot.surfaces.slack.audience import may_see, may_share
from bot.surfaces.slack.client import make_client
from bot.surfaces.slack.look import ChannelInfo, Look
from bot.surfaces.slack.values import Case, Rules


async def stored(served: Served, word: bytes) -> bool:
    """Whether a word is kept anywhere."""
    client = served.engine.connection.client
    values = [await client.dump(key) for key in await client.keys("*")]
    return any(word in value for value in values if value)


# --- what the operator allows ---------------------------------------------------------------------------------------


async def test_only_the_channels_that_are_allowed(app: App, connection: Connection, slack: Slack) -> None:
    allowed, other = slack.workspace.channel("allowed", "ana"), slack.workspace.channel("other", "ana")
    rules = Rules(channels=frozenset({allowed.id}), retention_days=RETENTION)
    async with serving(app, connection, slack, rules=rules) as served:
        root = await slack.says("ana", other, DECIDED)
        await slack.says("ana", other, "more about it", thread=root["ts"])
        await slack.commands("ana", other, "should we fine-tune our bot?")
        await served.settled()
        assert not served.posted(other) and not await stored(served, b"summariser")
        assert "may not be used in this channel" in slack.workspace.ephemerals[0]["text"]
        assert "may not be used in this channel" in slack.workspace.responses[0]["text"]
        await slack.says("ana", allowed, DECIDED)
        await slack.says("ana", slack.workspace.direct("ana"), TOLD)
        await served.settled()
        assert served.posted(allowed) and served.posted(slack.workspace.direct("ana"))


async def test_mention_only_reads_nothing_else_and_needs_no_history(app: App, connection: Connection) -> None:
    scopes = set(slack_manifest(app.settings, mention_only=True)["oauth_config"]["scopes"]["bot"])
    assert not scopes & {"channels:history", "groups:history", "mpim:history"}
    async with Slack(scopes) as slack:
        rules = Rules(mention_only=True, retention_days=RETENTION)
        async with serving(app, connection, slack, rules=rules) as served:
            channel = slack.workspace.channel("support", "ana")
            root = await slack.says("ana", channel, CASE)
            await served.settled()
            await slack.says("ana", channel, "we have no evals, a zebra told me", thread=root["ts"])
            await served.settled()
            assert len(served.posted(channel)) == 1 and not await stored(served, b"zebra")
            await slack.says("ana", channel, f"{MENTION} we have no evals", thread=root["ts"])
            await served.settled()
            assert len(served.posted(channel)) == 2


@pytest.mark.parametrize("allowed", [False, True])
async def test_channels_shared_with_others(app: App, connection: Connection, slack: Slack, allowed: bool) -> None:
    channel = slack.workspace.channel("with-partners", "ana", external=True)
    async with serving(app, connection, slack, rules=Rules(connect=allowed, retention_days=RETENTION)) as served:
        await slack.says("ana", channel, DECIDED)
        await slack.commands("ana", channel, TOLD)
        await served.settled()
        assert bool(served.posted(channel)) is allowed
        assert await stored(served, b"summariser") is allowed


async def test_a_channel_that_is_shared_in_the_middle_is_respected(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root = await slack.says("ana", channel, CASE)
    await slack.opens_home("ana")
    await served.settled()
    channel.external = True
    await slack.send(
        {"type": "channel_shared", "channel": channel.id, "connected_team_id": "T9", "event_ts": "1.2"}, channel
    )
    count = len(served.posted(channel))
    await slack.says("ana", channel, "no evals at all", thread=root["ts"])
    await slack.clicks("ana", channel, served.posted(channel)[0], "Not measured")
    await slack.opens_home("ana")
    await served.settled()
    assert len(served.posted(channel)) == count
    session = await served.session(f"slack-{slack.workspace.team}-{channel.id}-{root['ts']}")
    assert session and "evals" not in session.entries
    assert "tone is wrong" not in json.dumps(slack.workspace.homes[slack.workspace.person("ana")])


@pytest.mark.parametrize("kind", ["channel_archive", "channel_shared", "channel_left", "channel_convert_to_private"])
async def test_a_change_is_known_at_once_in_every_process(served: Served, kind: str) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    client = make_client(BOT_TOKEN, slack.api)
    other = Look(client, served.ledger, slack.workspace.team)  # of another process: the event does not reach it
    assert await other.channel(channel.id) == ChannelInfo(id=channel.id, name="support", member=True)
    assert channel.id in await other.channels_of(slack.workspace.person("ana"))
    asked = len(slack.workspace.calls("conversations.info"))
    assert await other.channel(channel.id) and len(slack.workspace.calls("conversations.info")) == asked
    channel.external, channel.archived, channel.kind = True, True, "group"
    channel.members.discard(slack.workspace.person("ana"))
    event: dict[str, object] = {"type": kind, "channel": channel.id, "event_ts": "1.2"}
    if kind == "channel_convert_to_private":
        event |= {"type": "message", "subtype": kind, "user": "U1", "text": "made this channel private", "ts": "1.2"}
    await slack.send(event, channel)
    info = await other.channel(channel.id)
    assert info.external and info.archived and info.kind == "group"
    assert channel.id not in await other.channels_of(slack.workspace.person("ana"))


async def test_a_refusal_leaves_what_a_thread_holds(served: Served) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    root, _ = await decided(served, channel)
    key = f"slack-{slack.workspace.team}-{channel.id}-{root['ts']}"
    before = await served.session(key)
    channel.external = True
    await slack.says("ana", channel, f"{MENTION} forget nothing, please", thread=root["ts"])
    await served.settled()
    assert before is not None and await served.session(key) == before


async def test_an_archived_channel_gets_no_posts_and_harms_nobody(served: Served) -> None:
    slack = served.slack
    channel, other = slack.workspace.channel("old", "ana"), slack.workspace.channel("new", "ana")
    await slack.says("ana", channel, CASE)
    await served.settled()
    asked = served.posted(channel)[0]
    channel.archived = True
    await slack.send({"type": "channel_archive", "channel": channel.id, "user": "U1", "event_ts": "1.2"})
    await slack.clicks("ana", channel, asked, "Not measured")
    await slack.commands("ana", channel, TOLD)
    await slack.says("ana", other, DECIDED)
    await served.settled()
    assert len(served.posted(channel)) == 1 and served.posted(other)
    assert "archived" in json.dumps(slack.workspace.responses)


# --- who may see what -----------------------------------------------------------------------------------------------


async def test_a_direct_message_is_shown_to_nobody_else_until_it_is_shared(served: Served) -> None:
    slack = served.slack
    team = slack.workspace.channel("team", "ana", "jon")
    direct = slack.workspace.direct("ana")
    await slack.says("ana", direct, TOLD)
    await served.settled()
    card = served.posted(direct)[-1]
    for name in ("ana", "jon"):
        await slack.opens_home(name)
    await slack.commands("jon", team, "status")
    await served.settled()
    homes = slack.workspace.homes
    assert "summariser" in json.dumps(homes[slack.workspace.person("ana")])
    assert "summariser" not in json.dumps(homes[slack.workspace.person("jon")])
    assert "summariser" not in json.dumps(slack.workspace.responses)
    await slack.clicks("ana", direct, card, "Share to channel")
    await slack.submits("ana", form(slack), **{"field.channel": team.id})
    await served.settled()
    await slack.opens_home("jon")
    await served.settled()
    [copy] = served.posted(team)
    assert "whole contract in view" not in json.dumps(copy), "the private words stay private"
    seen = json.dumps(homes[slack.workspace.person("jon")])
    assert "was shared with a channel of yours" in seen and "build evals first" in seen and "summariser" not in seen


async def test_a_private_channel_is_shown_to_its_members_only(served: Served) -> None:
    slack = served.slack
    secret = slack.workspace.channel("secret", "ana", "mia", kind="group")
    await decided(served, secret)
    for name in ("mia", "jon"):
        await slack.opens_home(name)
    await served.settled()
    homes = slack.workspace.homes
    assert "summariser" in json.dumps(homes[slack.workspace.person("mia")])
    assert "summariser" not in json.dumps(homes[slack.workspace.person("jon")])
    secret.members.discard(slack.workspace.person("mia"))
    await slack.opens_home("mia")
    await served.settled()
    assert "summariser" not in json.dumps(homes[slack.workspace.person("mia")])


async def test_nobody_shares_or_ticks_what_is_not_theirs(served: Served) -> None:
    slack = served.slack
    secret = slack.workspace.channel("secret", "ana", kind="group")
    team = slack.workspace.channel("team", "ana", "jon")
    _, card = await decided(served, secret)
    await slack.opens_home("ana")
    await served.settled()
    await slack.clicks("ana", secret, card, "Share to channel")
    view = form(slack)
    await slack.submits("jon", view, **{"field.channel": team.id})  # a form that was never shown to him
    home = slack.workspace.homes[slack.workspace.person("ana")]
    slack.workspace.homes[slack.workspace.person("jon")] = home  # nor was this Home
    _, boxes = slack.control(home["blocks"], action="home/steps")
    await slack.clicks_home("jon", boxes["options"][0]["text"]["text"], action="home/steps")
    await served.settled()
    assert not served.posted(team)
    [case] = await served.ledger.cases(slack.workspace.team, slack.workspace.person("ana"), [])
    assert case.done == () and case.shared == ()


def case(**changes: object) -> Case:
    about = {"key": "k", "team": "T1", "channel": "C1", "kind": "channel", "root": "1.1", "by": "U1", "title": "x"}
    return Case.model_validate({**about, **changes})


@pytest.mark.parametrize(
    ("listed", "team", "user", "channels", "sees", "shares"),
    [
        (case(), "T1", "U2", {"C1"}, True, True),
        (case(), "T1", "U1", set(), False, False),  # who left the channel
        (case(), "T2", "U1", {"C1"}, False, False),
        (case(kind="im", channel="D1"), "T1", "U1", set(), True, True),
        (case(kind="im", channel="D1"), "T1", "U2", {"D1"}, False, False),
        (case(kind="im", channel="D1", shared=("C2",)), "T1", "U2", {"C2"}, True, False),
        (case(shared=("C2",)), "T1", "U2", {"C2"}, True, False),
    ],
)
def test_the_audience_rule(listed: Case, team: str, user: str, channels: set[str], sees: bool, shares: bool) -> None:
    assert may_see(listed, team, user, channels) is sees
    assert may_share(listed, team, user, channels) is shares


async def test_a_group_message_needs_a_mention(served: Served) -> None:
    slack = served.slack
    group = slack.workspace.channel("mpdm", "ana", "jon", kind="mpim")
    await slack.says("ana", group, TOLD)
    await served.settled()
    assert not served.posted(group)
    await slack.says("ana", group, DECIDED)
    await served.settled()
    assert "evals" in shown(served.posted(group)[-1])
