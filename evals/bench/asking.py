"""Asking a crowd: its prompts planned and stored, and sent at the rate that Slack permits."""

import asyncio
import shutil
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from bot.backlog import Backlog
from bot.messages import Platform
from bot.metrics import Metrics
from bot.platforms.slack.platform import SlackPlatform
from bot.standups.schedule import instant
from bot.stores.database import Database, open_database
from bot.stores.queues import SqlInbox, SqlOutbox
from evals.bench import bare
from evals.bench.crowds import DUE, MEMBERS, ZONES, SetClock, crowd, opened, url_of, zones
from evals.bench.figures import Row, per_second, ratio, seconds
from evals.bench.heartbeat import Heartbeat
from evals.bench.receivers import Silence
from evals.bench.running import Died
from evals.bench.slack import BOT_TOKEN, SIGNING_SECRET, LimitedSlack

PERMITTED = 150
"""Messages a second. Slack's own limit is some hundred a minute: this is time, compressed."""

_PATIENCE_SECONDS = 300.0
_STORED = ("check_ins", "outbox", "occurrences", "plans")


async def asking(folder: Path, at_once: Path, rounds: int) -> list[Row]:
    """Ask a crowd, *at_once* as it stands in that file and zone by zone; send what it is asked."""
    by_zone = folder / "by-zone.sqlite3"
    await crowd(by_zone, own_zone=True)
    planned = [await _planned(at_once, folder / f"asked-{n}.sqlite3") for n in range(rounds)]
    zoned = await _planned(by_zone, folder / "zoned.sqlite3", by_zone=True)
    return [
        *_rows(planned, [zoned]),
        await _delivered(folder / "asked-0.sqlite3"),
    ]


class _Round:
    """How long it took, and how long the same rows take without Coach."""

    def __init__(self, ticks: Sequence[float], idle: float, stall: float, limit: float) -> None:
        self.ticks = sum(ticks)
        self.idle = idle
        self.stall = stall
        self.limit = limit


async def _planned(template: Path, file: Path, *, by_zone: bool = False) -> _Round:
    """Tick through an occurrence in a copy of *template*. Raises Died if anybody is left out."""
    shutil.copyfile(template, file)
    clock, beat, ticks = SetClock(DUE), Heartbeat(), list[float]()
    async with opened(file, clock) as (_, parts):
        for at in _openings() if by_zone else [DUE]:
            clock.time = at
            async with beat.beating():
                ticks.append(await _seconds(parts.ticker.tick))
        clock.time += timedelta(seconds=10)
        idle = await _seconds(parts.ticker.tick)
    _check_all_asked(file)
    return _Round(ticks, idle, beat.longest, _without_coach(template, file))


def _openings() -> list[datetime]:
    return sorted({instant(DUE.date(), DUE.time(), zone) for zone in zones()})


async def _seconds(act: Callable[[], Awaitable[None]]) -> float:
    started = time.perf_counter()
    await act()
    return time.perf_counter() - started


def _check_all_asked(file: Path) -> None:
    prompts = "SELECT count(*) FROM outbox WHERE key LIKE '%:check-in:%'"  # reminders aside
    for query in ("SELECT count(*) FROM check_ins", prompts):
        ((count,),) = bare.rows_of(file, query)
        if count != MEMBERS:
            raise Died(f"{count} instead of {MEMBERS}: {query}")


def _without_coach(template: Path, written: Path) -> float:
    """Write what a tick wrote into another copy of *template*."""
    rows = {table: bare.rows_of(written, f"SELECT * FROM {table}") for table in _STORED}  # noqa: S608 - ours
    file = written.with_suffix(".bare")
    shutil.copyfile(template, file)
    with bare.connected(file) as connection:
        return bare.written(connection, rows)


def _rows(planned: Sequence[_Round], zoned: Sequence[_Round]) -> list[Row]:
    beside = "the same rows, one bare SQLite transaction (limit)"
    what = f"{MEMBERS:,} members in {ZONES} zones asked"
    return [
        _planning(f"{what} at one time: planned and stored", planned, beside),
        _planning(f"{what} zone by zone, all ticks and reminders of a day (once)", zoned, beside),
        Row(
            "a tick when nothing is due, as many members",
            seconds([each.idle for each in planned]),
        ),
        Row(
            "longest stall of the event loop while they are asked at one time",
            seconds([each.stall for each in planned]),
        ),
    ]


def _planning(what: str, rounds: Sequence[_Round], beside: str) -> Row:
    taken, limit = [each.ticks for each in rounds], [each.limit for each in rounds]
    return Row(what, seconds(taken), seconds(limit), beside, ratio(taken, limit), "< 10 s")


# -- sending


async def _delivered(file: Path) -> Row:
    """Send everything in the outbox of *file*. Raises Died if something is lost or doubled."""
    slack = LimitedSlack(PERMITTED)
    async with slack.served(), _sending(file, slack) as outbox:
        started = time.perf_counter()
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while await outbox.waiting():  # noqa: ASYNC110 - the database says so
                await asyncio.sleep(0.1)
        taken = time.perf_counter() - started
    if len(slack.taken) != MEMBERS or slack.taken.total() != MEMBERS or slack.too_early:
        raise Died(f"{slack.taken.total()} posts, {len(slack.taken)} of {MEMBERS} prompts, "
                   f"{slack.too_early} too early")  # fmt: skip
    rate = [MEMBERS / taken]
    return Row(
        f"their prompts sent, none lost or doubled; {slack.refused} refused for a second (429), "
        "none sent again sooner",
        per_second(rate),
        per_second([PERMITTED]),
        "permitted here, for a limit a minute (limit)",
        ratio(rate, [PERMITTED]),
        "without loss",
    )


@asynccontextmanager
async def _sending(file: Path, slack: LimitedSlack) -> AsyncGenerator[SqlOutbox]:
    """Send what is in the outbox of *file* as `coach run` does; yield the outbox."""
    begun = time.monotonic()

    def clock() -> datetime:
        return DUE + timedelta(minutes=1, seconds=time.monotonic() - begun)

    database: Database = await open_database(url_of(file))
    outbox = SqlOutbox(database, "bench", clock)
    backlog = Backlog(
        inbox=SqlInbox(database, "bench", clock),
        outbox=outbox,
        coach=Silence(),
        metrics=Metrics(),
    )
    platform = SlackPlatform(
        bot_token=BOT_TOKEN,
        signing_secret=SIGNING_SECRET,
        api_url=slack.url,
        accept=backlog.accept,
    )
    await platform.start()
    backlog.add_sender(Platform.SLACK, platform.sender)
    backlog.start()
    try:
        yield outbox
    finally:
        await backlog.stop()
        await platform.stop()
        await database.close()
