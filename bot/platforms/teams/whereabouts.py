"""What an activity tells of where its person, and its channel or group, are reached. Pure."""

from bot.platforms.teams.envelope import (
    bot_of,
    is_own,
    kind_of,
    person_of,
    place_of,
    workspace_of,
)
from bot.platforms.teams.payloads import fields, objects
from bot.platforms.teams.wire import Payload
from bot.ports import Address


def address_of(activity: Payload) -> list[Address]:
    """Return what *activity* tells of where its person, and its channel or group, are reached."""
    return [*_person_address(activity), *_group_address(activity)]


def _person_address(activity: Payload) -> list[Address]:
    person, sender = person_of(activity), fields(activity.get("from"))
    if not person.id or is_own(activity) or sender.get("role") == "bot":
        return []
    conversation = fields(activity.get("conversation"))
    private = kind_of(conversation) == "person"
    return [
        Address(
            workspace=workspace_of(activity),
            id=person.id,
            kind="person",
            service_url=str(activity.get("serviceUrl") or ""),
            conversation=str(conversation.get("id") or "") if private else "",
            member=str(sender.get("id") or ""),
            bot=bot_of(activity),
            name=person.name,
            zone=_zone(activity),
            installed=not (private and _was_removed(activity)),
        )
    ]


def _group_address(activity: Payload) -> list[Address]:
    conversation, data = fields(activity.get("conversation")), fields(activity.get("channelData"))
    kind = kind_of(conversation)
    place = place_of(activity)
    # From the menu of a message Coach is called also where it is not installed.
    from_menu = str(activity.get("name") or "").startswith("composeExtension/")
    if kind == "person" or not place.channel or from_menu:
        return []
    name = fields(data.get("channel")).get("name") or conversation.get("name") or ""
    return [
        Address(
            workspace=place.workspace,
            id=place.channel,
            kind=kind,
            service_url=str(activity.get("serviceUrl") or ""),
            conversation=place.channel,
            bot=bot_of(activity),
            team=str(fields(data.get("team")).get("id") or ""),
            name=str(name),
            installed=not _was_removed(activity),
        )
    ]


def _zone(activity: Payload) -> str:
    told = [e for e in objects(activity.get("entities")) if e.get("type") == "clientInfo"]
    zones = [str(entity.get("timezone") or "") for entity in told]
    return next((zone for zone in zones if zone), str(activity.get("localTimezone") or ""))


def _was_removed(activity: Payload) -> bool:
    if activity.get("type") == "installationUpdate":
        return str(activity.get("action", "")).startswith("remove")
    gone = [member.get("id") for member in objects(activity.get("membersRemoved"))]
    return bot_of(activity) in gone
