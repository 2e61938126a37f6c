"""Service: the engine over the store with every surface registered, as the processes that serve and work run it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.app import App
    from bot.engine.engine import Engine
    from bot.metered import Metered
    from bot.settings import Settings
    from bot.stores.connect import Connection
    from bot.stores.ledger import RedisLedger
    from bot.stores.showing import Showings
    from bot.surfaces.slack.joining import Joined
    from bot.surfaces.slack.values import Rules
    from bot.surfaces.web.access import Guard
    from bot.surfaces.web.mail import WebCourier

NO_LIMIT = 10**9


@dataclass(frozen=True)
class Service:
    """An engine with its surfaces and the store beneath; close the connection last."""

    connection: Connection
    engine: Engine
    courier: WebCourier
    slack: Joined | None = None


async def open_service(app: App) -> Service:
    """The engine over the store, with every surface registered. Raises StoreError where no store can run."""
    from bot.engine.engine import Engine, Limits
    from bot.engine.pace import Pace
    from bot.stores.connect import connect
    from bot.stores.replies import Replies
    from bot.stores.usage import RedisUsage
    from bot.surfaces.web.handler import WebHandler
    from bot.surfaces.web.mail import SURFACE, WebCourier

    settings = app.settings
    connection = await connect(settings)
    engine = Engine(
        connection,
        retention_days=settings.retention_days,
        pace=Pace(lease=settings.takeover, attempts=settings.attempts),
        limits=Limits(user=settings.rate_user, workspace=settings.rate_workspace, backlog=settings.backlog),
        concurrency=settings.concurrency,
    )
    courier = WebCourier(Replies(connection), ledger(app, connection))
    metered = app.metered(RedisUsage(connection.client), engine.metrics.count_tokens)
    # Programs of this machine may hurry.
    alone = None if settings.token else Limits(user=NO_LIMIT, workspace=NO_LIMIT)
    engine.register(SURFACE, WebHandler(lambda: app.talk, metered.turn, _showings(app, connection)), courier, alone)
    try:
        return Service(connection, engine, courier, await _slack(app, connection, engine, metered))
    except BaseException:
        await connection.close()
        raise


def _showings(app: App, connection: Connection) -> Showings | None:
    """Where answers are shown while they are made; None without a language model, whose answers alone take a while."""
    from bot.stores.showing import Showings

    return Showings(connection) if app.settings.model_name is not None else None


async def _slack(app: App, connection: Connection, engine: Engine, metered: Metered) -> Joined | None:
    """Slack, registered with the engine; None where it is not configured. Raises SlackRefused, or Passing."""
    settings = app.settings
    if settings.slack_bot_token is None:
        return None
    from bot.stores.drafts import RedisDrafts
    from bot.surfaces.slack.joining import join
    from bot.surfaces.slack.values import SURFACE

    secret = settings.slack_signing_secret
    joined = await join(
        talk=app.talk,
        turn=metered.turn,
        ask=metered.ask,
        intake=engine,
        ledger=ledger(app, connection),
        drafts=RedisDrafts(connection),
        rules=operator_rules(settings),
        token=settings.slack_bot_token.get_secret_value(),
        signing_secret=secret.get_secret_value() if secret else None,
        api_url=settings.slack_api_url,
    )
    engine.register(SURFACE, joined.handler, joined.courier)
    return joined


def operator_rules(settings: Settings) -> Rules:
    """What whoever runs this allows in Slack; the admins of a workspace may narrow it."""
    from bot.surfaces.slack.values import Rules

    channels = frozenset(id.strip() for id in settings.slack_channels.split(",") if id.strip())
    return Rules(
        channels=channels or None,
        mention_only=settings.slack_mention_only,
        connect=settings.slack_connect,
        model=settings.slack_model,
        provider=settings.model_name.partition(":")[0] if settings.model_name else None,
        retention_days=settings.retention_days,
    )


def ledger(app: App, connection: Connection) -> RedisLedger:
    from bot.stores.ledger import RedisLedger
    from bot.surfaces.slack.values import Case, Feedback

    return RedisLedger(connection, app.settings.retention_days, Case, Feedback)


def make_web(app: App, service: Service) -> Guard:
    """The pages and the HTTP API behind their guard."""
    from bot.stores.export import export
    from bot.stores.sessions import RedisSessions
    from bot.stores.threads import read_thread
    from bot.surfaces.web.access import Guard, beside
    from bot.surfaces.web.api import make_api
    from bot.surfaces.web.mail import WORKSPACE
    from bot.surfaces.web.pages import Pages
    from bot.surfaces.web.sight import View

    connection = service.connection
    api = make_api(
        service.engine,
        service.courier,
        RedisSessions(connection, retention_days=app.settings.retention_days),
        lambda workspace, thread: export(connection, workspace, thread),
        lambda session: app.talk.asking(session.open),
    )
    token = app.settings.token.get_secret_value() if app.settings.token else None
    view = View(lambda: app.talk, lambda thread: read_thread(connection, WORKSPACE, thread))
    Pages(service.engine, service.courier, view, token, _showings(app, connection)).add_to(api)
    slack, elsewhere = service.slack, ("/slack/events",)
    if slack is None or app.settings.slack_signing_secret is None:
        return Guard(api, token)
    return Guard(beside(api, slack.asgi, elsewhere[0]), token, elsewhere)
