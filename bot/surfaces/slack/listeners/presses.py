"""Presses: buttons, menus and boxes in messages and in Home. What a press is about is read from where it stands, not from itself."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.surfaces.blockkit.answers import SHARE
from bot.surfaces.blockkit.card import CARD, BadPress, read_press
from bot.surfaces.blockkit.details import NAME
from bot.surfaces.blockkit.home import HOME, ticked_case, ticks_shown
from bot.surfaces.blockkit.modals import disagree_view, facts_view, intake_view, share_view
from bot.surfaces.blockkit.picks import ANSWER, BadPick
from bot.surfaces.blockkit.restart import RESTART
from bot.surfaces.slack.asking import shared_question
from bot.surfaces.slack.desk import Desk, refuse
from bot.surfaces.slack.opening import open_view, opening
from bot.surfaces.slack.values import home_key

Ack = Callable[..., Awaitable[Any]]
Body = dict[str, Any]

FORGET = re.compile(r"forget/\d{1,3}")
GONE = "Nothing is kept about that case any more."
ANYTHING = re.compile(r".*", re.DOTALL)
# Buttons whose modals are opened at once and filled in by mail of a kind of its own.
FILLED: dict[str, tuple[str, Callable[[str], Body]]] = {
    "details": ("details", lambda key: opening(NAME)),
    "facts": ("known", facts_view),
}


def listen(app: AsyncApp, desk: Desk) -> None:
    """Registers the listeners; the last of them takes what is none of ours."""

    async def on_answer(ack: Ack, body: Body, action: Body) -> None:
        await answered(desk, body, action)
        await ack()

    async def on_card(ack: Ack, body: Body, action: Body, client: AsyncWebClient) -> None:
        await on_a_card(desk, client, body, action)
        await ack()

    async def on_home(ack: Ack, body: Body, action: Body, client: AsyncWebClient) -> None:
        await in_home(desk, client, body, action)
        await ack()

    async def on_share(ack: Ack, body: Body, action: Body) -> None:
        await shared(desk, body, action)
        await ack()

    async def on_forget(ack: Ack, body: Body, action: Body) -> None:
        await forget(desk, body, action)
        await ack()

    async def on_restart(ack: Ack, body: Body, action: Body) -> None:
        await restart(desk, body, action)
        await ack()

    async def on_anything(ack: Ack, body: Body, action: Body) -> None:
        refuse("an action that is none of ours", action=str(action.get("action_id", "")), by=_user(body))
        await ack()

    app.action({"type": "block_actions", "action_id": ANSWER})(on_answer)
    app.action({"type": "block_actions", "action_id": CARD})(on_card)
    app.action({"type": "block_actions", "action_id": HOME})(on_home)
    app.action({"type": "block_actions", "action_id": SHARE})(on_share)
    app.action({"type": "block_actions", "action_id": FORGET})(on_forget)
    app.action({"type": "block_actions", "action_id": RESTART})(on_restart)
    app.action(ANYTHING)(on_anything)


async def answered(desk: Desk, body: Body, action: Body) -> None:
    """A press in a round of questions."""
    place = await _thread(desk, body)
    if place is None:
        await gone(desk, body, action)
        return
    key, about = place
    kept = {
        name: action[name] for name in ("action_id", "value", "selected_option", "selected_options") if name in action
    }
    told = {**about, "action": kept, "state": (body.get("state") or {}).get("values") or {}}
    await desk.post("picked", key, _user(body), told, _id(body, action))


async def on_a_card(desk: Desk, client: AsyncWebClient, body: Body, action: Body) -> None:
    """A press on a card. The card has to stand in the thread that it is about."""
    place = await _thread(desk, body)
    try:
        press = read_press(action)
    except BadPress:
        refuse("a press that no card of ours gives", by=_user(body))
        return
    if place is None:
        await gone(desk, body, action)
        return
    if place[0] != press.ref:
        refuse("a press on a card of another thread", by=_user(body))
        return
    key, about = place
    id, trigger = _id(body, action), str(body.get("trigger_id", ""))
    if press.name in ("disagree", "share"):
        await open_view(client, trigger, await _form(desk, press.name, key))
    elif press.name in FILLED:
        kind, view = FILLED[press.name]
        view_id = await open_view(client, trigger, view(key))
        if view_id is not None:
            await desk.post(kind, key, _user(body), {**about, "view_id": view_id}, id)
    elif press.name in ("up", "down"):
        await desk.post("feedback", key, _user(body), {**about, "name": press.name}, id)
    else:
        await desk.post(press.name, key, _user(body), about, id)


async def _form(desk: Desk, name: str, key: str) -> Body:
    """The form behind a button of a card, with what the list of cases says of that card."""
    case = await desk.ledger.case(desk.bot.team, key)
    if name == "disagree":
        return disagree_view(key, case.headline if case else "")
    # What a case is called was told in its conversation; only what everybody may read is offered to be told elsewhere.
    about = case.title if case and case.kind == "channel" else ""
    return share_view(key, connect=(await desk.rules.now()).connect, about=about)


async def in_home(desk: Desk, client: AsyncWebClient, body: Body, action: Body) -> None:
    """The buttons, and the boxes of next steps; links need nothing."""
    name = str(action.get("action_id", ""))
    if name == "home/settings":
        view_id = await open_view(client, str(body.get("trigger_id", "")), opening("Settings"))
        if view_id is not None:
            about = {"view_id": view_id}
            await desk.post("settings", home_key(desk.bot.team, _user(body)), _user(body), about, _id(body, action))
    elif name == "home/start":
        await open_view(client, str(body.get("trigger_id", "")), intake_view("", desk.asked))
    elif name.startswith("home/steps"):
        try:
            key = ticked_case(action)
        except BadPick:
            refuse("boxes that are none of ours", by=_user(body))
            return
        if await desk.ledger.case(desk.bot.team, key) is None:  # forgotten meanwhile: the tab is made anew
            await desk.post(
                "home", home_key(desk.bot.team, _user(body)), _user(body), {"tab": "home"}, _id(body, action)
            )
            return
        kept = {
            "action_id": name,
            "block_id": action.get("block_id"),
            "selected_options": action.get("selected_options") or [],
        }
        shown = ticks_shown(body.get("view") or {}, name)
        await desk.post("ticked", key, _user(body), {"action": kept, "shown": shown}, _id(body, action))


async def shared(desk: Desk, body: Body, action: Body) -> None:
    """The Share button under a private answer."""
    text, user = action.get("value"), _user(body)
    if not isinstance(text, str) or not text.strip():
        refuse("sharing of nothing", by=user)
        return
    kept, question = shared_question(desk.bot.team, text)
    about = {"channel": _channel(body), "text": question, "response_url": str(body.get("response_url") or "")}
    await desk.post("share_answer", kept or home_key(desk.bot.team, user), user, about, _id(body, action))


async def forget(desk: Desk, body: Body, action: Body) -> None:
    """A Forget button under the private list of one's cases."""
    key, user = str(action.get("value") or ""), _user(body)
    about = {"channel": _channel(body), "response_url": str(body.get("response_url") or "")}
    if await desk.ledger.case(desk.bot.team, key) is None:
        await gone(desk, body, action)
    else:
        await desk.post("forget_case", key, user, about, _id(body, action))


