"""From what people press, choose and command to `Message`. Pure.

What Coach does not react to becomes None.
"""

from bot.messages import Message, Person, Place, Press, Venue
from bot.platforms.slack.events import Payload, place_of, shared_files, venue_of
from bot.platforms.slack.handle import Handle
from bot.platforms.slack.identity import Identity
from bot.platforms.slack.markup import drafted, readable, unescaped
from bot.platforms.slack.render import ASK, OPENS_FORM

REVIEW_UPDATE = "review_update"
_OPENS_ITS_FORM = frozenset({"review", "context", "standup", "objective", "hypothesis"})
_VERBS = _OPENS_ITS_FORM | {"odds", "checkin"}


def from_command(body: Payload, me: Identity) -> Message:
    """Translate `/coach …`; the answer is for the asker alone."""
    verb, *rest = body.get("text", "").strip().split(maxsplit=1)[:2] or [""]
    channel = body["channel_id"]
    message = Message(
        id=f"cmd-{body['trigger_id']}",
        place=place_of(me, channel, venue=venue_of(channel)),
        person=Person(id=body["user_id"], name=body.get("user_name", "")),
        hidden=True,
        handle=str(Handle(response_url=body.get("response_url", ""), private=True)),
    )
    return message.model_copy(update=_asked(verb, "".join(rest), body, me))


def _asked(verb: str, rest: str, body: Payload, me: Identity) -> dict[str, str]:
    known = verb.lower().replace("-", "")  # check-in
    if known in _VERBS:
        return {"verb": known, "text": drafted(rest, me.bot_user)}
    if known == "ask":
        return {"verb": known, "text": readable(rest, me.bot_user) or "help"}
    return {"text": readable(body.get("text", ""), me.bot_user) or "help"}


def asks_for_form(message: Message) -> bool:
    """Tell whether a command leaves to a form what it is about."""
    return message.verb in _OPENS_ITS_FORM and not message.text


def from_action(body: Payload, me: Identity) -> Message | None:
    """Translate a pressed button; a suggested question becomes that question."""
    action: Payload = body["actions"][0]
    container: Payload = body.get("container", {})
    if action.get("type") != "button":
        return None
    name = action["action_id"].removeprefix(OPENS_FORM)
    asks, unseen = name == ASK, bool(container.get("is_ephemeral"))
    place = _pressed_place(body, me, asks and not unseen)
    if place is None:
        return None
    value = unescaped(action.get("value", ""))
    handle = Handle(
        after=action.get("action_ts", ""),
        response_url=body.get("response_url", ""),
        private=unseen and (asks or opens_form(action)),
    )
    return Message(
        id=f"press-{body['trigger_id']}",
        place=place,
        person=Person(id=body["user"]["id"], name=body["user"].get("name", "")),
        text=value if asks else "",
        press=None if asks else Press(action=name, value=value),
        hidden=unseen,
        handle=str(handle),
    )


def opens_form(action: Payload) -> bool:
    """Tell whether a form belongs to the pressed button."""
    return str(action.get("action_id", "")).startswith(OPENS_FORM)


def from_shortcut(body: Payload, me: Identity) -> Message | None:
    """Translate “Review this update” on a message; the review goes to the person directly."""
    if body.get("callback_id") != REVIEW_UPDATE:
        return None
    chosen: Payload = body.get("message", {})
    person = Person(id=body["user"]["id"], name=body["user"].get("name", ""))
    handle = Handle(after=body.get("action_ts", ""), files=shared_files(chosen))
    return Message(
        id=f"shortcut-{body['trigger_id']}",
        place=place_of(me, person.id),
        person=person,
        text=drafted(chosen.get("text") or "", me.bot_user),
        verb="review",
        handle=str(handle),
    )


def _pressed_place(body: Payload, me: Identity, starts_thread: bool) -> Place | None:
    """Return where a press is answered: where it was, or privately if it was in the home tab."""
    channel = body.get("channel", {}).get("id") or body.get("container", {}).get("channel_id")
    if channel:
        venue = venue_of(channel)
        thread = _pressed_thread(body, starts_thread and venue == Venue.CHANNEL)
        return place_of(me, channel, thread, venue)
    at_home = body.get("view", {}).get("type") == "home"
    return place_of(me, body["user"]["id"]) if at_home else None


def _pressed_thread(body: Payload, starts_one: bool) -> str:
    """Return the pressed message's thread; the message itself if the answer *starts_one*."""
    container, message = body.get("container", {}), body.get("message", {})
    thread = container.get("thread_ts") or message.get("thread_ts") or ""
    if thread or not starts_one:
        return thread
    return container.get("message_ts") or message.get("ts") or ""
