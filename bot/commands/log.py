"""`coach log`: the hypothesis log on the command line."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from bot import log_transfer
from bot.clock import now
from bot.commands.batches import read_text, write
from bot.commands.console import err, out, start_quietly
from bot.commands.workspaces import chosen_workspace
from bot.stores.database import open_database
from bot.team_wiring import TeamParts, open_team


async def export(kind: Literal["csv", "json"], target: Path | None, workspace: str) -> None:
    """Write the log of a workspace to *target*, or to standard output."""
    async with _opened(workspace) as (parts, where):
        found = await log_transfer.collect(
            parts.log, parts.standups, where, now(), check_ins=kind == "json"
        )
    text = log_transfer.as_csv(found) if kind == "csv" else log_transfer.as_json(found)
    write(text, target)
    if not found.objectives:
        err.print(f"The log of workspace {where} is empty.")


async def import_(source: Path, workspace: str) -> None:
    """Add what the export in *source* holds. Raises InputProblem."""
    found = log_transfer.read(read_text(source))
    async with _opened(workspace) as (parts, where):
        new = await log_transfer.put_back(found, parts.log, where)
    if new == log_transfer.Imported():
        out.print(f"The log of workspace {where} has all of that already; nothing was changed.")
        return
    out.print(
        f"Added to workspace {where}: {_count(new.objectives, 'version')} of objectives, "
        f"{new.hypotheses} of hypotheses, {_count(new.outcomes, 'outcome')}, "
        f"{_count(new.measurements, 'reading')}."
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


async def show(workspace: str) -> None:
    """Print the portfolio."""
    async with _opened(workspace) as (parts, where):
        reply = await parts.telling.portfolio(where)
    out.print(reply.text)
    for section in reply.sections:
        out.print(f"\n{section.title}", style="bold")
        out.print(section.text)


@asynccontextmanager
async def _opened(workspace: str) -> AsyncGenerator[tuple[TeamParts, str]]:
    """Open the database alone, so that the command starts at once."""
    settings = start_quietly()
    where = await chosen_workspace(settings, workspace)
    database = await open_database(settings.database_url)
    try:
        yield open_team(database, now), where
    finally:
        await database.close()