async def restart(desk: Desk, body: Body, action: Body) -> None:
    """The button under the question whether starting over is meant. It has to stand in the thread that it is about."""
    place = await _thread(desk, body)
    if place is None:
        await gone(desk, body, action)
    elif place[0] != action.get("value"):
        refuse("starting over in another thread", by=_user(body))
    else:
        await desk.post("restart", place[0], _user(body), place[1], _id(body, action))


async def gone(desk: Desk, body: Body, action: Body) -> None:
    """Says, to whoever pressed, that nothing is kept any more of what they pressed for."""
    user = _user(body)
    refuse("a press in a thread that is not ours", by=user)
    told = {"channel": _channel(body), "response_url": str(body.get("response_url") or ""), "sentence": GONE}
    await desk.post("refused", home_key(desk.bot.team, user), user, told, _id(body, action))


async def _thread(desk: Desk, body: Body) -> tuple[str, Body] | None:
    """The session's key of the thread in which something was pressed, and the place; None where that is not ours."""
    held, message = body.get("container") or {}, body.get("message") or {}
    channel = str(held.get("channel_id") or _channel(body))
    ts = str(held.get("message_ts") or message.get("ts") or "")
    root = str(message.get("thread_ts") or held.get("thread_ts") or ts)
    key = await desk.ledger.owner(desk.bot.team, channel, root)
    if key is None:
        return None
    return key, {"channel": channel, "root": root, "response_url": str(body.get("response_url") or "")}


def _user(body: Body) -> str:
    return str((body.get("user") or {}).get("id") or "")


def _channel(body: Body) -> str:
    return str((body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id") or "")


def _id(body: Body, action: Body) -> str:
    """A press by its own name, the same when it is sent once more."""
    return f"press:{body.get('trigger_id') or action.get('action_ts')}:{action.get('action_id')}"[:250]
