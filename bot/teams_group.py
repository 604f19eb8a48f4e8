"""`coach teams …`: its arguments and its help."""

from pathlib import Path
from typing import Annotated

import typer

teams = typer.Typer(
    help="The app package for Microsoft Teams: build it, check it.",
    no_args_is_help=True,
)


@teams.command("package")
def teams_package(
    host: Annotated[
        str, typer.Option(help="Name under which Microsoft reaches Coach: coach.example.com.")
    ] = "",
    app_id: Annotated[str, typer.Option(help="The bot's app id; default: TEAMS_APP_ID.")] = "",
    name: Annotated[str, typer.Option(help="What Coach is called in Teams.")] = "",
    version: Annotated[
        str, typer.Option("--app-version", help="Higher than that of the package it replaces.")
    ] = "",
    developer: Annotated[str, typer.Option(help="Your organisation.")] = "",
    website: Annotated[str, typer.Option(help="Its page about Coach, https://…")] = "",
    privacy: Annotated[str, typer.Option(help="Its privacy statement, https://…")] = "",
    terms: Annotated[str, typer.Option(help="Its terms of use, https://…")] = "",
    out: Annotated[
        Path | None, typer.Option(help="Where it goes; default: coach-teams.zip.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Build the package that an administrator uploads to Microsoft Teams.

    It holds the manifest and two icons, and is checked against Microsoft's published rules.

    Example: coach teams package --host coach.example.com --developer "Example Ltd"
    """
    from bot.commands import teams as packaging

    wanted = packaging.Wanted(
        app_id=app_id,
        host=host,
        name=name,
        developer=developer,
        website=website,
        privacy=privacy,
        terms=terms,
        version=version,
    )
    packaging.package(wanted, out or packaging.DEFAULT_OUT, force=force)


@teams.command("check")
def teams_check(
    source: Annotated[Path, typer.Argument(help="The package, a zip file.")],
) -> None:
    """Say what Microsoft Teams would refuse in an app package, all of it at once.

    Example: coach teams check coach-teams.zip
    """
    from bot.commands import teams as packaging

    packaging.check(source)
