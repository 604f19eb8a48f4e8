"""`coach standup …` and `coach log …`: their arguments and their help."""

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import typer

standup = typer.Typer(
    help="Standups on a made-up clock: try out a schedule before a team lives with it.",
    no_args_is_help=True,
)
log = typer.Typer(
    help="The hypothesis log: what teams bet on, what came of it; out of Coach and into it again.",
    no_args_is_help=True,
)
Workspace = Annotated[
    str, typer.Option(help="Slack team id; default: the configured Slack team, else the local one.")
]


@standup.command("simulate")
def standup_simulate(
    script: Annotated[Path, typer.Argument(help="The script, JSON; docs/standups.md has one.")],
    out: Annotated[Path | None, typer.Option(help="Where everything goes, as JSON.")] = None,
) -> None:
    """Play a scripted team through the real schedules, check-ins, log and digests.

    The clock is made up, everything else is what runs in production, in a database of its own.

    Example: coach standup simulate bot/demo_week.json --out week.json
    """
    from bot.commands.rehearse import simulate

    asyncio.run(simulate(script, out))


@log.command("export")
def log_export(
    kind: Annotated[
        Literal["csv", "json"],
        typer.Option("--format", help="json: everything, can be imported; csv: a table."),
    ] = "json",
    out: Annotated[Path | None, typer.Option(help="Where it goes; default: the terminal.")] = None,
    workspace: Workspace = "",
) -> None:
    """Write out everything that a workspace owns of the log.

    Example: coach log export --format csv --out log.csv
    """
    from bot.commands.log import export

    asyncio.run(export(kind, out, workspace))


@log.command("import")
def log_import(
    source: Annotated[Path, typer.Argument(help="What `coach log export --format json` wrote.")],
    workspace: Workspace = "",
) -> None:
    """Add what an export holds and the log does not; what is there stays as it is.

    Example: coach log import log.json
    """
    from bot.commands.log import import_

    asyncio.run(import_(source, workspace))


@log.command("show")
def log_show(workspace: Workspace = "") -> None:
    """Show every open objective with its bets and their odds.

    Example: coach log show
    """
    from bot.commands.log import show

    asyncio.run(show(workspace))
