"""`python -m evals.bench`: measure, print the table, write it to evals/reports/bench.md."""

import asyncio
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from evals.bench.cold import cold_answers
from evals.bench.figures import HEADER, Row, seconds
from evals.bench.ingestion import ingestion
from evals.bench.intake import intake
from evals.bench.rebuilding import acknowledgements
from evals.bench.running import build_index
from evals.bench.slack import AgreeableSlack
from evals.bench.start_up import start_up
from evals.bench.warm import warm_answers
from evals.reports import Report


def bench(
    rounds: Annotated[int, typer.Option(min=1, help="How often things are measured.")] = 5,
) -> None:
    """Measure answers, intake, start-up, memory and ingestion; a few minutes."""
    started, load = time.monotonic(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="coach-bench-") as folder:
        rows = asyncio.run(_measure(Path(folder), rounds))
    minutes = (time.monotonic() - started) / 60
    _report(rows, rounds, _machine(load), minutes).publish()


async def _measure(folder: Path, rounds: int) -> list[Row]:
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


def _report(rows: list[Row], rounds: int, machine: str, minutes: float) -> Report:
    return Report(
        name="bench",
        title="Benchmarks (built-in engine)",
        header=HEADER,
        rows=tuple(row.cells() for row in rows),
        notes=(
            f"Medians of {rounds} rounds, in turns with what stands beside; [least–greatest]. "
            "Ratios are of medians: compare them rather than the times, which are this machine's.",
            "Intake: server and load generator in processes of their own; the queues' workers "
            "rest. During the rebuild they work: the same process answers what it takes in.",
            f"{machine}; {minutes:.1f} minutes. Again: `make bench`.",
        ),
    )


if __name__ == "__main__":
    typer.run(bench)
