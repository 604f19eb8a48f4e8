"""From what Teams posts to `Message`, and what it tells of people and places. Pure.

What Coach does not react to becomes None.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, cast
from urllib.parse import unquote

from bot.frozen import Frozen
from bot.intents import HELPFUL, NOT_HELPFUL
from bot.messages import Message, Person, Place, Platform, Press, Submission, Venue, Verb
from bot.platforms.teams.inputs import FIELD
from bot.platforms.teams.markup import from_html, readable
from bot.platforms.teams.wire import Payload
from bot.ports import Address

REVIEW_UPDATE = "reviewUpdate"
COACH = "coach"

Doing = Literal["press", "form", "submit", "refresh", "review", "feedback"]

_FILE = "application/vnd.microsoft.teams.file.download.info"
_HTML = "text/html"
_OPENS_ITS_FORM = frozenset({"review", "context", "standup", "objective", "hypothesis"})
_VERBS: Mapping[str, Verb] = {
    "review": "review",
    "context": "context",
    "standup": "standup",
    "objective": "objective",
    "hypothesis": "hypothesis",
    "odds": "odds",
    "checkin": "checkin",
    "ask": "ask",
}
_CALLED = re.compile(r"^(?:/\s*coach\b|/|coach\b(?!\s*[,:!]))\s*", re.IGNORECASE)
_SHOWS = re.compile(r"(?:list|show|all|show\s+\S.{0,80})", re.IGNORECASE)
_ODDS_OF = re.compile(r"(?:\S+\s*){1,4}")
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


@dataclass(frozen=True)
class Acted:
    """What somebody did on a card, and what it means to Coach."""

    do: Doing
    message: Message


def from_activity(activity: Payload) -> Message | None:
    """Translate a `message` activity; None for what was not said to Coach.

    The place of a pressed button is what the button carries, which a client can be made to change:
    whoever takes the message in has to ask whether its person is there.
    """
    if activity.get("type") != "message" or _is_own(activity) or not person_of(activity).id:
        return None
    coach = _coach(_dict(activity.get("value")))
    if coach:
        return _carried(activity, coach, _dict(activity.get("value")))
    place = place_of(activity)
    mentions = _own_mentions(activity)
    if place.venue == Venue.CHANNEL and not mentions:
        return None
    text = _words(activity, mentions)
    asked = _asked(text)
    # What a command shows in a channel is its person's alone, as after a slash in Slack.
    alone = "home" in asked or asked.get("verb", "ask") not in ("ask", "odds")
    hidden = alone and place.venue == Venue.CHANNEL
    return _message(activity, place).model_copy(update={**asked, "hidden": hidden})


def opened(activity: Payload) -> Message | None:
    """Translate that Coach was installed for a person; None for any other change.

    Teams tells that twice, as an installation and as a new member: it is one message.
    """
    if place_of(activity).venue != Venue.PRIVATE or not person_of(activity).id:
        return None
    if activity.get("type") == "installationUpdate":
        added = str(activity.get("action", "")).startswith("add")
    else:
        own = _dict(activity.get("recipient")).get("id")
        members = _dicts(activity.get("membersAdded"))
        added = any(member.get("id") == own for member in members)
    if not added:
        return None
    installed = _message({**activity, "id": "installed"}, place_of(activity))
    return installed.model_copy(update={"opened": True})


def acted(activity: Payload) -> Acted | None:
    """Translate an invoke; None for one that Coach does not know."""
    read = _INVOKES.get(str(activity.get("name", "")))
    if activity.get("type") != "invoke" or read is None or not person_of(activity).id:
        return None
    return read(activity, _dict(activity.get("value")))


def asks_for_form(message: Message) -> bool:
    """Tell whether a command leaves to a form what it is about."""
    return message.verb in _OPENS_ITS_FORM and not message.text.strip()


def opens_form(activity: Payload) -> bool:
    """Tell whether a form belongs to the button whose press *activity* is."""
    return _coach(_dict(activity.get("value"))).get("do") == "form"


def workspace_of(activity: Payload) -> str:
    """Return the tenant that the activity comes from; empty if it does not say."""
    tenant = _dict(_dict(activity.get("channelData")).get("tenant"))
    return str(tenant.get("id") or _dict(activity.get("conversation")).get("tenantId") or "")


def person_of(activity: Payload) -> Person:
    """Return who did it, by the id that is the same in every conversation where there is one."""
    sender = _dict(activity.get("from"))
    id_ = str(sender.get("aadObjectId") or sender.get("id") or "")
    return Person(id=id_, name=str(sender.get("name") or ""))


def place_of(activity: Payload) -> Place:
    """Return where it happened."""
    conversation = _dict(activity.get("conversation"))
    channel, _, root = str(conversation.get("id", "")).partition(";messageid=")
    kind = _kind(conversation)
    thread = (root or str(activity.get("id") or "")) if kind == "channel" else ""
    return Place(
        platform=Platform.TEAMS,
        workspace=workspace_of(activity),
        channel=channel,
        thread=thread,
        venue=Venue.PRIVATE if kind == "person" else Venue.CHANNEL,
    )


def address_of(activity: Payload) -> list[Address]:
    """Return what *activity* tells of where its person, and its channel or group, are reached."""
    return [*_person_address(activity), *_group_address(activity)]


def _person_address(activity: Payload) -> list[Address]:
    person, sender = person_of(activity), _dict(activity.get("from"))
    if not person.id or _is_own(activity) or sender.get("role") == "bot":
        return []
    conversation = _dict(activity.get("conversation"))
    private = _kind(conversation) == "person"
    return [
        Address(
            workspace=workspace_of(activity),
            id=person.id,
            kind="person",
            service_url=str(activity.get("serviceUrl") or ""),
            conversation=str(conversation.get("id") or "") if private else "",
            member=str(sender.get("id") or ""),
            bot=_bot(activity),
            name=person.name,
            zone=_zone(activity),
            installed=not (private and _was_removed(activity)),
        )
    ]


def _group_address(activity: Payload) -> list[Address]:
    conversation, data = _dict(activity.get("conversation")), _dict(activity.get("channelData"))
    kind = _kind(conversation)
    place = place_of(activity)
    # From the menu of a message Coach is called also where it is not installed.
    from_menu = str(activity.get("name") or "").startswith("composeExtension/")
    if kind == "person" or not place.channel or from_menu:
        return []
    name = _dict(data.get("channel")).get("name") or conversation.get("name") or ""
    return [
        Address(
            workspace=place.workspace,
            id=place.channel,
            kind=kind,
            service_url=str(activity.get("serviceUrl") or ""),
            conversation=place.channel,
            bot=_bot(activity),
            team=str(_dict(data.get("team")).get("id") or ""),
            name=str(name),
            installed=not _was_removed(activity),
        )
    ]


def _kind(conversation: Payload) -> Literal["person", "channel", "group"]:
    """Tell what kind of conversation it is; a chat with others is never taken for a private one.

    Teams calls a chat of two people "personal" too, and a meeting's nothing at all, where somebody
    chooses one of their messages for Coach. Chats of people have ids that begin with 19:.
    """
    if conversation.get("conversationType") == "channel":
        return "channel"
    told = conversation.get("conversationType") == "groupChat" or conversation.get("isGroup")
    return "group" if told or str(conversation.get("id", "")).startswith("19:") else "person"


def _bot(activity: Payload) -> str:
    return str(_dict(activity.get("recipient")).get("id") or "")


def _zone(activity: Payload) -> str:
    told = [e for e in _dicts(activity.get("entities")) if e.get("type") == "clientInfo"]
    zones = [str(entity.get("timezone") or "") for entity in told]
    return next((zone for zone in zones if zone), str(activity.get("localTimezone") or ""))


def _was_removed(activity: Payload) -> bool:
    if activity.get("type") == "installationUpdate":
        return str(activity.get("action", "")).startswith("remove")
    gone = [member.get("id") for member in _dicts(activity.get("membersRemoved"))]
    return _bot(activity) in gone


def _is_own(activity: Payload) -> bool:
    sender = _dict(activity.get("from")).get("id")
    return bool(sender) and sender == _bot(activity)


def _own_mentions(activity: Payload) -> list[str]:
    entities = _dicts(activity.get("entities"))
    mentions = [entity for entity in entities if entity.get("type") == "mention"]
    own = [m for m in mentions if _dict(m.get("mentioned")).get("id") == _bot(activity)]
    return [str(mention.get("text") or "") for mention in own]


def _words(activity: Payload, mentions: Sequence[str]) -> str:
    """Return what was said. Its HTML has the lines as they were written; the text may not."""
    attachments = _dicts(activity.get("attachments"))
    pages = [a.get("content") for a in attachments if a.get("contentType") == _HTML]
    written = "\n".join(from_html(page) for page in pages if isinstance(page, str))
    return (written if not mentions else "") or readable(str(activity.get("text") or ""), mentions)


def _asked(text: str) -> dict[str, Any]:
    """Return what a message says: a command with its words, or just words.

    Called by name or with a slash, the first word is the command. Without, it is one only where
    the rest can't be the rest of a question.
    """
    called = _CALLED.match(text)
    said = text[called.end() :] if called else text
    word, *more = said.split(maxsplit=1) or [""]
    rest = more[0] if more else ""
    verb = _VERBS.get(word.lower().replace("-", "").rstrip(":"))
    if word.lower() == "home" and not rest:
        return {"opened": True, "home": True}
    if verb == "ask":
        return {"verb": verb, "text": rest or "help"} if called else {"text": text}
    if verb and (called or not rest or _continues(verb, rest)):
        return {"verb": verb, "text": rest}
    slash = called is not None and called.group().startswith("/")
    return {"text": (said or "help") if slash else text}


def _continues(verb: Verb, rest: str) -> bool:
    if rest.rstrip().endswith("?"):
        return False
    if verb == "review":
        return True
    return bool((_ODDS_OF if verb == "odds" else _SHOWS).fullmatch(rest))


def _message(activity: Payload, place: Place) -> Message:
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
    conversation = str(_dict(activity.get("conversation")).get("id") or "")
    whole = f"{conversation}|{given}"
    return whole if len(whole) <= _LONGEST_ID else sha256(whole.encode()).hexdigest()


def _files(activity: Payload) -> tuple[SharedFile, ...]:
    attached = [a for a in _dicts(activity.get("attachments")) if a.get("contentType") == _FILE]
    return tuple(_file(attachment) for attachment in attached)


def _file(attachment: Payload) -> SharedFile:
    content = _dict(attachment.get("content"))
    name, ending = str(attachment.get("name") or "file"), str(content.get("fileType") or "")
    named = not ending or name.lower().endswith(f".{ending.lower()}")
    url = str(content.get("downloadUrl") or "")
    return SharedFile(name=name if named else f"{name}.{ending}", url=url)


def _carried(activity: Payload, coach: Payload, data: Payload) -> Message:
    """Return what a card's button, which carries *coach*, means; *data* has what was entered."""
    at, place = _dict(coach.get("at")), place_of(activity)
    known: dict[str, Any] = {}
    if at.get("venue") == Venue.CHANNEL and at.get("channel"):  # never a private chat's
        known = {key: str(at.get(key) or "") for key in ("channel", "thread")}
        known["venue"] = Venue.CHANNEL
    message = _message(activity, place.model_copy(update=known))
    done: dict[str, Any] = {"hidden": bool(at.get("hidden"))}
    action, value = str(coach.get("action") or ""), str(coach.get("value") or "")
    match coach.get("do"):
        case "ask":
            done["text"] = value
        case "submit":
            answers = _answers(coach, data)
            done["submission"] = Submission(action=action, value=value, answers=answers)
        case "form" if at.get("verb") in _OPENS_ITS_FORM:
            done["verb"] = at["verb"]
        case _:
            done["press"] = Press(action=action, value=value)
    return message.model_copy(update=done)


