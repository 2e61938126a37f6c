"""Joining: everything of the Slack surface put together for one workspace, and Socket Mode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp

from bot.surfaces.blockkit.modals import intake_questions
from bot.surfaces.slack.app import make_slack_app, who_am_i
from bot.surfaces.slack.client import make_client
from bot.surfaces.slack.courier import SlackCourier
from bot.surfaces.slack.desk import Desk
from bot.surfaces.slack.handler import SlackHandler
from bot.surfaces.slack.homes import Homes
from bot.surfaces.slack.house_rules import HouseRules
from bot.surfaces.slack.look import Look
from bot.surfaces.slack.lookup import Lookup
from bot.surfaces.slack.ports import Drafts, Intake, Ledger
from bot.surfaces.slack.room import Ask, Room, Turn
from bot.surfaces.slack.stamped import stamped
from bot.surfaces.slack.statuses import Statuses
from bot.surfaces.slack.streams import Streams
from bot.surfaces.slack.values import Bot, Rules
from bot.talk.turn import Talk


@dataclass(frozen=True)
class Joined:
    """The surface in a workspace: what handles and sends for the engine, and the Bolt app that listens. `close` it when done."""

    bot: Bot
    granted: frozenset[str]
    house: HouseRules
    handler: SlackHandler
    courier: SlackCourier
    app: AsyncApp
    session: aiohttp.ClientSession

    @property
    def asgi(self) -> Any:
        """What answers Slack's requests to /slack/events, as an ASGI app."""
        from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler

        return stamped(AsyncSlackRequestHandler(self.app, path="/slack/events"))

    async def connect(self, app_token: str) -> Any:
        """Opens Socket Mode; `close_async` of what is returned ends it. Raises what slack_sdk raises."""
        from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

        handler = AsyncSocketModeHandler(self.app, app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        return handler

    async def close(self) -> None:
        """Closes the connections to Slack."""
        await self.session.close()


async def join(
    *,
    talk: Talk,
    turn: Turn,
    ask: Ask,
    intake: Intake,
    ledger: Ledger,
    drafts: Drafts,
    rules: Rules,
    token: str,
    signing_secret: str | None,
    api_url: str,
) -> Joined:
    """Asks Slack who we are and puts the surface together. `rules` are the operator's.

    Raises SlackRefused for a bad token, Passing where Slack is away.
    """
    session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
    try:
        client = make_client(token, api_url, session)
        bot, granted = await who_am_i(client)
    except BaseException:
        await session.close()
        raise
    look, house = Look(client, ledger, bot.team), HouseRules(rules, ledger, bot.team)
    desk = Desk(intake, ledger, house, bot, intake_questions(talk.knowledge))
    lookup = Lookup(client, bot)
    streams = Streams(client, drafts, lookup, bot, granted)
    room = Room(talk, turn, ask, look, ledger, house, streams, Statuses(client), bot)
    return Joined(
        bot=bot,
        granted=granted,
        house=house,
        handler=SlackHandler(room),
        courier=SlackCourier(client, ledger, Homes(look, ledger, house, bot), streams, lookup, bot),
        app=make_slack_app(desk, look, make_client(None, api_url, session), token, signing_secret),
        session=session,
    )
