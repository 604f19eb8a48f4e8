"""What a card's button or form means, wherever it was pressed. Pure."""

from typing import Any
from urllib.parse import unquote

from bot.messages import Message, Press, Submission, Venue
from bot.platforms.teams.envelope import message_of, place_of
from bot.platforms.teams.inputs import FIELD
from bot.platforms.teams.payloads import fields, strings
from bot.platforms.teams.wire import Payload

COACH = "coach"
OPENS_ITS_FORM = frozenset({"review", "context", "standup", "objective", "hypothesis"})


def carried_by(data: Payload) -> Payload:
    """Return what Coach had put into a button; empty if that was none of its own."""
    return fields(data.get(COACH))


def pressed(activity: Payload, coach: Payload, data: Payload) -> Message:
    """Return what a card's button, which carries *coach*, means; *data* has what was entered."""
    at, place = fields(coach.get("at")), place_of(activity)
    known: dict[str, Any] = {}
    if at.get("venue") == Venue.CHANNEL and at.get("channel"):  # never a private chat's
        known = {key: str(at.get(key) or "") for key in ("channel", "thread")}
        known["venue"] = Venue.CHANNEL
    message = message_of(activity, place.model_copy(update=known))
    done: dict[str, Any] = {"hidden": bool(at.get("hidden"))}
    action, value = str(coach.get("action") or ""), str(coach.get("value") or "")
    match coach.get("do"):
        case "ask":
            done["text"] = value
        case "submit":
            answers = _answers(coach, data)
            done["submission"] = Submission(action=action, value=value, answers=answers)
        case "form" if at.get("verb") in OPENS_ITS_FORM:
            done["verb"] = at["verb"]
        case _:
            done["press"] = Press(action=action, value=value)
    return message.model_copy(update=done)


def _answers(coach: Payload, data: Payload) -> dict[str, str]:
    """Return an answer for each field that the form showed; what is several, line by line."""
    several = set(strings(coach.get("several")))
    answers: dict[str, str] = {}
    for name in strings(coach.get("fields")):
        entered = data.get(FIELD + name)
        text = "" if entered is None else str(entered)
        if name in several:
            text = "\n".join(unquote(one) for one in text.split(",") if one)
        answers[name] = text
    return answers
