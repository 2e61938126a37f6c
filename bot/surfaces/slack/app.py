"""App: Bolt with our listeners, for one workspace. Requests of other workspaces are refused before any listener sees them."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.surfaces.slack.client import call
from bot.surfaces.slack.desk import Desk, refuse
from bot.surfaces.slack.listeners import channels, commands, home, messages, presses, settings, shortcuts, views
from bot.surfaces.slack.look import Look
from bot.surfaces.slack.values import Bot

ANYTHING = re.compile(r".*", re.DOTALL)


async def who_am_i(client: AsyncWebClient) -> tuple[Bot, frozenset[str]]:
    """Who the token is in which workspace, and the scopes it was granted. Raises SlackRefused or Passing."""
    answer = await call(client.auth_test())
    headers = {key.lower(): value for key, value in dict(answer.headers).items()}
    granted = headers.get("x-oauth-scopes", "")
    granted = granted[0] if isinstance(granted, list) else granted
    bot = Bot(
        team=answer["team_id"], user=answer["user_id"], id=answer.get("bot_id") or "", url=answer.get("url") or ""
    )
    return bot, frozenset(scope.strip() for scope in granted.split(",") if scope.strip())


def tokens(bot: Bot, token: str) -> Callable[..., Awaitable[AuthorizeResult | None]]:
    """The look-up of a workspace's token: here of the one that is configured, None for every other."""

    async def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult | None:
        if team_id != bot.team:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=bot.user,
            bot_id=bot.id,
            bot_token=token,
            user_id=user_id,
        )

    return authorize


def make_slack_app(desk: Desk, look: Look, client: AsyncWebClient, token: str, signing_secret: str | None) -> AsyncApp:
    """The app. Without a signing secret it takes no requests over HTTP, only those of Socket Mode.

    `client` has no token of its own: each request gets that of its workspace.
    """

    async def ours_only(
        req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[Any]]
    ) -> BoltResponse | None:
        team = req.context.team_id
        if team != desk.bot.team and req.body.get("type") != "url_verification" and "ssl_check" not in req.body:
            if not await _by_a_partner(desk, req.body):
                refuse("a request of another workspace", team=str(team))
                return BoltResponse(status=200, body="")
            req.context["team_id"] = desk.bot.team
        await next()
        return None

    logger = logging.getLogger("tunewise.bolt")
    logger.setLevel(logging.ERROR)  # it warns of variables of the environment that it sees and does not use
    app = AsyncApp(
        name="tunewise",
        logger=logger,
        client=client,
        signing_secret=signing_secret or "",
        request_verification_enabled=True,
        process_before_response=True,  # acknowledged after the listener has stored the mail, not before
        authorize=tokens(desk.bot, token),  # type: ignore[arg-type]  # None refuses, though it is not declared
        before_authorize=ours_only,
        attaching_conversation_kwargs_enabled=False,
        attaching_function_token_enabled=False,
    )
    messages.listen(app, desk, look)
    commands.listen(app, desk)
    shortcuts.listen(app, desk)
    home.listen(app, desk)
    channels.listen(app, desk, look)
    presses.listen(app, desk)
    settings.listen(app, desk, look)
    views.listen(app, desk)
    _everything_else(app)
    return app


async def _by_a_partner(desk: Desk, body: dict[str, Any]) -> bool:
    """Whether somebody of another organisation presses on a message of ours, in a channel shared with them where that may be.

    Slack names the workspace in which somebody presses, not the one that we are installed in. Whether the channel is one of ours
    is seen when its thread is looked up, and whether we may talk there before anything is said.
    """
    if body.get("type") != "block_actions" or not (await desk.rules.now()).connect:
        return False
    message = body.get("message") or {}
    return bool(desk.bot.id) and message.get("bot_id") == desk.bot.id and message.get("user") == desk.bot.user


def _everything_else(app: AsyncApp) -> None:
    """What nobody waits for is acknowledged, so that Slack does not send it again."""

    async def on_event() -> None:
        return None

    async def on_rest(ack: Callable[..., Awaitable[Any]], body: dict[str, Any]) -> None:
        refuse("a request that is none of ours", kind=str(body.get("type") or body.get("command") or ""))
        await ack()

    app.event(ANYTHING)(on_event)
    app.shortcut(ANYTHING)(on_rest)
    app.command(ANYTHING)(on_rest)
    app.options(ANYTHING)(on_rest)