def _answers(coach: Payload, data: Payload) -> dict[str, str]:
    """Return an answer for each field that the form showed; what is several, line by line."""
    several = set(_strings(coach.get("several")))
    answers: dict[str, str] = {}
    for name in _strings(coach.get("fields")):
        entered = data.get(FIELD + name)
        text = "" if entered is None else str(entered)
        if name in several:
            text = "\n".join(unquote(one) for one in text.split(",") if one)
        answers[name] = text
    return answers


def _card_action(activity: Payload, value: Payload) -> Acted | None:
    data = _dict(_dict(value.get("action")).get("data"))
    return _done(activity, data)


def _dialog_action(activity: Payload, value: Payload) -> Acted | None:
    return _done(activity, _dict(value.get("data")))


def _done(activity: Payload, data: Payload) -> Acted | None:
    coach = _coach(data)
    do = _DOING.get(str(coach.get("do", "")))
    if do is None:
        return None
    return Acted(do, _carried(activity, coach, data))


def _message_action(activity: Payload, value: Payload) -> Acted | None:
    if value.get("commandId") != REVIEW_UPDATE:
        return None
    chosen = _dict(value.get("messagePayload"))
    body = _dict(chosen.get("body"))
    content = str(body.get("content") or "")
    text = from_html(content) if body.get("contentType") == "html" else content.strip()
    done: dict[str, Any] = {"verb": "review", "text": text, "hidden": True}
    return Acted("review", _message(activity, place_of(activity)).model_copy(update=done))


