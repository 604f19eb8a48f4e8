"""The app package that administrators upload to Teams: the manifest and two icons, zipped.

What is built is checked against Microsoft's published rules before anybody sees it.
"""

import json
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.errors import InputProblem
from bot.platforms.teams import icons
from bot.platforms.teams.invokes import REVIEW_UPDATE
from bot.platforms.teams.manifest_rules import SCHEMA, SCHEMA_VERSION, SCOPES
from bot.platforms.teams.package_rules import MANIFEST, validate

COLOUR, OUTLINE = "color.png", "outline.png"
FIRST_VERSION = "1.0.0"

# What Teams lists above the box where people write to Coach; each is a word that Coach reacts to.
COMMANDS = (
    ("help", "What I can do, by example"),
    ("review", "Review the draft of a status update: paste it after the word, or get a form"),
    ("checkin", "Answer your check-in early or late, or change what you answered"),
    ("odds", "How likely each objective is reached, and what the bets hang on"),
    ("standup", "Set up a standup; “standup list” shows those there are"),
    ("objective", "Register what the business wants, by when"),
    ("hypothesis", "Register a bet on how to get there"),
    ("context", "Say what your metrics mean for the business; rewrites use it"),
)

_SHORT = "Answers, reviews and standups for people who lead machine-learning teams."
_FULL = """Coach knows the management side of machine learning, with the source of each statement.

- Ask a management question in a channel (mention Coach), a group chat or in private. You get a \
short answer with its sources, or an honest no where the material does not cover it.
- Send the draft of a status update, or choose “Review this update” in the menu of any message. \
Coach shows what a reader could take wrongly and proposes cautious business wording that invents \
nothing. Only you see it.
- Hold standups that ask privately what was tried and what came of it, and post a digest with the \
odds of each objective, without naming winners or losers.

Your own organisation runs Coach; messages to it go to that server and nowhere else, except to a \
language model where your administrator has set one up."""
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold: equal input, equal bytes


class BadPackage(InputProblem):
    """Teams would not take that package, so nothing was written:{problems}"""  # noqa: D415 - this is what people read


@dataclass(frozen=True)
class App:
    """What differs between the organisations that run Coach.

    Attributes:
        app_id: The bot's Microsoft app id, a GUID.
        host: The name under which Microsoft reaches Coach, without https:// and path.
        version: To be raised with every upload that changes anything.
        website: Page about the app; the default is the host itself, as for the next two.
        privacy: Page with the privacy statement.
        terms: Page with the terms of use.
    """

    app_id: str
    host: str
    name: str = "Coach"
    version: str = FIRST_VERSION
    developer: str = "Coach"
    website: str = ""
    privacy: str = ""
    terms: str = ""


def build(app: App) -> bytes:
    """Return the package of *app* as a zip; the same for the same input. Raises BadPackage."""
    package = _zipped(
        {
            MANIFEST: json.dumps(manifest(app), ensure_ascii=False, indent=2).encode() + b"\n",
            COLOUR: icons.colour(),
            OUTLINE: icons.outline(),
        }
    )
    if problems := validate(package):
        raise BadPackage(problems="".join(f"\n  - {problem}" for problem in problems))
    return package


def manifest(app: App) -> dict[str, Any]:
    """Return the manifest of *app*."""
    home = f"https://{app.host}/"
    return {
        "$schema": SCHEMA,
        "manifestVersion": SCHEMA_VERSION,
        "version": app.version,
        "id": app.app_id,
        "developer": {
            "name": app.developer,
            "websiteUrl": app.website or home,
            "privacyUrl": app.privacy or home,
            "termsOfUseUrl": app.terms or home,
        },
        "name": {"short": app.name, "full": f"{app.name} for machine-learning leads"},
        "description": {"short": _SHORT, "full": _FULL},
        "icons": {"color": COLOUR, "outline": OUTLINE},
        "accentColor": icons.ACCENT,
        "bots": [_bot(app.app_id)],
        "composeExtensions": [_message_action(app.app_id)],
        "validDomains": [app.host],
        "defaultInstallScope": "personal",
    }


def _bot(app_id: str) -> dict[str, Any]:
    commands = [{"title": title, "description": told} for title, told in COMMANDS]
    return {
        "botId": app_id,
        "scopes": list(SCOPES),
        "supportsFiles": True,
        "isNotificationOnly": False,
        "commandLists": [{"scopes": [scope], "commands": commands} for scope in SCOPES],
    }


def _message_action(app_id: str) -> dict[str, Any]:
    command = {
        "id": REVIEW_UPDATE,
        "type": "action",
        "title": "Review this update",
        "description": "Coach reviews this message; only you see the review",
        "context": ["message"],
        "fetchTask": True,
    }
    return {"botId": app_id, "commands": [command]}


def _zipped(files: dict[str, bytes]) -> bytes:
    package = BytesIO()
    with ZipFile(package, "w") as archive:
        for name, content in files.items():
            entry = ZipInfo(name, _FIXED_TIME)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 3  # Unix; the default differs between systems
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return package.getvalue()
