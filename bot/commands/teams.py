"""`coach teams`: the app package that an administrator uploads to Microsoft Teams."""

import re
from dataclasses import dataclass
from pathlib import Path

from bot.commands.console import err, out, start_quietly
from bot.errors import InputProblem
from bot.platforms.teams.package import App, build
from bot.platforms.teams.package_rules import validate
from bot.settings import GUID

DEFAULT_OUT = Path("coach-teams.zip")
ENDPOINT = "/api/messages"

_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])")

_FROM_AZURE = "it is the “Microsoft App ID” on the Configuration page of your Azure Bot."
_NO_APP_ID = f"The bot's app id is missing. Give --app-id GUID or set TEAMS_APP_ID: {_FROM_AZURE}"
_NOT_AN_APP_ID = f"“{{}}” is no app id, which is a GUID: {_FROM_AZURE}"
_NO_HOST = (
    "The name under which Microsoft reaches Coach is missing. Give it with "
    "--host coach.example.com, without https:// and path."
)
_NOT_A_HOST = (
    "“{}” can't be used as --host: give a public name such as coach.example.com, without https://, "
    "port and path."
)
_ALREADY_THERE = (
    "{} is there already and was left as it is. Give --force to replace it, or another --out; an "
    "update for Teams also needs a higher --app-version."
)


class NoPackage(InputProblem):
    """No package was written. {reason}"""  # noqa: D415 - this is what people read


class BadPackageFile(InputProblem):
    """Teams would not take {path}:{problems}"""  # noqa: D415 - as above


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for; empty is the default of each."""

    app_id: str = ""
    host: str = ""
    name: str = ""
    version: str = ""
    developer: str = ""
    website: str = ""
    privacy: str = ""
    terms: str = ""


def package(wanted: Wanted, target: Path = DEFAULT_OUT, *, force: bool = False) -> None:
    """Build the app package and write it to *target*. Raises InputProblem."""
    app = _app(wanted, start_quietly().teams_app_id)
    content = build(app)
    _write(content, target, force=force)
    out.print(f"Written to {target}: {app.name} {app.version}, app {app.app_id}")
    out.print("Next:")
    out.print(f"  1. Messaging endpoint of your Azure Bot: https://{app.host}{ENDPOINT}")
    out.print("  2. Channels of your Azure Bot: add Microsoft Teams.")
    out.print("  3. In Teams: Apps, Manage your apps, Upload an app; or in the Teams admin center.")
    out.print("docs/teams.md has every step.")
    if not (app.website and app.privacy and app.terms):
        err.print(
            f"Where no page was given, the package names https://{app.host}/ as your website, "
            "privacy statement or terms of use: --website, --privacy and --terms name your own."
        )


def check(source: Path) -> None:
    """Say whether Teams would take the package in *source*. Raises InputProblem."""
    try:
        content = source.read_bytes()
    except OSError as error:
        raise InputProblem(problem=f"{source} can't be read ({error.strerror}).") from error
    if problems := validate(content):
        raise BadPackageFile(path=source, problems="".join(f"\n  - {each}" for each in problems))
    out.print(f"{source} keeps to Microsoft's published rules.")


def _app(wanted: Wanted, configured: str) -> App:
    host = wanted.host.strip().lower()
    if not host:
        raise NoPackage(reason=_NO_HOST)
    if not _HOST.fullmatch(host):
        raise NoPackage(reason=_NOT_A_HOST.format(wanted.host))
    return App(
        app_id=_app_id(wanted.app_id or configured),
        host=host,
        name=wanted.name.strip() or App.name,
        version=wanted.version or App.version,
        developer=wanted.developer or App.developer,
        website=wanted.website,
        privacy=wanted.privacy,
        terms=wanted.terms,
    )


def _app_id(given: str) -> str:
    if not given.strip():
        raise NoPackage(reason=_NO_APP_ID)
    if not GUID.fullmatch(given.strip()):
        raise NoPackage(reason=_NOT_AN_APP_ID.format(given))
    return given.strip().lower()


def _write(content: bytes, target: Path, *, force: bool) -> None:
    """Write all of it or nothing: a package that is there already stays until it is replaced."""
    try:
        with target.open("wb" if force else "xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise NoPackage(reason=_ALREADY_THERE.format(target)) from error
    except OSError as error:
        raise NoPackage(reason=f"{target} can't be written ({error.strerror}).") from error
