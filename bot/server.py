"""The one HTTP server: every platform's routes, health, readiness and metrics."""

import asyncio
import errno
import gc
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog
from aiohttp import web

from bot.errors import CoachError
from bot.metrics import Metrics

log = structlog.get_logger(__name__)

_MAX_BODY = 2 * 1024 * 1024
_SHUTDOWN_SECONDS = 20.0
# The event loop shares the interpreter with the threads of SQLite and of the library. At Python's
# own 5 ms, each hop to them would take that long while the loop is busy.
_SWITCH_SECONDS = 0.0005


class Served(Protocol):
    """A platform that Coach serves."""

    def add_routes(self, app: web.Application) -> None:
        """Add the platform's HTTP routes."""
        ...

    async def start(self) -> None:
        """Connect; return once events can come in."""
        ...

    async def stop(self) -> None:
        """Take no more events and let those in flight end."""
        ...


def application(
    platforms: Sequence[Served], metrics: Metrics, problems: Callable[[], Sequence[str]]
) -> web.Application:
    """Return the application; *problems* says what keeps Coach from being ready."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_request: web.Request) -> web.Response:
        waiting_for = list(problems())
        return web.json_response(
            {"ready": not waiting_for, "waiting_for": waiting_for},
            status=503 if waiting_for else 200,
        )

    async def metricsz(_request: web.Request) -> web.Response:
        return web.Response(body=metrics.text(), content_type="text/plain", charset="utf-8")

    app = web.Application(client_max_size=_MAX_BODY)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metricsz)
    for platform in platforms:
        platform.add_routes(app)
    return app


def settle() -> None:
    """Tune the interpreter for serving; call when what stays in memory has been loaded.

    What is loaded by then is never looked through for garbage again: each time took 60 ms, for
    which no event was acknowledged.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.enable()


class Server:
    """The application listening on an address."""

    def __init__(self, app: web.Application, host: str, port: int) -> None:
        """Serve *app* on *host*:*port* once started."""
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        self._host = host
        self._port = port

    async def start(self) -> None:
        """Listen. Raises PortTaken or AddressUnusable."""
        settle()
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            problem = PortTaken if error.errno == errno.EADDRINUSE else AddressUnusable
            raise problem(host=self._host, port=self._port, reason=error.strerror) from error

    async def stop(self) -> None:
        """Stop listening and let requests in flight end."""
        await self._runner.cleanup()


class PortTaken(CoachError):
    """Something else listens on {host}:{port}. Stop it, or set COACH_PORT to another port."""

    exit_status = 2


class AddressUnusable(CoachError):
    """I can't listen on {host}:{port}: {reason}. Correct COACH_HOST or COACH_PORT."""

    exit_status = 2


async def until_told_to_stop() -> None:
    """Wait for SIGINT or SIGTERM."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    await told.wait()
    log.info("stopping")
