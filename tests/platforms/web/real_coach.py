"""The page with the real Coach behind it, put together like the product, on an empty folder."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp.test_utils import TestServer

from bot.commands.platforms import configured_platforms
from bot.server import application
from bot.settings import Settings
from bot.wiring import open_backlog, open_coach

_TICK_SECONDS = 0.1


@asynccontextmanager
async def real_coach(data: Path) -> AsyncGenerator[str]:
    """Serve the page, with everything kept in *data*; standups tick. Yields its address.

    The library is not readied: nothing can be asked here.
    """
    settings = Settings.model_validate({"coach_data": data, "coach_web": True})
    async with open_coach(settings) as parts:
        backlog = await open_backlog(parts)
        platforms = [served for _, served in configured_platforms(parts, backlog)]
        app = application(platforms, parts.metrics, list)
        stopping = asyncio.Event()
        ticking = asyncio.create_task(parts.team.ticker.run(stopping, _TICK_SECONDS))
        backlog.start()
        async with TestServer(app, host="127.0.0.1") as server:
            yield str(server.make_url("/"))
            stopping.set()
            await ticking
            await backlog.stop()
            for platform in platforms:
                await platform.stop()
