"""`coach run`: serve every platform that has its settings."""

import asyncio

import structlog

from bot.backlog import Backlog
from bot.commands.console import err
from bot.commands.platforms import configured_platforms
from bot.errors import Unavailable
from bot.logs import configure_logs
from bot.server import Served, Server, application, settle, until_told_to_stop
from bot.settings import Settings, read_settings
from bot.wiring import Parts, open_backlog, open_coach
from knowledge.vectors import VectorStoreUnavailable

_RETRY_SECONDS = 5.0

log = structlog.get_logger(__name__)


async def run() -> None:
    """Serve until SIGINT or SIGTERM; then finish what is under way and stop."""
    settings = read_settings()
    configure_logs(settings.coach_log_level, settings.coach_log_format)
    async with open_coach(settings) as parts:
        await _serve(parts)


async def _serve(parts: Parts) -> None:
    settings = parts.settings
    backlog = await open_backlog(parts)
    platforms = configured_platforms(parts, backlog)
    waiting_for = {"library", *(name for name, _ in platforms)}
    app = application(
        [platform for _, platform in platforms], parts.metrics, lambda: sorted(waiting_for)
    )
    server = Server(app, settings.coach_host, settings.coach_port)
    await server.start()
    warming = asyncio.create_task(_warm(parts, backlog, waiting_for))
    starting = asyncio.gather(*(_start(name, served, waiting_for) for name, served in platforms))
    stopping = asyncio.Event()
    tidying = asyncio.create_task(parts.housekeeping.run(stopping))
    ticking = asyncio.create_task(parts.team.ticker.run(stopping))
    told = asyncio.create_task(until_told_to_stop())
    try:
        await asyncio.wait({told, starting}, return_when=asyncio.FIRST_COMPLETED)
        if not told.done():
            starting.result()  # a platform whose settings are wrong ends the run
            err.print(announcement(settings))
            await told
    finally:
        # What still comes in while the backlog finishes is stored, and answered at the next start.
        stopping.set()
        for task in (warming, starting, told):
            task.cancel()
        await asyncio.gather(warming, starting, told, tidying, ticking, return_exceptions=True)
        await backlog.stop()
        for _, platform in platforms:
            await platform.stop()
        await server.stop()


async def _start(name: str, platform: Served, waiting_for: set[str]) -> None:
    """Start a platform, however long its cloud takes to answer."""
    while name in waiting_for:
        try:
            await platform.start()
            waiting_for.discard(name)
        except Unavailable as error:
            log.warning("platform_unavailable", platform=name, reason=error.sentence)
            await asyncio.sleep(_RETRY_SECONDS)


async def _warm(parts: Parts, backlog: Backlog, waiting_for: set[str]) -> None:
    """Ready the library, however long its stores take, then start answering what has come in."""
    while not parts.library.ready:
        try:
            await parts.library.warm(_log_progress)
        except VectorStoreUnavailable as error:
            log.warning("library_unavailable", reason=str(error))
            await asyncio.sleep(_RETRY_SECONDS)
    try:
        await parts.reviews.warm()
    except (OSError, ValueError):  # its packages are damaged: all else still works
        log.exception("reviews_unavailable")
    settle()
    waiting_for.discard("library")
    backlog.start()
    log.info("ready")


def _log_progress(done: int, total: int) -> None:
    log.info("preparing_library", done=done, of=total)


def announcement(settings: Settings) -> str:
    """Say in a line what is served, where, and how to stop it."""
    host = f"[{settings.coach_host}]" if ":" in settings.coach_host else settings.coach_host
    address = f"http://{host}:{settings.coach_port}"
    if not (settings.slack_configured or settings.teams_configured):
        reach = "this computer only" if settings.loopback_only else "with a password"
        return (
            f"Coach is on {address} ({reach}). No Slack or Teams tokens are set, so it serves the "
            "local web page alone. Ctrl+C stops it."
        )
    served: list[str] = []
    if settings.slack_configured:
        mode = "Socket Mode" if settings.slack_app_token else f"HTTP at {address}/slack/events"
        served.append(f"Coach is connected to Slack ({mode}).")
    if settings.teams_app_id:
        served.append(f"Coach serves Microsoft Teams at {address}/api/messages.")
    elif settings.teams_local:
        served.append(
            f"Coach serves Microsoft Teams at {address}/api/messages WITHOUT AUTHENTICATION, to "
            "this computer only (TEAMS_LOCAL)."
        )
    if settings.serves_web:
        served.append(f"The web page is on {address}.")
    return f"{' '.join(served)} Ctrl+C stops it."
