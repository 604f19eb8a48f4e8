"""What every activity says: who, where, which, and what came with it. Pure."""

import json
from hashlib import sha256
from typing import Literal

from bot.frozen import Frozen
from bot.messages import Message, Person, Place, Platform, Venue
from bot.platforms.teams.payloads import fields, objects
from bot.platforms.teams.wire import Payload

_FILE = "application/vnd.microsoft.teams.file.download.info"
_LONGEST_ID = 150


class SharedFile(Frozen):
    """A file that came with a message; `url` serves it for a few minutes, without a token."""

    name: str
    url: str = ""


class Handle(Frozen):
    """Teams' own reference for answering, as `Message.handle`.

    `activity` is the id of what was posted, `pressed` that of the message whose button was
    pressed or which was voted on. `files` came with the message.
    """

    activity: str = ""
    pressed: str = ""
    files: tuple[SharedFile, ...] = ()

    @classmethod
    def read(cls, text: str) -> "Handle":
        """Return the handle that `str` wrote."""
        return cls.model_validate_json(text or "{}")

    def __str__(self) -> str:
        """Write it as `Message.handle`."""
        return self.model_dump_json(exclude_defaults=True)


def workspace_of(activity: Payload) -> str:
    """Return the tenant that the activity comes from; empty if it does not say."""
    tenant = fields(fields(activity.get("channelData")).get("tenant"))
    return str(tenant.get("id") or fields(activity.get("conversation")).get("tenantId") or "")


def person_of(activity: Payload) -> Person:
    """Return who did it, by the id that is the same in every conversation where there is one."""
    sender = fields(activity.get("from"))
    id_ = str(sender.get("aadObjectId") or sender.get("id") or "")
    return Person(id=id_, name=str(sender.get("name") or ""))


def place_of(activity: Payload) -> Place:
    """Return where it happened."""
    conversation = fields(activity.get("conversation"))
    channel, _, root = str(conversation.get("id", "")).partition(";messageid=")
    kind = kind_of(conversation)
    thread = (root or str(activity.get("id") or "")) if kind == "channel" else ""
    return Place(
        platform=Platform.TEAMS,
        workspace=workspace_of(activity),
        channel=channel,
        thread=thread,
        venue=Venue.PRIVATE if kind == "person" else Venue.CHANNEL,
    )


def kind_of(conversation: Payload) -> Literal["person", "channel", "group"]:
    """Tell what kind of conversation it is; a chat with others is never taken for a private one.

    Teams calls a chat of two people "personal" too, and a meeting's nothing at all, where somebody
    chooses one of their messages for Coach. Chats of people have ids that begin with 19:.
    """
    if conversation.get("conversationType") == "channel":
        return "channel"
    told = conversation.get("conversationType") == "groupChat" or conversation.get("isGroup")
    return "group" if told or str(conversation.get("id", "")).startswith("19:") else "person"


def bot_of(activity: Payload) -> str:
    """Return Coach's own id in the conversation."""
    return str(fields(activity.get("recipient")).get("id") or "")


def is_own(activity: Payload) -> bool:
    """Tell whether Coach itself did it."""
    sender = fields(activity.get("from")).get("id")
    return bool(sender) and sender == bot_of(activity)


def message_of(activity: Payload, place: Place) -> Message:
    """Return a message of its person at *place* that says nothing yet."""
    handle = Handle(
        activity=str(activity.get("id") or ""),
        pressed=str(activity.get("replyToId") or ""),
        files=_files(activity),
    )
    return Message(id=_id(activity), place=place, person=person_of(activity), handle=str(handle))


def _id(activity: Payload) -> str:
    """Return an id that every delivery of the activity has, and no other activity."""
    given = str(activity.get("id") or "")
    if not given:  # then what it says and when is all there is
        said = [activity.get(key) for key in ("name", "timestamp", "from", "text", "value")]
        given = json.dumps(said, sort_keys=True, default=str)
    conversation = str(fields(activity.get("conversation")).get("id") or "")
    whole = f"{conversation}|{given}"
    return whole if len(whole) <= _LONGEST_ID else sha256(whole.encode()).hexdigest()


def _files(activity: Payload) -> tuple[SharedFile, ...]:
    attached = [a for a in objects(activity.get("attachments")) if a.get("contentType") == _FILE]
    return tuple(_file(attachment) for attachment in attached)


def _file(attachment: Payload) -> SharedFile:
    content = fields(attachment.get("content"))
    name, ending = str(attachment.get("name") or "file"), str(content.get("fileType") or "")
    named = not ending or name.lower().endswith(f".{ending.lower()}")
    url = str(content.get("downloadUrl") or "")
    return SharedFile(name=name if named else f"{name}.{ending}", url=url)
