"""Replicas of Coach that are killed at random, and the database that they leave behind."""

import asyncio
import shutil
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random

from bot.clock import now
from bot.stores.database import Database, open_database
from bot.stores.queues import SqlInbox, SqlOutbox
from evals.bench.running import ServerProcess, slack_settings

_REPOSITORY = Path(__file__).parents[2]
_CODE = ("bot", "knowledge", "prompts")

_EARLY = 0.3  # of the kills come without waiting for the victim to be up
_STARTING_SECONDS = 4.0
_STUCK_SECONDS = 90.0  # longer than any lease or wait in Coach
_GHOST_SECONDS = 2.0


def seeded(seed: int, what: str) -> Random:
    """Return the choices about *what* in the run with that *seed*."""
    return Random(f"{seed} {what}")  # noqa: S311 - reproducible, not secret


def sqlite_url(folder: Path) -> str:
    """Return the address of the SQLite database in *folder*."""
    return f"sqlite+aiosqlite:///{folder / 'coach.sqlite3'}"


@asynccontextmanager
async def replicas(
    count: int, index: Path, folder: Path, database_url: str, slack_url: str
) -> AsyncGenerator[Sequence[ServerProcess]]:
    """Start *count* replicas; whoever is still running at the end is killed.

    Each begins with a copy of *index*, a folder of vectors that is up to date.
    """
    code = _copy_of_the_code(folder)
    async with AsyncExitStack() as stack:
        started = [
            _replica(f"replica-{number}", index, folder, code, database_url, slack_url)
            for number in range(1, count + 1)
        ]
        for coach in started:
            stack.push_async_callback(coach.kill)
            await coach.start()
        yield started


def _copy_of_the_code(folder: Path) -> Path:
    """Copy what Coach runs: every start is the same Coach, whatever is edited meanwhile."""
    code = folder / "code"
    for package in _CODE:
        shutil.copytree(
            _REPOSITORY / package, code / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    return code


def _replica(
    name: str, index: Path, folder: Path, code: Path, database_url: str, slack_url: str
) -> ServerProcess:
    shutil.copytree(index, folder / name / "data" / "chroma")
    settings = {
        "COACH_DATABASE_URL": database_url,
        "COACH_REPLICA": name,
        "COACH_LOG_FORMAT": "json",
        "PYTHONPATH": str(code),
        # Its threads would spin for cores that the people, Slack and the database are on here.
        "OPENBLAS_NUM_THREADS": "1",
    }
    return ServerProcess(folder / name, {**settings, **slack_settings(slack_url)})


async def kill(victim: ServerProcess, random: Random, at_work: float) -> str:
    """Kill *victim*, mostly once it was up for *at_work* seconds; return what it was at."""
    if random.random() < _EARLY:
        await asyncio.sleep(random.uniform(0, _STARTING_SECONDS))
    else:
        await victim.ready()
        await asyncio.sleep(at_work)
    stage = "at work" if await victim.is_ready() else "starting"
    await victim.kill()
    return stage


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[Database]:
    """Open the database that Coach works in."""
    database = await open_database(url)
    try:
        yield database
    finally:
        await database.close()


async def drained(database: Database) -> bool:
    """Wait until Coach's queues are empty and Slack has done what it was asked to do.

    False if the queues stop getting shorter.
    """
    empty = await settled(lambda: waiting(database))
    await asyncio.sleep(_GHOST_SECONDS)
    return empty


async def settled(left: Callable[[], Awaitable[int]], stuck: float = _STUCK_SECONDS) -> bool:
    """Wait until nothing is *left* to do; False if it stops getting less for *stuck* seconds."""
    least, deadline = await left(), time.monotonic() + stuck
    while least and time.monotonic() < deadline:
        await asyncio.sleep(0.5)
        if (found := await left()) < least:
            least, deadline = found, time.monotonic() + stuck
    return not least


async def waiting(database: Database) -> int:
    """Count steps to go: a message that is not answered has two, its answer one."""
    inbox, outbox = SqlInbox(database, "onlooker", now), SqlOutbox(database, "onlooker", now)
    return 2 * await inbox.waiting() + await outbox.waiting()
