"""A connector behind a door on a real port, with a handler that keeps what it is given."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from fake_teams import APP_ID, APP_PASSWORD, FakeTeams, Fields, Posted

from bot.platforms.teams.connector import TeamsConnector
from bot.platforms.teams.door import MESSAGES_PATH, Door
from bot.platforms.teams.wire import Payload


@dataclass
class Doorway:
    """Where the fake cloud posts to, and what came through."""

    teams: FakeTeams
    connector: TeamsConnector
    handled: list[Payload] = field(default_factory=list[Payload])
    answer: Callable[[], Awaitable[Payload | None]] | None = None
    url: str = ""
    local: bool = False

    def __post_init__(self) -> None:
        self.door = Door(self.connector, self._handle, local=self.local)
        self.door.open()

    async def post(
        self, activity: Mapping[str, object] | None = None, authorization: str | None = None
    ) -> Posted:
        """Post *activity*, or any, with a good token unless another is given."""
        posted = self.teams.activity() if activity is None else activity
        return await self.teams.post(self.url, posted, authorization)

    async def _handle(self, activity: Payload) -> Payload | None:
        self.handled.append(activity)
        return await self.answer() if self.answer else None


@asynccontextmanager
async def doorway(
    teams: FakeTeams, app_id: str = APP_ID, **options: Any
) -> AsyncGenerator[Doorway]:
    """Serve a door for activities from *teams*."""
    settings: Fields = {"loopback": True, "cloud": teams.cloud, **options}
    connector = TeamsConnector(app_id, APP_PASSWORD, **settings)
    standing = Doorway(teams, connector, local=not app_id)
    app = web.Application()
    standing.door.add_routes(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    standing.url = f"http://{host}:{port}{MESSAGES_PATH}"
    try:
        yield standing
    finally:
        await runner.cleanup()
        await standing.connector.close()
