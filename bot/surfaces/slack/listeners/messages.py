"""Messages: what is written, edited and deleted. Text of threads that are not ours is let go before anything keeps it."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.surfaces.slack.desk import Desk
from bot.surfaces.slack.listeners.channels import CONVERTED
from bot.surfaces.slack.look import Look
from bot.surfaces.slack.plain import mentions, plain_words
from bot.surfaces.slack.values import ChannelKind, home_key, thread_key

SLACKBOT = "USLACKBOT"
WRITTEN = {None, "file_share", "thread_broadcast", "me_message"}


def listen(app: AsyncApp, desk: Desk, look: Look) -> None:
    """Registers the listeners."""

    async def on_message(event: dict[str, Any], body: dict[str, Any]) -> None:
        if _by_a_bot(event):
            return
        subtype = event.get("subtype")
        if subtype in WRITTEN:
            await said(desk, event, body)
        elif subtype in ("message_changed", "message_deleted"):
            await changed(desk, event, body)
        elif subtype in CONVERTED:
            await look.changed(str(event["channel"]))

    app.event("message")(on_message)
    app.event("app_mention")(on_message)


async def said(desk: Desk, event: dict[str, Any], body: dict[str, Any]) -> None:
    """Somebody wrote: mail where it is to us or in a thread of ours, nothing otherwise."""
    channel, ts, user = str(event["channel"]), str(event["ts"]), str(event.get("user", ""))
    if user in ("", SLACKBOT):
        return
    text, team = str(event.get("text") or ""), desk.bot.team
    root = str(event.get("thread_ts") or ts)
    kind = _kind(event)
    direct, mentioned = kind == "im", mentions(text, desk.bot.user)
    if not (direct or mentioned) and root == ts:
        return
    rules = await desk.rules.now()
    if rules.mention_only and not (direct or mentioned):
        return
    refusal = rules.refusal(channel, direct=direct, external=bool(body.get("is_ext_shared_channel")))
    if refusal and not mentioned:
        return
    # A message that begins a thread hangs under nothing of ours yet: there is nothing to look up.
    key = None if refusal or root == ts else await desk.ledger.owner(team, channel, root)
    ours = key is not None
    if not (ours or direct or mentioned):
        return
    key = key or thread_key(team, channel, root)
    about = {"channel": channel, "kind": kind, "root": root, "ts": ts}
    claims = (f"ts:{channel}:{ts}",)
    if refusal:
        await desk.post("refused", home_key(team, user), user, {**about, "sentence": refusal}, body["event_id"], claims)
        return
    words = plain_words(text, desk.bot.user)
    sent = {**about, "text": words, "to_us": direct or mentioned}
    post = desk.post("said", key, user, sent, body["event_id"], claims)
    if ours:
        await post
    else:  # at the same time: Slack is only told that all is well when both are stored
        await asyncio.gather(post, desk.ledger.own(team, channel, root, key))


async def changed(desk: Desk, event: dict[str, Any], body: dict[str, Any]) -> None:
    """Somebody edited or deleted a message: mail where it is in a thread of ours and its words have changed."""
    before, now = event.get("previous_message") or {}, event.get("message") or {}
    user = str(before.get("user", ""))
    if not user or _by_a_bot(before) or _by_a_bot(now):
        return
    deleted = event["subtype"] == "message_deleted" or now.get("subtype") == "tombstone"
    if not deleted and now.get("text") == before.get("text"):
        return  # a link was unfurled, or the like
    channel, ts = str(event["channel"]), str(before.get("ts") or event.get("deleted_ts"))
    root = str(before.get("thread_ts") or ts)
    key = await desk.ledger.owner(desk.bot.team, channel, root)
    if key is None:
        return
    words, kind = str(now.get("text") or ""), _kind(event)
    rules, direct = await desk.rules.now(), kind == "im"
    refusal = rules.refusal(channel, direct=direct, external=bool(body.get("is_ext_shared_channel")))
    unread = rules.mention_only and not (direct or mentions(words, desk.bot.user))
    # Where we may not read, what was told is taken back, and what is told now stays where it is.
    text = None if deleted or refusal or unread else plain_words(words, desk.bot.user)
    about = {"channel": channel, "kind": kind, "root": root, "ts": ts, "text": text}
    await desk.post("changed", key, user, about, body["event_id"], (f"changed:{channel}:{event['ts']}",))


def _by_a_bot(message: dict[str, Any]) -> bool:
    return bool(message.get("bot_id")) or message.get("subtype") == "bot_message"


def _kind(event: dict[str, Any]) -> ChannelKind:
    kind = event.get("channel_type")
    if kind in ("channel", "group", "mpim", "im"):
        return kind  # type: ignore[no-any-return]
    channel = str(event["channel"])
    return "im" if channel.startswith("D") else "channel"
