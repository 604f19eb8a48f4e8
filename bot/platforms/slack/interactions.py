"""From what people press, choose and command to `Message`. Pure.

What Coach does not react to becomes None.
"""

from bot.messages import Message, Person, Press, Venue
from bot.platforms.slack.events import Payload, place_of, shared_files, venue_of
from bot.platforms.slack.handle import Handle
from bot.platforms.slack.identity import Identity
from bot.platforms.slack.markup import drafted, readable, unescaped
from bot.platforms.slack.render import ASK, OPENS_FORM

REVIEW_UPDATE = "review_update"


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
    match verb.lower():
        case "review" | "context" as known:
            return {"verb": known, "text": drafted(rest, me.bot_user)}
        case "ask":
            return {"verb": "ask", "text": readable(rest, me.bot_user) or "help"}
        case _:
            return {"text": readable(body.get("text", ""), me.bot_user) or "help"}


def asks_for_form(message: Message) -> bool:
    """Tell whether a command leaves to a form what it is about."""
    return message.verb in ("review", "context") and not message.text


def from_action(body: Payload, me: Identity) -> Message | None:
    """Translate a pressed button; a suggested question becomes that question."""
    action: Payload = body["actions"][0]
    container: Payload = body.get("container", {})
    channel = body.get("channel", {}).get("id") or container.get("channel_id")
    if not channel or action.get("type") != "button":
        return None
    name = action["action_id"].removeprefix(OPENS_FORM)
    asks, unseen = name == ASK, bool(container.get("is_ephemeral"))
    value = unescaped(action.get("value", ""))
    place = place_of(me, channel, _pressed_thread(body, asks and not unseen), venue_of(channel))
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


def _pressed_thread(body: Payload, starts_one: bool) -> str:
    """Return the pressed message's thread; a public answer to it *starts_one* in a channel."""
    container, message = body.get("container", {}), body.get("message", {})
    thread = container.get("thread_ts") or message.get("thread_ts") or ""
    if thread or not starts_one or venue_of(body["channel"]["id"]) == Venue.PRIVATE:
        return thread
    return container.get("message_ts") or message.get("ts") or ""
