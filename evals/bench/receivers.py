"""`python -m evals.bench.receivers coach|bolt`: the two servers whose intake is compared.

Both read Coach's settings, both serve one aiohttp application. Coach's stores each event in SQLite
before it acknowledges; nobody works on what is stored. Bolt's is the vendor's quick start.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.backlog import Backlog
from bot.clock import now
from bot.commands.platforms import slack_platform
from bot.messages import Message
from bot.metrics import Metrics
from bot.server import Server, application, until_told_to_stop
from bot.settings import Settings, read_settings
from bot.stores.database import open_database
from bot.stores.queues import SqlInbox, SqlOutbox


class Silence:
    """Nobody works on what is stored."""

    async def reply(self, message: Message) -> None:
        """See `bot.backlog.Replies`."""


@asynccontextmanager
async def _coach(settings: Settings) -> AsyncGenerator[web.Application]:
    database = await open_database(settings.database_url)
    metrics = Metrics()
    backlog = Backlog(
        inbox=SqlInbox(database, settings.coach_replica, now),
        outbox=SqlOutbox(database, settings.coach_replica, now),
        coach=Silence(),
        metrics=metrics,
    )
    platform = slack_platform(settings, backlog.accept)
    assert platform, "the benchmark sets Slack up"  # noqa: S101
    await platform.start()
    yield application([platform], metrics, tuple)
    await platform.stop()
    await database.close()


@asynccontextmanager
async def _bolt(settings: Settings) -> AsyncGenerator[web.Application]:
    token, secret = settings.slack_bot_token, settings.slack_signing_secret
    assert token and secret, "the benchmark sets Slack up"  # noqa: S101, PT018
    bolt = AsyncApp(
        token=token.get_secret_value(),
        signing_secret=secret.get_secret_value(),
        client=AsyncWebClient(token.get_secret_value(), base_url=settings.slack_api_url),
    )

    async def acknowledge() -> None:
        """Do nothing: Bolt has acknowledged the event."""

    async def readyz(_request: web.Request) -> web.Response:
        return web.Response()

    bolt.event("app_mention")(acknowledge)
    app = bolt.web_app()
    app.router.add_get("/readyz", readyz)
    yield app


async def _serve(kind: str) -> None:
    settings = read_settings()
    async with {"coach": _coach, "bolt": _bolt}[kind](settings) as app:
        server = Server(app, settings.coach_host, settings.coach_port)
        await server.start()
        await until_told_to_stop()
        await server.stop()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
