"""Foreign: whatever comes from another workspace is refused, logged and changes nothing, but for a partner's press where that
is allowed."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from slack_peer.slack import Slack
from slack_serving import RETENTION, Served, serving
from test_slack_mention import CASE, shown
from test_slack_security import everything
from test_slack_surfaces import form

from bot.app import App
from bot.stores.connect import Connection
from bot.surfaces.slack.values import Rules

THEIRS = "T0OTHER"
FOREIGN: dict[str, Any] = {"team": {"id": THEIRS, "domain": "other"}}


def pressing(slack: Slack, name: str) -> dict[str, Any]:
    """What a payload says of somebody of another workspace."""
    return {**FOREIGN, "user": {"id": slack.workspace.person(name), "name": name, "team_id": THEIRS}}


@pytest.mark.parametrize("kind", ["press", "press in Home", "shortcut", "command", "form"])
async def test_it_is_refused_and_written_down(
    served: Served, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    await slack.says("ana", channel, CASE)
    await slack.opens_home("ana")
    await slack.commands("ana", channel)
    await served.settled()
    before, posted = await everything(served), len(served.posted(channel))
    views, homes = dict(slack.workspace.views), dict(slack.workspace.homes)
    with caplog.at_level(logging.WARNING, "tunewise.slack"):
        if kind == "press":
            asked = served.posted(channel)[0]
            result = await slack.clicks("ana", channel, asked, "Not measured", **FOREIGN)
        elif kind == "press in Home":
            view = {**slack.workspace.homes[slack.workspace.person("ana")], "app_installed_team_id": THEIRS}
            result = await slack.clicks_home("ana", "Start a new case", view=view, **FOREIGN)
        else:
            monkeypatch.setattr(slack.workspace, "team", THEIRS)
            view = {**form(slack), "app_installed_team_id": THEIRS}
            message = slack.workspace.post(channel, {"user": slack.workspace.person("ana"), "text": "zebra"})
            if kind == "shortcut":
                result = await slack.shortcut("ana", channel, message, "should_we_tune")
            elif kind == "command":
                result = await slack.commands("ana", channel, "zebra")
            else:
                result = await slack.submits("ana", view, **{"field.task": "zebra"})
            monkeypatch.undo()
    await served.settled()
    assert result.status == 200 and await everything(served) == before
    assert len(served.posted(channel)) == posted and not slack.workspace.responses
    assert slack.workspace.views == views and slack.workspace.homes == homes
    assert THEIRS in caplog.text and "zebra" not in caplog.text


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_partners_press_counts_where_shared_channels_are_allowed(
    app: App, connection: Connection, slack: Slack, allowed: bool
) -> None:
    async with serving(app, connection, slack, rules=Rules(connect=True, retention_days=RETENTION)) as served:
        channel = slack.workspace.channel("partners", "ana", "ext", external=True)
        root = await slack.says("ana", channel, CASE)
        await served.settled()
        asked = served.posted(channel)[0]
        if not allowed:
            house = served.joined.house
            house.operator = Rules(connect=False, retention_days=RETENTION)
            house._known = None
        await slack.clicks("ext", channel, asked, "Not measured", **pressing(slack, "ext"))
        await served.settled()
        session = await served.session(f"slack-{slack.workspace.team}-{channel.id}-{root['ts']}")
        assert session and ("evals" in session.entries) is allowed
        if allowed:
            assert session.entries["evals"].by == slack.workspace.person("ext")
            assert "ext" in shown(served.posted(channel)[0])


async def test_a_press_on_another_bots_message_is_refused_where_shared_channels_are_allowed(
    app: App, connection: Connection, slack: Slack
) -> None:
    async with serving(app, connection, slack, rules=Rules(connect=True, retention_days=RETENTION)) as served:
        channel = slack.workspace.channel("partners", "ana", "ext", external=True)
        await slack.says("ana", channel, CASE)
        await served.settled()
        before = await everything(served)
        stranger = {**served.posted(channel)[0], "bot_id": "B0OTHER"}
        await slack.clicks("ext", channel, stranger, "Not measured", **pressing(slack, "ext"))
        await served.settled()
        assert await everything(served) == before
