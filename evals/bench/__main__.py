"""`python -m evals.bench`: measure, print the table, file it in evals/reports/bench.md."""

import asyncio
import enum
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from evals.bench.asking import PERMITTED
from evals.bench.cold import cold_answers
from evals.bench.figures import HEADER, Row, seconds
from evals.bench.filing import file
from evals.bench.ingestion import ingestion
from evals.bench.intake import intake
from evals.bench.rebuilding import acknowledgements
from evals.bench.reviewing import reviews
from evals.bench.running import build_index
from evals.bench.slack import AgreeableSlack
from evals.bench.standups import standups
from evals.bench.start_up import start_up
from evals.bench.teams import teams
from evals.bench.warm import warm_answers
from evals.reports import REPORTS, Report


class Part(enum.StrEnum):
    """What can be measured on its own."""

    ENGINE = "engine"
    REVIEWS = "reviews"
    STANDUPS = "standups"
    TEAMS = "teams"


def bench(
    parts: Annotated[list[Part] | None, typer.Argument(help="What to measure; all of it.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="How often things are measured.")] = 5,
) -> None:
    """Measure answers, intake, start-up, memory, ingestion; reviews; full-size standups; Teams.

    A few minutes each; the tables go to evals/reports/bench.md.
    """
    for part in parts or Part:
        started, load = time.monotonic(), os.getloadavg()[0]
        with tempfile.TemporaryDirectory(prefix="coach-bench-") as folder:
            rows = asyncio.run(_PARTS[part](Path(folder), rounds))
        minutes = (time.monotonic() - started) / 60
        report = _REPORTS[part](rows, rounds, _machine(load), minutes)
        print(report.markdown())
        file(report, REPORTS / "bench.md")


async def _engine(folder: Path, rounds: int) -> list[Row]:
    built = await build_index(folder)
    index = folder / "chroma"
    rows = [Row("first answer ever: `coach ask` without an index", seconds([built]))]
    async with AgreeableSlack().served() as slack:
        rows += await warm_answers(index, rounds)
        rows += await cold_answers(folder, folder, rounds)
        rows += await intake(folder, slack, rounds)
        rows += await acknowledgements(folder, index, slack)
        rows += await start_up(folder, index, slack, rounds)
    return rows + await ingestion(folder, index)


def _machine(load: float) -> str:
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}; load average {load:.1f} before it began"
    )


_COMPARE = "Ratios are of medians: compare them rather than the times, which are this machine's."


def _of_engine(rows: list[Row], rounds: int, machine: str, minutes: float) -> Report:
    return _report(
        "Benchmarks (built-in engine)",
        rows,
        f"Medians of {rounds} rounds, in turns with what stands beside; [least–greatest]. "
        f"{_COMPARE}",
        "Intake: server and load generator in processes of their own; the queues' workers "
        "rest. During the rebuild they work: the same process answers what it takes in.",
        f"{machine}; {minutes:.1f} minutes. Again: `make bench ARGS=engine`.",
    )


def _of_reviews(rows: list[Row], rounds: int, machine: str, minutes: float) -> Report:
    return _report(
        "Benchmarks of reviews (built-in engine)",
        rows,
        f"Medians of {rounds} rounds; [least–greatest]. {_COMPARE}",
        "The drafts are those of `evals/data`, flawed and clean; the long ones are many of them "
        "one after the other. A flawed draft is read up to four times: its rewrite is reviewed "
        "again until nothing is left, and only what changed is read anew.",
        f"{machine}; {minutes:.1f} minutes. Again: `make bench ARGS=reviews`.",
    )


def _of_standups(rows: list[Row], rounds: int, machine: str, minutes: float) -> Report:
    return _report(
        "Benchmarks of standups (SQLite)",
        rows,
        f"Medians of {rounds} rounds; [least–greatest]. {_COMPARE}",
        f"Prompts are sent by the real sender to a Slack on loopback that takes {PERMITTED} a "
        "second and answers all others with 429 and Retry-After: 1. That is time, compressed: "
        "Slack's own limit for a workspace is some hundred a minute. Measured once.",
        "A check-in's answer is timed from storing what came, before it is acknowledged, to the "
        "stored thanks: four transactions and what is read for them.",
        f"{machine}; {minutes:.1f} minutes. Again: `make bench ARGS=standups`.",
    )


def _of_teams(rows: list[Row], rounds: int, machine: str, minutes: float) -> Report:
    return _report(
        "Benchmarks of the Teams adapter",
        rows,
        f"Medians of {rounds} rounds of p50, one request after another; [least–greatest]. Server "
        "and client share a process, and Microsoft is a server on loopback that agrees to all.",
        "What is measured ends where Coach begins: nothing is stored or answered but addresses. "
        "The bare way out posts the words alone, without a card.",
        f"{machine}; {minutes:.1f} minutes. Again: `make bench ARGS=teams`.",
    )


def _report(title: str, rows: list[Row], *notes: str) -> Report:
    return Report(
        name="bench",
        title=title,
        header=HEADER,
        rows=tuple(row.cells() for row in rows),
        notes=notes,
    )


_PARTS = {
    Part.ENGINE: _engine,
    Part.REVIEWS: reviews,
    Part.STANDUPS: standups,
    Part.TEAMS: teams,
}
_REPORTS = {
    Part.ENGINE: _of_engine,
    Part.REVIEWS: _of_reviews,
    Part.STANDUPS: _of_standups,
    Part.TEAMS: _of_teams,
}


if __name__ == "__main__":
    typer.run(bench)
