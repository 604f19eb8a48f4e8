"""From what people say to Coach in Teams to `Message`. Pure.

What Coach does not react to becomes None.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.messages import Message, Venue, Verb
from bot.platforms.teams.buttons import OPENS_ITS_FORM, carried_by, pressed
from bot.platforms.teams.envelope import bot_of, is_own, message_of, person_of, place_of
from bot.platforms.teams.markup import from_html, readable
from bot.platforms.teams.payloads import fields, objects
from bot.platforms.teams.wire import Payload

_HTML = "text/html"
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


def from_activity(activity: Payload) -> Message | None:
    """Translate a `message` activity; None for what was not said to Coach.

    The place of a pressed button is what the button carries, which a client can be made to change:
    whoever takes the message in has to ask whether its person is there.
    """
    if activity.get("type") != "message" or is_own(activity) or not person_of(activity).id:
        return None
    coach = carried_by(fields(activity.get("value")))
    if coach:
        return pressed(activity, coach, fields(activity.get("value")))
    place = place_of(activity)
    mentions = _own_mentions(activity)
    if place.venue == Venue.CHANNEL and not mentions:
        return None
    text = _words(activity, mentions)
    asked = _asked(text)
    # What a command shows in a channel is its person's alone, as after a slash in Slack.
    alone = "home" in asked or asked.get("verb", "ask") not in ("ask", "odds")
    hidden = alone and place.venue == Venue.CHANNEL
    return message_of(activity, place).model_copy(update={**asked, "hidden": hidden})


def opened(activity: Payload) -> Message | None:
    """Translate that Coach was installed for a person; None for any other change.

    Teams tells that twice, as an installation and as a new member: it is one message.
    """
    if place_of(activity).venue != Venue.PRIVATE or not person_of(activity).id:
        return None
    if activity.get("type") == "installationUpdate":
        added = str(activity.get("action", "")).startswith("add")
    else:
        own = fields(activity.get("recipient")).get("id")
        members = objects(activity.get("membersAdded"))
        added = any(member.get("id") == own for member in members)
    if not added:
        return None
    installed = message_of({**activity, "id": "installed"}, place_of(activity))
    return installed.model_copy(update={"opened": True})


def asks_for_form(message: Message) -> bool:
    """Tell whether a command leaves to a form what it is about."""
    return message.verb in OPENS_ITS_FORM and not message.text.strip()


def opens_form(activity: Payload) -> bool:
    """Tell whether a form belongs to the button whose press *activity* is."""
    return carried_by(fields(activity.get("value"))).get("do") == "form"


def _own_mentions(activity: Payload) -> list[str]:
    entities = objects(activity.get("entities"))
    mentions = [entity for entity in entities if entity.get("type") == "mention"]
    own = [m for m in mentions if fields(m.get("mentioned")).get("id") == bot_of(activity)]
    return [str(mention.get("text") or "") for mention in own]


def _words(activity: Payload, mentions: Sequence[str]) -> str:
    """Return what was said. Its HTML has the lines as they were written; the text may not."""
    attachments = objects(activity.get("attachments"))
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
