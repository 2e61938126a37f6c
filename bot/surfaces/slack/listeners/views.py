"""Views: what people fill into modals and submit."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.surfaces.blockkit.modals import read_about, read_channel, read_intake, read_words
from bot.surfaces.blockkit.picks import BadPick
from bot.surfaces.slack.desk import Desk, refuse
from bot.surfaces.slack.values import Case, home_key, started_key

ANYTHING = re.compile(r".*", re.DOTALL)
EMPTY = "Please write something."
OVER = "That case was forgotten or started over meanwhile, so nothing was changed."
Ack = Callable[..., Awaitable[Any]]
Body = dict[str, Any]


def listen(app: AsyncApp, desk: Desk) -> None:
    """Registers the listeners; the last of them takes what is none of ours."""

    async def on_intake(ack: Ack, body: Body, view: Body) -> None:
        user, channel = str(body["user"]["id"]), str(view.get("private_metadata") or "")
        try:
            told = read_intake(_values(view), desk.asked)
        except BadPick as error:
            refuse("a form with answers that it does not offer", by=user)
            await ack(response_action="errors", errors={"field.task": str(error)})
            return
        about = {"channel": channel, "text": told.text, "answers": told.answers, "from": "form"}
        key = started_key(desk.bot.team, channel or "home", str(view["id"]))
        if not channel:
            await desk.post("start", key, user, about, f"view:{view['id']}")
        else:
            await desk.post("start", key, user, {**about, "home": home_key(desk.bot.team, user)}, f"view:{view['id']}")
        await ack()

    async def on_words(ack: Ack, body: Body, view: Body) -> None:
        user, text = str(body["user"]["id"]), read_words(_values(view))
        case = await _case(desk, view)
        if case is None or not text:
            await ack(response_action="errors", errors={"field.words": EMPTY if case else OVER})
            return
        about = {"channel": case.channel, "kind": case.kind, "root": case.root, "text": text}
        if view.get("callback_id") == "disagree":
            await desk.post("disagree", case.key, user, about, f"view:{view['id']}")
        else:
            said = {**about, "ts": f"view:{view['id']}", "to_us": True, "shown": False}
            await desk.post("said", case.key, user, said, f"view:{view['id']}")
        await ack()

    async def on_share(ack: Ack, body: Body, view: Body) -> None:
        case = await _case(desk, view)
        try:
            target = read_channel(_values(view))
        except BadPick as error:
            await ack(response_action="errors", errors={"field.channel": str(error)})
            return
        if case is None:
            await ack(response_action="errors", errors={"field.channel": OVER})
            return
        about = {"channel": case.channel, "root": case.root, "target": target, "about": read_about(_values(view))}
        await desk.post("share", case.key, str(body["user"]["id"]), about, f"view:{view['id']}")
        await ack()

    async def on_anything(ack: Ack, view: Body) -> None:
        refuse("a form that is none of ours", callback=str(view.get("callback_id", "")))
        await ack()

    app.view("intake")(on_intake)
    app.view("facts")(on_words)
    app.view("disagree")(on_words)
    app.view("share")(on_share)
    app.view(ANYTHING)(on_anything)
    app.view_closed(ANYTHING)(on_anything)


async def _case(desk: Desk, view: Body) -> Case | None:
    """The case that a form is about."""
    return await desk.ledger.case(desk.bot.team, str(view.get("private_metadata") or ""))


def _values(view: Body) -> Body:
    return dict((view.get("state") or {}).get("values") or {})