def _feedback(activity: Payload, value: Payload) -> Acted | None:
    if value.get("actionName") != "feedback":
        return None
    action = {"like": HELPFUL, "dislike": NOT_HELPFUL}.get(
        str(_dict(value.get("actionValue")).get("reaction"))
    )
    if action is None:
        return None
    message = _message(activity, place_of(activity))
    return Acted("feedback", message.model_copy(update={"press": Press(action=action)}))


_DOING: Mapping[str, Doing] = {
    "press": "press",
    "form": "form",
    "submit": "submit",
    "refresh": "refresh",
}

_INVOKES: Mapping[str, Callable[[Payload, Payload], Acted | None]] = {
    "adaptiveCard/action": _card_action,
    "task/fetch": _dialog_action,
    "task/submit": _dialog_action,
    "composeExtension/fetchTask": _message_action,
    "message/submitAction": _feedback,
}


def _coach(data: Payload) -> Payload:
    return _dict(data.get(COACH))


def _dict(value: object) -> Payload:
    return cast("Payload", value) if isinstance(value, Mapping) else {}


def _dicts(value: object) -> list[Payload]:
    return [_dict(one) for one in cast("list[object]", value)] if isinstance(value, list) else []


def _strings(value: object) -> list[str]:
    return [str(one) for one in cast("list[object]", value)] if isinstance(value, list) else []
