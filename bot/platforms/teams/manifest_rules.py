"""Microsoft's published rules for the manifest of a Teams app, written down as a check.

Sources: the app manifest schema 1.19 and its reference on learn.microsoft.com. That the bot's id is
the app's id is Coach's own rule. What Coach's manifest does not use is left to Teams.
"""

from collections.abc import Iterator
from typing import Any, cast

from bot.platforms.teams.shapes import (
    Rule,
    anything,
    constant,
    flag,
    https,
    listed,
    one_of,
    record,
    text,
)

SCHEMA_VERSION = "1.19"
SCHEMA = (
    f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA_VERSION}/"
    "MicrosoftTeams.schema.json"
)
SCOPES = ("personal", "team", "groupChat")

_guid = text(36, r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "a GUID")
_number = r"(0|[1-9][0-9]*)"
_version = text(256, rf"{_number}\.{_number}\.{_number}", "a version such as 1.0.0")
_colour = text(7, r"#[0-9a-fA-F]{6}", "a colour such as #2B59C3")
_file = text(2048, r"[^/\\]+\.png", "a PNG file beside the manifest")
_domain = text(
    2048,
    r"(\*\.)?([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+(:[0-9]+)?",
    "a host such as coach.example.com, without https:// and path",
)
_scopes = listed(one_of(*SCOPES), most=3)
_bot_command = record({"title": text(32), "description": text(128)})
_bot = record(
    {"botId": _guid, "scopes": _scopes},
    {
        "supportsFiles": flag,
        "isNotificationOnly": flag,
        "needsChannelSelector": flag,
        "supportsCalling": flag,
        "supportsVideo": flag,
        "configuration": anything,
        "commandLists": listed(
            record({"scopes": _scopes, "commands": listed(_bot_command, most=10)}), most=3
        ),
    },
)
_parameter = record(
    {"name": text(64), "title": text(32)},
    {
        "inputType": one_of("text", "textarea", "number", "date", "time", "toggle", "choiceset"),
        "description": text(128),
        "value": text(512),
        "isRequired": flag,
        "semanticDescription": text(2000),
        "choices": listed(record({"title": text(128), "value": text(512)}), most=10),
    },
)
_size = text(16, r"(?i)([0-9]*\.)?[0-9]+|large|medium|small", "a number, large, medium or small")
_extension_command = record(
    {"id": text(64), "title": text(32)},
    {
        "type": one_of("query", "action"),
        "context": listed(one_of("compose", "commandBox", "message"), most=3),
        "description": text(128),
        "initialRun": flag,
        "fetchTask": flag,
        "parameters": listed(_parameter, most=5),
        "taskInfo": record({}, {"title": text(64), "width": _size, "height": _size, "url": https}),
        "semanticDescription": text(5000),
        "samplePrompts": anything,
    },
)
_extension = record(
    {"botId": _guid, "commands": listed(_extension_command, most=10)},
    {
        "composeExtensionType": constant("botBased"),
        "canUpdateConfiguration": flag,
        "messageHandlers": anything,
    },
)
_ELSEWHERE: dict[str, Rule] = dict.fromkeys(
    (
        "activities", "authorization", "configurableProperties", "configurableTabs", "connectors",
        "copilotAgents", "dashboardCards", "defaultGroupCapability", "devicePermissions",
        "extensions", "graphConnector", "localizationInfo", "meetingExtensionDefinition",
        "permissions", "staticTabs", "subscriptionOffer", "supportedChannelTypes",
    ),
    anything,
)  # fmt: skip
_manifest = record(
    {
        "$schema": constant(SCHEMA),
        "manifestVersion": constant(SCHEMA_VERSION),
        "version": _version,
        "id": _guid,
        "developer": record(
            {"name": text(32), "websiteUrl": https, "privacyUrl": https, "termsOfUseUrl": https},
            {"mpnId": text(10)},
        ),
        "name": record({"short": text(30), "full": text(100)}),
        "description": record({"short": text(80), "full": text(4000)}),
        "icons": record({"color": _file, "outline": _file}),
        "accentColor": _colour,
        "bots": listed(_bot, most=1),
    },
    {
        "composeExtensions": listed(_extension, most=1),
        "validDomains": listed(_domain, most=16, least=0),
        "webApplicationInfo": record({"id": _guid}, {"resource": text(2048)}),
        "defaultInstallScope": one_of(*SCOPES, "meetings"),
        "defaultBlockUntilAdminAction": flag,
        "publisherDocsUrl": https,
        "showLoadingIndicator": flag,
        "isFullScreen": flag,
        **_ELSEWHERE,
    },
)


