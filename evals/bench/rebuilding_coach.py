"""`python -m evals.bench.rebuilding_coach`: all of Coach, and `POST /rebuild`.

That route embeds the library anew in the process that takes events in and answers them.
"""

import asyncio

from aiohttp import web

from bot.commands.platforms import configured_platforms
from bot.server import Server, application, until_told_to_stop
from bot.settings import read_settings
from bot.wiring import open_backlog, open_coach
from evals.bench.slack import TEAM


async def _serve() -> None:
    settings = read_settings()
    async with open_coach(settings) as parts:

        async def rebuild(_request: web.Request) -> web.Response:
            await parts.library.rebuild(TEAM)
            return web.Response()

        backlog = await open_backlog(parts)
        platforms = [platform for _, platform in configured_platforms(parts, backlog)]
        await parts.library.warm()
        for platform in platforms:
            await platform.start()
        backlog.start()
        app = application(platforms, parts.metrics, tuple)
        app.router.add_post("/rebuild", rebuild)
        await Server(app, settings.coach_host, settings.coach_port).start()
        await until_told_to_stop()


if __name__ == "__main__":
    asyncio.run(_serve())
