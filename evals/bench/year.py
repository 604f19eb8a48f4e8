"""A year's log of 200 people: exported, charted, and what else waits while that happens."""

import asyncio
import time
from pathlib import Path

from bot.charts import render
from evals.bench import bare
from evals.bench.crowds import COLLEAGUES, DUE, SetClock, opened, url_of
from evals.bench.figures import Row, ratio, seconds
from evals.bench.heartbeat import Heartbeat
from evals.bench.running import run
from evals.bench.slack import TEAM

_BESIDE = "reading that table, bare SQLite (limit)"
_LOG = f"a year of {COLLEAGUES} people, 200,000 outcomes"


async def telling_of_a_year(folder: Path, file: Path, rounds: int) -> list[Row]:
    """Export and chart the log in *file*, in turns with reading its outcomes alone."""
    taken: dict[str, list[float]] = {kind: [] for kind in ("csv", "json", "chart", "stall", "read")}
    for _ in range(rounds):
        for kind in ("csv", "json"):
            taken[kind].append(await _exported(folder, file, kind))
        charted, stalled = await _charted(file)
        taken["chart"].append(charted)
        taken["stall"].append(stalled)
        taken["read"].append(bare.read(file, "outcomes"))
    return [
        _row(f"{_LOG}: `coach log export --format csv`", taken["csv"], taken["read"], "< 10 s"),
        _row(f"{_LOG}: `coach log export --format json`", taken["json"], taken["read"], "< 10 s"),
        _row(f"{_LOG}: an objective's odds and chart, PNG", taken["chart"], taken["read"], "< 3 s"),
        Row(
            "longest stall of the event loop while that is read and charted",
            seconds(taken["stall"]),
            goal="< 1 s",
        ),
    ]


def _row(what: str, coach: list[float], other: list[float], goal: str) -> Row:
    return Row(what, seconds(coach), seconds(other), _BESIDE, ratio(coach, other), goal)


async def _exported(folder: Path, file: Path, kind: str) -> float:
    target = folder / f"log.{kind}"
    export = ("-m", "bot", "log", "export", "--format", kind, "--out", str(target))
    where = ("--workspace", TEAM)
    _, taken = await run(folder, *export, *where, COACH_DATABASE_URL=url_of(file))
    return taken


async def _charted(file: Path) -> tuple[float, float]:
    """Return the seconds from asking for an objective's odds to its picture, and the stall."""
    beat = Heartbeat()
    async with opened(file, SetClock(DUE)) as (_, parts):
        objective = (await parts.log.objectives(TEAM))[0]
        async with beat.beating():
            started = time.perf_counter()
            reply = await parts.telling.odds(TEAM, objective)
            if reply.chart:
                await asyncio.to_thread(render, reply.chart)
            taken = time.perf_counter() - started
    return taken, beat.longest
