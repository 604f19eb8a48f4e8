"""From an invoke, for whose answer Teams waits, to what somebody did. Pure."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from bot.intents import HELPFUL, NOT_HELPFUL
from bot.messages import Message, Press
from bot.platforms.teams.buttons import carried_by, pressed
from bot.platforms.teams.envelope import message_of, person_of, place_of
from bot.platforms.teams.markup import from_html
from bot.platforms.teams.payloads import fields
from bot.platforms.teams.wire import Payload

REVIEW_UPDATE = "reviewUpdate"

_LONGEST_OPINION = 4_000

Doing = Literal["press", "form", "submit", "refresh", "review", "feedback"]


@dataclass(frozen=True)
class Acted:
    """What somebody did on a card, and what it means to Coach."""

    do: Doing
    message: Message


def acted(activity: Payload) -> Acted | None:
    """Translate an invoke; None for one that Coach does not know."""
    read = _INVOKES.get(str(activity.get("name", "")))
    if activity.get("type") != "invoke" or read is None or not person_of(activity).id:
        return None
    return read(activity, fields(activity.get("value")))


def _card_action(activity: Payload, value: Payload) -> Acted | None:
    data = fields(fields(value.get("action")).get("data"))
    return _done(activity, data)


def _dialog_action(activity: Payload, value: Payload) -> Acted | None:
    return _done(activity, fields(value.get("data")))


def _done(activity: Payload, data: Payload) -> Acted | None:
    coach = carried_by(data)
    do = _DOING.get(str(coach.get("do", "")))
    if do is None:
        return None
    return Acted(do, pressed(activity, coach, data))


def _message_action(activity: Payload, value: Payload) -> Acted | None:
    if value.get("commandId") != REVIEW_UPDATE:
        return None
    chosen = fields(value.get("messagePayload"))
    body = fields(chosen.get("body"))
    content = str(body.get("content") or "")
    text = from_html(content) if body.get("contentType") == "html" else content.strip()
    done: dict[str, Any] = {"verb": "review", "text": text, "hidden": True}
    return Acted("review", message_of(activity, place_of(activity)).model_copy(update=done))


def _feedback(activity: Payload, value: Payload) -> Acted | None:
    if value.get("actionName") != "feedback":
        return None
    action = {"like": HELPFUL, "dislike": NOT_HELPFUL}.get(
        str(fields(value.get("actionValue")).get("reaction"))
    )
    if action is None:
        return None
    words = _opinion(fields(value.get("actionValue")).get("feedback"))
    message = message_of(activity, place_of(activity))
    done = {"press": Press(action=action), "text": words}
    return Acted("feedback", message.model_copy(update=done))


def _opinion(given: object) -> str:
    """Return what was written into the form that Teams opens for a thumb; JSON, or its text."""
    if isinstance(given, str):
        with suppress(ValueError):
            given = json.loads(given)
    return str(fields(given).get("feedbackText") or "").strip()[:_LONGEST_OPINION]


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
