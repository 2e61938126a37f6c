"""Settings: an admin submits the form that says where and how we may be used. Who submits is asked of Slack anew."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.errors import TunewiseError
from bot.surfaces.blockkit.picks import BadPick
from bot.surfaces.blockkit.settings import CHANNELS, read_settings
from bot.surfaces.slack.admin import ADMINS_ONLY, form_of, version
from bot.surfaces.slack.desk import Desk, refuse
from bot.surfaces.slack.look import Look
from bot.surfaces.slack.values import Own, home_key

AWAY = "Slack did not say whether you are an admin, so nothing was changed. Please try again in a moment."
OTHERS = "Somebody else has changed the settings meanwhile. Please close this form and open it again."
Body = dict[str, Any]


def listen(app: AsyncApp, desk: Desk, look: Look) -> None:
    """Registers the listener."""

    async def on_settings(ack: Callable[..., Awaitable[Any]], body: Body, view: Body) -> None:
        refusal = await take(desk, look, str(body["user"]["id"]), view)
        if refusal:
            await ack(response_action="errors", errors={CHANNELS: refusal})
        else:
            await ack()

    app.view("settings")(on_settings)


async def take(desk: Desk, look: Look, user: str, view: Body) -> str | None:
    """Keeps what was submitted and has the person's Home made anew; else why not, as a sentence. Raises StoreError."""
    try:
        admin = await look.is_admin(user, now=True)
    except TunewiseError:
        return AWAY
    if not admin:
        refuse("settings of somebody who is no admin", by=user)
        return ADMINS_ONLY
    before = await desk.rules.own()
    try:
        values = dict((view.get("state") or {}).get("values") or {})
        filled = read_settings(values, form_of(desk.rules.operator, before))
    except BadPick as error:
        refuse("settings that the form does not offer", by=user)
        return str(error)
    if version(before) != str(view.get("private_metadata") or ""):
        return OTHERS
    own = Own(
        channels=filled.channels,
        mention_only=filled.mention_only,
        connect=filled.connect,
        model=filled.model,
        by=user,
        at=time.time(),
    )
    await desk.rules.set(own)
    await desk.post("home", home_key(desk.bot.team, user), user, {"tab": "home"}, f"view:{view['id']}")
    return None
