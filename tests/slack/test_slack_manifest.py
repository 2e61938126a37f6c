"""The manifest: legal, fitted to the settings, and with exactly the scopes that are used."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from slack_peer.slack import MENTION, Slack
from slack_peer.workspace import APP_TOKEN, BOT_TOKEN, SECRET
from slack_serving import Served
from test_slack_mention import CASE, DECIDED, decided
from test_slack_surfaces import form
from typer.testing import CliRunner

from bot.app import App
from bot.cli import cli
from bot.commands.manifest import slack_manifest
from bot.errors import UsageError
from bot.surfaces.slack.doctor import examine_slack
from bot.surfaces.slack.listeners.channels import CHANGES
from bot.surfaces.slack.manifest import scopes_of

SCHEMA = Path(__file__).parent / "manifest.schema.2.0.0.json"  # Slack's own, under the MIT licence
EVENTS = {"app_mentions:read": "app_mention", "channels:history": "message.channels", "groups:history": "message.groups",
          "im:history": "message.im", "mpim:history": "message.mpim"}  # fmt: skip


@pytest.mark.parametrize("url", [None, "https://bot.example.com", "https://bot.example.com/slack/events"])
@pytest.mark.parametrize("mention_only", [False, True])
def test_the_manifest_is_legal(app: App, url: str | None, mention_only: bool) -> None:
    made = slack_manifest(app.settings, url, mention_only)
    jsonschema.validate(made, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert made["settings"]["socket_mode_enabled"] is (url is None)
    if url:
        assert made["features"]["slash_commands"][0]["url"] == "https://bot.example.com/slack/events"
        assert made["settings"]["interactivity"]["request_url"] == "https://bot.example.com/slack/events"
    scopes, events = scopes_of(made), set(made["settings"]["event_subscriptions"]["bot_events"])
    assert {scope for scope, event in EVENTS.items() if event in events} == scopes & set(EVENTS)


def test_every_change_of_a_channel_that_is_listened_for_is_subscribed(app: App) -> None:
    events = set(slack_manifest(app.settings)["settings"]["event_subscriptions"]["bot_events"])
    assert events == {"app_home_opened", "app_mention", *CHANGES, *EVENTS.values()}


def test_another_address_than_https_is_refused(app: App) -> None:
    with pytest.raises(UsageError, match="https"):
        slack_manifest(app.settings, "http://bot.example.com")


async def test_exactly_the_scopes_that_are_used(app: App, served: Served) -> None:
    """Everything is done once in every kind of conversation; the methods called and the events subscribed need the manifest's scopes."""
    slack = served.slack
    made = slack_manifest(app.settings)
    for kind in ("channel", "group", "mpim"):
        channel = slack.workspace.channel(kind, "ana", "jon", kind=kind)
        slack.web.fail("chat.postMessage", 0)
        await slack.says("ana", channel, DECIDED)
        await served.settled()
        card = served.posted(channel)[-1]
        await slack.clicks("ana", channel, card, "Export")
    direct = slack.workspace.direct("ana")
    await slack.says("ana", direct, DECIDED.removeprefix(MENTION))
    await slack.opens_home("ana")
    await slack.opens_home("ana", tab="messages")
    await slack.commands("ana", channel, "help")
    await served.settled()
    events = set(made["settings"]["event_subscriptions"]["bot_events"])
    used = slack.web.used | {scope for scope, event in EVENTS.items() if event in events}
    used |= {"commands"} if made["features"]["slash_commands"] else set()
    assert used == scopes_of(made)


async def test_the_doctor_says_what_is_missing(app: App) -> None:
    needed = scopes_of(slack_manifest(app.settings))
    async with Slack(set(needed) - {"files:write", "users:read"}) as slack:
        findings = await examine_slack(BOT_TOKEN, APP_TOKEN, SECRET, slack.api, needed)
        told = {finding["what"]: finding for finding in findings}
        assert told["slack"]["ok"] and told["slack socket mode"]["ok"]
        assert not told["slack scopes"]["ok"] and "files:write, users:read" in told["slack scopes"]["found"]
        assert "manifest" in told["slack scopes"]["do"]
        [wrong] = await examine_slack("xoxb-wrong", None, None, slack.api, needed)
        assert not wrong["ok"] and "invalid_auth" in wrong["found"]
        bare = await examine_slack(BOT_TOKEN, None, None, slack.api, needed)
        assert not bare[-1]["ok"] and "SLACK_APP_TOKEN" in bare[-1]["found"]
        socket = await examine_slack(BOT_TOKEN, "xapp-wrong", None, slack.api, needed)
        assert not socket[-1]["ok"] and "connections:write" in socket[-1]["do"]
    [unreachable] = await examine_slack(BOT_TOKEN, None, None, "http://127.0.0.1:9/api/", needed)
    assert not unreachable["ok"] and "reached" in unreachable["found"]
    [absent] = await examine_slack(None, None, None, slack.api, needed)
    assert absent["ok"] and "not configured" in absent["found"]


async def test_feedback_is_listed(served: Served, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slack = served.slack
    channel = slack.workspace.channel("support", "ana")
    _, card = await decided(served, channel)
    await slack.clicks("ana", channel, card, "I disagree")
    await slack.submits("ana", form(slack), **{"field.words": "We know it is bad."})
    await served.settled()
    listed = await _run(["feedback"], store, monkeypatch)
    assert "disagree: evals_first, rule" in listed and "“We know it is bad.”" in listed and "evals=none" in listed
    as_json = json.loads(await _run(["feedback", "--json"], store, monkeypatch))
    assert as_json[0]["text"] == "We know it is bad." and as_json[0]["verdict"] == "evals_first"


async def _run(arguments: list[str], store: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    import asyncio

    monkeypatch.setenv("TUNEWISE_DATA", str(store))
    monkeypatch.delenv("REDIS_URL", raising=False)
    result = await asyncio.to_thread(CliRunner().invoke, cli, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_commands_say_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "TUNEWISE_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["slack"])
    assert "SLACK_BOT_TOKEN is not set" in str(result.exception)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    assert "SLACK_APP_TOKEN is not set" in str(CliRunner().invoke(cli, ["slack"]).exception)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "s")
    assert "TUNEWISE_TOKEN" in str(CliRunner().invoke(cli, ["serve"]).exception)
    printed = json.loads(CliRunner().invoke(cli, ["manifest"]).stdout)
    assert printed["display_information"]["name"] == "Tunewise"
    assert CASE
