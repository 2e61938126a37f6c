"""Doctor: what is configured and works, part by part, and what to do where something does not."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.errors import StoreError, TunewiseError

if TYPE_CHECKING:
    from bot.app import App
    from bot.surfaces.slack.values import Rules


async def examine(app: App) -> list[dict[str, Any]]:
    """What is configured and works: per part whether it is ok, what was found and what to do."""
    from bot.conversations import open_conversations

    findings = []
    try:
        notes = len(app.knowledge.evidence.notes)
        findings.append(_finding("knowledge", True, f"{notes} notes, policy {app.knowledge.policy.version}"))
    except TunewiseError as error:
        findings.append(_finding("knowledge", False, str(error).splitlines()[0], "Run: tunewise kb check"))
    try:
        talk = await open_conversations(app)
        notice = talk.sessions.notice
        findings.append(_finding("sessions", not notice, notice or str(talk.sessions.where)))
        await talk.close()
        if not notice:
            findings += [_finding(*found) for found in await _engine(app)]
    except (StoreError, TunewiseError) as error:
        findings.append(_finding("sessions", False, str(error)))
    findings.append(_language(app))
    days = app.settings.retention_days
    findings.append(_finding("retention", True, f"threads are kept for {days} days after their last message"))
    return [*findings, *await _slack(app)]


async def _engine(app: App) -> list[tuple[str, bool, str, str]]:
    """Store, queue and dead letters. Raises StoreError."""
    from bot.engine.findings import engine_findings
    from bot.stores.connect import connect

    connection = await connect(app.settings)
    try:
        return await engine_findings(connection, app.settings.retention_days)
    finally:
        await connection.close()


def _language(app: App) -> dict[str, Any]:
    """The language model and its prompts, where one is configured. No call is made: that costs money."""
    name = app.settings.model_name
    try:
        prompts = app.prompts.version
    except TunewiseError as error:
        return _finding("language", False, str(error).splitlines()[0], "Run: tunewise prompts check")
    if name is None:
        return _finding("language", True, "embedded: no model server and no key needed")
    provider = name.partition(":")[0]
    host = urlsplit(app.settings.openai_base_url or "").hostname if provider == "openai" else None
    at = f" at {host}" if host else ""  # the host alone: an address may hold a password
    package = f"langchain_{provider.replace('-', '_')}"
    if find_spec(package) is None:
        return _finding("language", False, f"{name} needs a package", f"Run: pip install {package.replace('_', '-')}")
    if name.startswith("openai:") and not (at or app.settings.openai_api_key):
        return _finding(
            "language", False, f"{name} has no key", "Set OPENAI_API_KEY, or OPENAI_BASE_URL for another server."
        )
    return _finding("language", True, f"embedded, and {name}{at} (prompts {prompts})")


def _finding(what: str, ok: bool, found: str, do: str = "") -> dict[str, Any]:
    return {"what": what, "ok": ok, "found": found, "do": do}


async def _slack(app: App) -> list[dict[str, Any]]:
    """The doctor's findings about Slack."""
    from bot.commands.manifest import slack_manifest
    from bot.surfaces.slack.doctor import examine_slack
    from bot.surfaces.slack.manifest import scopes_of

    settings = app.settings
    secrets = (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    token, app_token, secret = (each.get_secret_value() if each else None for each in secrets)
    needed = scopes_of(slack_manifest(settings))
    return await examine_slack(
        token, app_token, secret, settings.slack_api_url, needed, lambda team: _house_rules(app, team)
    )


async def _house_rules(app: App, team: str) -> Rules:
    """What is allowed in a workspace now. Raises StoreError."""
    from bot.service import ledger, operator_rules
    from bot.stores.connect import connect
    from bot.surfaces.slack.house_rules import HouseRules

    connection = await connect(app.settings)
    try:
        return await HouseRules(operator_rules(app.settings), ledger(app, connection), team).now()
    finally:
        await connection.close()
