"""From what Slack says has happened (Events API) to `Message`. Pure.

What Coach does not react to becomes None.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.messages import Message, Person, Place, Platform, Venue
from bot.platforms.slack.handle import Handle, SharedFile
from bot.platforms.slack.identity import Identity
from bot.platforms.slack.markup import drafted, readable

Payload = Mapping[str, Any]

_WRITTEN = {None, "file_share", "thread_broadcast"}
_ENDINGS = {"text": ".txt", "markdown": ".md", "docx": ".docx", "pdf": ".pdf", "html": ".html"}


def from_event(body: Payload, me: Identity) -> Message | None:
    """Translate an Events API payload."""
    event: Payload = body["event"]
    translate = _EVENTS.get(event["type"])
    if translate is None or _not_for_us(event, me):
        return None
    return translate(body["event_id"], event, me)


def shared_files(message: Payload) -> tuple[SharedFile, ...]:
    """Return the files that came with a message, each named by its type if its name hides that."""
    files: Sequence[Payload] = message.get("files") or []
    return tuple(_shared(file) for file in files)


def place_of(me: Identity, channel: str, thread: str = "", venue: Venue = Venue.PRIVATE) -> Place:
    """Return a place in Coach's workspace."""
    return Place(
        platform=Platform.SLACK, workspace=me.team, channel=channel, thread=thread, venue=venue
    )


def venue_of(channel: str) -> Venue:
    """Return what kind of conversation a channel's id says it is."""
    return Venue.PRIVATE if channel.startswith("D") else Venue.CHANNEL


def _not_for_us(event: Payload, me: Identity) -> bool:
    written = event.get("subtype") in _WRITTEN and not event.get("edited")
    by_bot = event.get("bot_id") or event.get("user") in (me.bot_user, "USLACKBOT")
    return bool(not written or by_bot or event.get("hidden"))


def _mention(event_id: str, event: Payload, me: Identity) -> Message | None:
    if venue_of(event["channel"]) == Venue.PRIVATE or not event.get("user"):
        return None  # the same words also arrive as a private message
    thread = event.get("thread_ts") or event["ts"]
    return Message(
        id=event_id,
        place=place_of(me, event["channel"], thread, Venue.CHANNEL),
        person=Person(id=event["user"]),
        text=readable(event.get("text") or "", me.bot_user),
        handle=str(Handle(after=event["ts"])),
    )


def _private(event_id: str, event: Payload, me: Identity) -> Message | None:
    if event.get("channel_type") != "im" or not event.get("user"):
        return None
    thread = event.get("thread_ts") or ""
    venue = Venue.ASSISTANT if thread else Venue.PRIVATE
    return Message(
        id=event_id,
        place=place_of(me, event["channel"], thread, venue),
        person=Person(id=event["user"]),
        text=drafted(event.get("text") or "", me.bot_user),
        handle=str(Handle(after=event["ts"], files=shared_files(event))),
    )


def _assistant_opened(event_id: str, event: Payload, me: Identity) -> Message:
    thread: Payload = event["assistant_thread"]
    return Message(
        id=event_id,
        place=place_of(me, thread["channel_id"], thread["thread_ts"], Venue.ASSISTANT),
        person=Person(id=thread["user_id"]),
        opened=True,
        handle=str(Handle(after=thread["thread_ts"])),
    )


def _home_opened(event_id: str, event: Payload, me: Identity) -> Message | None:
    if event.get("tab") != "home":
        return None
    return Message(
        id=event_id,
        place=place_of(me, event.get("channel") or event["user"]),
        person=Person(id=event["user"]),
        opened=True,
        home=True,
        handle=str(Handle(home=True)),
    )


_EVENTS: Mapping[str, Callable[[str, Payload, Identity], Message | None]] = {
    "app_mention": _mention,
    "message": _private,
    "assistant_thread_started": _assistant_opened,
    "app_home_opened": _home_opened,
}


def _shared(file: Payload) -> SharedFile:
    name = str(file.get("name") or file.get("title") or "file")
    named = name.lower().endswith(tuple(_ENDINGS.values()))
    return SharedFile(
        name=name if named else name + _ENDINGS.get(str(file.get("filetype")), ""),
        url=file.get("url_private_download") or file.get("url_private") or "",
        size=file.get("size") or 0,
    )
