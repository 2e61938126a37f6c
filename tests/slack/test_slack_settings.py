"""Settings: admins narrow what the operator allows, from their Home; it holds everywhere at once, and nobody else can."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from slack_peer.slack import MENTION, Slack
from slack_peer.workspace import APP_TOKEN, BOT_TOKEN, SECRET, Channel
from slack_serving import RETENTION, Served, serving
from test_slack_mention import CASE, DECIDED, decided, shown
from typer.testing import CliRunner

from bot.app import App
from bot.cli import cli
from bot.stores.connect import Connection
from bot.surfaces.slack import house_rules
from bot.surfaces.slack.doctor import examine_slack
from bot.surfaces.slack.house_rules import HouseRules
from bot.surfaces.slack.values import Own, Rules

WIDE = Rules(connect=True, provider="openai", retention_days=RETENTION)


def home(slack: Slack, name: str) -> str:
    return json.dumps(slack.workspace.homes[slack.workspace.person(name)])


def made_admin(slack: Slack, name: str, role: str = "is_admin") -> str:
    id = slack.workspace.person(name)
    slack.workspace.people[id][role] = True
    return id


async def form(served: Served, name: str) -> dict[str, Any]:
    """The settings as this person gets them from their Home."""
    slack = served.slack
    await slack.opens_home(name)
    await served.settled()
    await slack.clicks_home(name, "Settings")
    await served.settled()
    return list(slack.workspace.views.values())[-1]


async def asked(served: Served, channel: Channel, name: str = "ana") -> bool:
    """Whether a mention in the channel is answered there."""
    before = len(served.posted(channel))
    await served.slack.says(name, channel, DECIDED)
    await served.settled()
    return len(served.posted(channel)) > before


@pytest.mark.parametrize("role", ["is_admin", "is_owner"])
async def test_an_admin_says_in_which_channels_it_may_be_used(
    app: App, connection: Connection, slack: Slack, role: str
) -> None:
    async with serving(app, connection, slack, rules=WIDE) as served:
        made_admin(slack, "ana", role)
        one, other = slack.workspace.channel("one", "ana"), slack.workspace.channel("other", "ana")
        assert await asked(served, other)
        view = await form(served, "ana")
        assert view["callback_id"] == "settings"
        assert (await slack.submits("ana", view, **{"field.channels": [one.id]})).body == ""
        await served.settled()
        assert not await asked(served, other) and await asked(served, one)
        assert "ask an admin" in slack.workspace.ephemerals[-1]["text"]
        assert one.id in home(slack, "ana") and "Last changed by ana on " in home(slack, "ana")
        await slack.opens_home("jon")
        await served.settled()
        assert "Last changed by ana on " in home(slack, "jon") and "home/settings" not in home(slack, "jon")
        again = await form(served, "ana")
        assert [one.id] in [
            block["element"].get("initial_conversations") for block in again["blocks"] if "element" in block
        ]
        await slack.submits("ana", again, **{"field.channels": []})
        await served.settled()
        assert await asked(served, other)


async def test_mention_only_connect_and_the_model_can_be_forbidden(
    app: App, connection: Connection, slack: Slack
) -> None:
    async with serving(app, connection, slack, rules=WIDE) as served:
        made_admin(slack, "ana")
        team, partners = (
            slack.workspace.channel("team", "ana"),
            slack.workspace.channel("partners", "ana", external=True),
        )
        assert await asked(served, partners)
        root = await slack.says("ana", team, CASE)
        await served.settled()
        view = await form(served, "ana")
        picks = {
            "field.threads": "I read only messages that mention me",
            "field.connect": "I keep out",
            "field.model": "None, all is understood here",
        }
        await slack.submits("ana", view, **picks)
        await served.settled()
        assert not await asked(served, partners)
        count = len(served.posted(team))
        await slack.says("ana", team, "We have no evals at all.", thread=root["ts"])
        await served.settled()
        assert len(served.posted(team)) == count
        await slack.says("ana", team, f"{MENTION} we have no evals at all.", thread=root["ts"])
        await served.settled()
        assert len(served.posted(team)) > count
        told = home(slack, "ana")
        assert "Mentions only: yes" in told and "A language model: not allowed" in told
        assert "organisations: no" in told and "No language model provider sees your text" in told


async def test_a_model_that_an_admin_forbids_is_not_asked(app: App, connection: Connection, slack: Slack) -> None:
    async with serving(app, connection, slack, rules=WIDE) as served:
        room, allowed = served.joined.handler._room, []

        async def turn(session: Any, message: Any, *, workspace: str, model: bool, show: Any) -> Any:
            allowed.append(model)
            return app.talk.turn(session, message)

        room._turn = turn
        channel = slack.workspace.channel("team", "ana")
        assert await asked(served, channel)
        await served.joined.house.set(Own(model=False, by="U1", at=1.0))
        assert await asked(served, channel)
        assert allowed == [True, False]


async def test_what_the_operator_forbids_stays_forbidden(app: App, connection: Connection, slack: Slack) -> None:
    made_admin(slack, "ana")
    team, other = slack.workspace.channel("team", "ana"), slack.workspace.channel("other", "ana")
    partners = slack.workspace.channel("partners", "ana", external=True)
    tight = Rules(channels=frozenset({team.id}), mention_only=True, model=False, provider="openai", retention_days=1)
    async with serving(app, connection, slack, rules=tight) as served:
        view = await form(served, "ana")
        assert json.dumps(view).count("Decided by whoever runs me") == 1 and team.id in json.dumps(view)
        refused = await slack.submits("ana", view, **{"field.channels": [team.id, other.id]})
        assert "does not allow" in refused.body
        tampered = {**view, "blocks": [*view["blocks"], *_radios("threads", "connect", "model")]}
        await slack.submits("ana", tampered, **{"field.channels": [team.id]})
        await served.settled()
        rules = await served.joined.house.now(fresh=True)
        assert rules.channels == {team.id} and rules.mention_only and not rules.connect and not rules.model
        assert await asked(served, team) and not await asked(served, other) and not await asked(served, partners)


def _radios(*names: str) -> list[dict[str, Any]]:
    option = {"text": {"type": "plain_text", "text": "yes"}, "value": "yes"}
    return [
        {
            "type": "input",
            "block_id": f"field.{name}",
            "element": {"type": "radio_buttons", "action_id": name, "options": [option], "initial_option": option},
        }
        for name in names
    ]


async def test_nobody_else_can_see_the_form_or_submit_it(app: App, connection: Connection, slack: Slack) -> None:
    async with serving(app, connection, slack, rules=WIDE) as served:
        made_admin(slack, "ana")
        channel = slack.workspace.channel("team", "ana", "jon")
        view = await form(served, "ana")
        slack.workspace.homes[slack.workspace.person("jon")] = slack.workspace.homes[slack.workspace.person("ana")]
        await slack.clicks_home("jon", "Settings")  # a button that his own Home never showed
        await served.settled()
        assert "Only admins and owners" in json.dumps(list(slack.workspace.views.values())[-1])
        refused = await slack.submits("jon", view, **{"field.channels": ["C0ELSE"]})
        assert "Only admins and owners" in refused.body
        guest = made_admin(slack, "mia")
        slack.workspace.people[guest]["team_id"] = "T0OTHER"  # an admin, but of another organisation
        assert "Only admins and owners" in (await slack.submits("mia", view)).body
        del slack.workspace.people[slack.workspace.person("ana")]["is_admin"]  # no longer an admin when she submits
        assert "Only admins and owners" in (await slack.submits("ana", view, **{"field.channels": ["C0ELSE"]})).body
        await served.settled()
        assert await served.ledger.settings(slack.workspace.team) is None and await asked(served, channel)


async def test_tampered_values_and_a_slack_that_is_away_change_nothing(
    app: App, connection: Connection, slack: Slack
) -> None:
    async with serving(app, connection, slack, rules=WIDE) as served:
        made_admin(slack, "ana")
        view = await form(served, "ana")
        for odd in (["U0ANA"], ["<!channel>"], "C0ML", ["C0A"] * 101):
            assert "errors" in (await slack.submits("ana", view, **{"field.channels": odd})).body
        slack.web.fail("users.info", 500)
        assert "Slack did not say" in (await slack.submits("ana", view, **{"field.channels": ["C0ML"]})).body
        assert await served.ledger.settings(slack.workspace.team) is None


async def test_two_admins_do_not_undo_each_other(app: App, connection: Connection, slack: Slack) -> None:
    async with serving(app, connection, slack, rules=WIDE) as served:
        made_admin(slack, "ana")
        made_admin(slack, "jon")
        old = await form(served, "ana")
        await slack.submits("jon", await form(served, "jon"), **{"field.channels": ["C0ONE"]})
        refused = await slack.submits("ana", old, **{"field.channels": ["C0TWO"]})
        assert "Somebody else has changed" in refused.body
        assert (await served.joined.house.now(fresh=True)).channels == {"C0ONE"}


async def test_every_process_follows_and_what_is_set_outlives_them(
    app: App, connection: Connection, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house_rules, "FRESH", 0.2)
    async with serving(app, connection, slack, rules=WIDE) as served:
        other = HouseRules(WIDE, served.ledger, slack.workspace.team)
        assert (await other.now()).channels is None
        await served.joined.house.set(Own(channels=("C0ONE",), by="U1", at=1.0))
        assert (await served.joined.house.now()).channels == {"C0ONE"}, "at once where it was set"
        await asyncio.sleep(0.25)
        assert (await other.now()).channels == {"C0ONE"}, "and in the other process a moment later"
    key = f"tunewise:{slack.workspace.team}:slack:settings"
    assert await connection.client.ttl(key) == -1, "it does not expire"
    async with serving(app, connection, slack, rules=WIDE) as later:
        assert (await later.joined.house.now()).channels == {"C0ONE"}


async def test_settings_of_a_newer_version_allow_nothing_rather_than_everything(
    app: App, connection: Connection, slack: Slack
) -> None:
    async with serving(app, connection, slack, rules=WIDE) as served:
        made_admin(slack, "ana")
        await served.ledger.set_settings(slack.workspace.team, '{"schema_version": 2, "quiet_hours": true}')
        channel, direct = slack.workspace.channel("team", "ana"), slack.workspace.direct("ana")
        assert not await asked(served, channel)
        await slack.says("ana", direct, DECIDED)
        await served.settled()
        assert "evals" in shown(served.posted(direct)[-1])
        view = await form(served, "ana")  # an admin can set it anew
        await slack.submits("ana", view)
        assert await asked(served, channel)


async def test_the_doctor_says_what_is_in_effect(app: App, connection: Connection, slack: Slack) -> None:
    async with serving(app, connection, slack, rules=WIDE) as served:
        await served.joined.house.set(Own(channels=("C0ONE",), model=False, by="U0ANA", at=1_763_632_800.0))
        found = await examine_slack(
            BOT_TOKEN,
            APP_TOKEN,
            SECRET,
            slack.api,
            frozenset(),
            lambda team: HouseRules(WIDE, served.ledger, team).now(),
        )
        [told] = [finding["found"] for finding in found if finding["what"] == "slack rules"]
        for part in ("used in C0ONE", "threads are followed", "model: not allowed", "by U0ANA on 2025-11-20"):
            assert part in told


async def test_the_doctors_command_reads_the_store(
    store: Path, connection: Connection, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Own(channels=("C0ONE",), by="U0ANA", at=1.0)
    await connection.client.set(f"tunewise:{slack.workspace.team}:slack:settings", own.model_dump_json())
    for name, value in {"TUNEWISE_DATA": str(store), "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_API_URL": slack.api}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("REDIS_URL", raising=False)
    result = await asyncio.to_thread(CliRunner().invoke, cli, ["doctor", "--json"])
    [told] = [finding for finding in json.loads(result.stdout) if finding["what"] == "slack rules"]
    assert told["ok"] and "used in C0ONE" in told["found"] and "none configured" in told["found"]


@pytest.mark.parametrize("allowed", [False, True])
async def test_the_share_form_offers_shared_channels_where_they_are_allowed(
    app: App, connection: Connection, slack: Slack, allowed: bool
) -> None:
    async with serving(app, connection, slack, rules=WIDE) as served:
        await served.joined.house.set(Own(connect=allowed, by="U1", at=1.0))
        channel = slack.workspace.channel("team", "ana")
        _, card = await decided(served, channel)
        await slack.clicks("ana", channel, card, "Share to channel")
        _, chooser = slack.control(list(slack.workspace.views.values())[-1]["blocks"], action="channel")
        assert chooser["filter"]["exclude_external_shared_channels"] is not allowed


BASE = Rules(channels=frozenset({"C1", "C2"}), connect=True, provider="openai")


@pytest.mark.parametrize(
    ("operator", "own", "channels", "flags"),
    [
        (Rules(), None, None, (False, False, True)),
        (Rules(), Own(channels=("C1",), by="U", at=1), {"C1"}, (False, False, True)),
        (BASE, Own(channels=("C2", "C3"), by="U", at=1), {"C2"}, (False, True, True)),
        (BASE, Own(channels=("C3",), by="U", at=1), set(), (False, True, True)),  # none is not all
        (BASE, Own(mention_only=True, connect=False, model=False, by="U", at=1), {"C1", "C2"}, (True, False, False)),
        (
            Rules(mention_only=True, model=False),
            Own(connect=True, model=True, by="U", at=1),
            None,
            (True, False, False),
        ),
    ],
)
def test_settings_only_narrow(operator: Rules, own: Own | None, channels: set[str] | None, flags: Any) -> None:
    rules = operator.narrowed(own)
    assert rules.channels == channels and (rules.mention_only, rules.connect, rules.model) == flags
    assert (rules.refusal("C9", direct=False, external=False) is None) is (channels is None)
    assert rules.refusal("D1", direct=True, external=False) is None
