"""From Slack's payloads to `Message`. Pure; what Coach does not react to becomes None."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.messages import Message, Person, Place, Platform, Press, Venue
from bot.platforms.slack.handle import Handle
from bot.platforms.slack.identity import Identity
from bot.platforms.slack.markup import readable, unescaped
from bot.platforms.slack.render import ASK

Payload = Mapping[str, Any]

_WRITTEN = {None, "file_share", "thread_broadcast"}


def from_event(body: Payload, me: Identity) -> Message | None:
    """Translate an Events API payload."""
    event: Payload = body["event"]
    translate = _EVENTS.get(event["type"])
    if translate is None or _not_for_us(event, me):
        return None
    return translate(body["event_id"], event, me)


def from_command(body: Payload, me: Identity) -> Message:
    """Translate `/coach …`; the answer is for the asker alone."""
    verb, _, rest = body.get("text", "").strip().partition(" ")
    asked = rest if verb.lower() == "ask" else f"{verb} {rest}"
    channel = body["channel_id"]
    return Message(
        id=f"cmd-{body['trigger_id']}",
        place=_place(me, channel, venue=_venue(channel)),
        person=Person(id=body["user_id"], name=body.get("user_name", "")),
        text=readable(asked, me.bot_user) if asked.strip() else "help",
        hidden=True,
        handle=str(Handle(response_url=body.get("response_url", ""), private=True)),
    )


def from_action(body: Payload, me: Identity) -> Message | None:
    """Translate a pressed button; a suggested question becomes that question."""
    action: Payload = body["actions"][0]
    container: Payload = body.get("container", {})
    channel = body.get("channel", {}).get("id") or container.get("channel_id")
    if not channel or action.get("type") != "button":
        return None
    asks, unseen = action["action_id"] == ASK, bool(container.get("is_ephemeral"))
    value = unescaped(action.get("value", ""))
    place = _place(me, channel, _pressed_thread(body, asks and not unseen), _venue(channel))
    handle = Handle(
        after=action.get("action_ts", ""),
        response_url=body.get("response_url", ""),
        private=asks and unseen,
    )
    return Message(
        id=f"press-{body['trigger_id']}",
        place=place,
        person=Person(id=body["user"]["id"], name=body["user"].get("name", "")),
        text=value if asks else "",
        press=None if asks else Press(action=action["action_id"], value=value),
        hidden=asks and unseen,
        handle=str(handle),
    )


def _not_for_us(event: Payload, me: Identity) -> bool:
    written = event.get("subtype") in _WRITTEN and not event.get("edited")
    by_bot = event.get("bot_id") or event.get("user") in (me.bot_user, "USLACKBOT")
    return bool(not written or by_bot or event.get("hidden"))


def _mention(event_id: str, event: Payload, me: Identity) -> Message | None:
    if _venue(event["channel"]) == Venue.PRIVATE:
        return None  # the same words also arrive as a private message
    return _said(event_id, event, me, event.get("thread_ts") or event["ts"], Venue.CHANNEL)


def _private(event_id: str, event: Payload, me: Identity) -> Message | None:
    if event.get("channel_type") != "im":
        return None
    thread = event.get("thread_ts") or ""
    return _said(event_id, event, me, thread, Venue.ASSISTANT if thread else Venue.PRIVATE)


def _said(event_id: str, event: Payload, me: Identity, thread: str, venue: Venue) -> Message | None:
    if not event.get("user"):
        return None
    return Message(
        id=event_id,
        place=_place(me, event["channel"], thread, venue),
        person=Person(id=event["user"]),
        text=readable(event.get("text") or "", me.bot_user),
        handle=str(Handle(after=event["ts"])),
    )


def _assistant_opened(event_id: str, event: Payload, me: Identity) -> Message:
    thread: Payload = event["assistant_thread"]
    return Message(
        id=event_id,
        place=_place(me, thread["channel_id"], thread["thread_ts"], Venue.ASSISTANT),
        person=Person(id=thread["user_id"]),
        opened=True,
        handle=str(Handle(after=thread["thread_ts"])),
    )


def _home_opened(event_id: str, event: Payload, me: Identity) -> Message | None:
    if event.get("tab") != "home":
        return None
    return Message(
        id=event_id,
        place=_place(me, event.get("channel") or event["user"]),
        person=Person(id=event["user"]),
        opened=True,
        handle=str(Handle(home=True)),
    )


_EVENTS: Mapping[str, Callable[[str, Payload, Identity], Message | None]] = {
    "app_mention": _mention,
    "message": _private,
    "assistant_thread_started": _assistant_opened,
    "app_home_opened": _home_opened,
}


def _pressed_thread(body: Payload, starts_one: bool) -> str:
    """Return the pressed message's thread; a public answer to it *starts_one* in a channel."""
    container, message = body.get("container", {}), body.get("message", {})
    thread = container.get("thread_ts") or message.get("thread_ts") or ""
    if thread or not starts_one or _venue(body["channel"]["id"]) == Venue.PRIVATE:
        return thread
    return container.get("message_ts") or message.get("ts") or ""


def _place(me: Identity, channel: str, thread: str = "", venue: Venue = Venue.PRIVATE) -> Place:
    return Place(
        platform=Platform.SLACK, workspace=me.team, channel=channel, thread=thread, venue=venue
    )


def _venue(channel: str) -> Venue:
    return Venue.PRIVATE if channel.startswith("D") else Venue.CHANNEL