def manifest_problems(manifest: Any) -> Iterator[str]:
    """Yield every reason why Teams would refuse *manifest*, as sentences."""
    yield from _manifest("", manifest)
    if isinstance(manifest, dict):
        yield from _between(cast(dict[str, Any], manifest))


def _between(manifest: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with fields taken together; each alone was looked at before."""
    yield from _descriptions(manifest)
    bots, extensions = _objects(manifest, "bots"), _objects(manifest, "composeExtensions")
    for where, entry in [("bots", bot) for bot in bots] + [
        ("composeExtensions", extension) for extension in extensions
    ]:
        if str(entry.get("botId")).lower() != str(manifest.get("id")).lower():
            yield f"{where}: botId differs from the app's id; for Coach they are the same."
    for bot in bots:
        yield from _command_lists(bot, manifest.get("defaultInstallScope"))
    for extension in extensions:
        yield from _extension_commands(_objects(extension, "commands"))


def _descriptions(manifest: dict[str, Any]) -> Iterator[str]:
    told = manifest.get("description")
    if not isinstance(told, dict):
        return
    both = cast(dict[str, Any], told)
    short, full = both.get("short"), both.get("full")
    if short and isinstance(short, str) and isinstance(full, str) and short in full:
        yield "description.full must not repeat description.short."


def _command_lists(bot: dict[str, Any], default: Any) -> Iterator[str]:
    scopes = _strings(bot, "scopes")
    if default in SCOPES and default not in scopes:
        yield f"defaultInstallScope is {default}, but the bot is not in that scope."
    seen: set[str] = set()
    for commands in _objects(bot, "commandLists"):
        for scope in _strings(commands, "scopes"):
            if scope in SCOPES and scope not in scopes:
                yield f"commandLists: commands for {scope}, but the bot is not in that scope."
            if scope in seen:
                yield f"commandLists: {scope} has more than one list."
            seen.add(scope)
        yield from _twice("commandLists", "title", _objects(commands, "commands"))


def _extension_commands(commands: list[dict[str, Any]]) -> Iterator[str]:
    yield from _twice("composeExtensions.commands", "id", commands)
    for command in commands:
        where = f"composeExtensions.commands: {str(command.get('id'))[:64]}"
        action = command.get("type") == "action"
        if "message" in _strings(command, "context") and not action:
            yield f"{where} is in the menu of messages, so its type must be action."
        if action and not command.get("fetchTask") and not command.get("parameters"):
            yield f"{where} needs fetchTask or parameters, or there is nothing to show."


def _twice(where: str, name: str, items: list[dict[str, Any]]) -> Iterator[str]:
    given = [item[name] for item in items if isinstance(item.get(name), str)]
    for value in sorted({value for value in given if given.count(value) > 1}):
        yield f"{where}: the {name} “{value[:64]}” is used twice."


def _objects(holder: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = holder.get(name)
    items = cast(list[Any], found) if isinstance(found, list) else []
    return [cast(dict[str, Any], item) for item in items if isinstance(item, dict)]


def _strings(holder: dict[str, Any], name: str) -> list[str]:
    found = holder.get(name)
    items = cast(list[Any], found) if isinstance(found, list) else []
    return [item for item in items if isinstance(item, str)]
