"""A form's field as Slack's input element, and what was entered there as an answer. Pure.

Slack takes up to 3,000 characters in a text, 10 checkboxes, 100 options in a group, 150 characters
in an option's value, and refuses the whole form for an initial value that it does not know.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Any

from bot.messages import Field, FieldKind, Option
from bot.platforms.slack.markup import unescaped
from bot.platforms.slack.sources import Block, plain

LONGEST = 3000
_TEXTS = ("line", "lines", "number")
_OPTION = 75
_VALUE = 150
_CHECKBOXES = 10
_IN_A_GROUP = 100
_USER = re.compile(r"[UW][A-Z0-9]+")
_CHANNEL = re.compile(r"[CDG][A-Z0-9]+")


def looks_like_user(text: str) -> bool:
    """Tell whether *text* can be the id of a person in Slack."""
    return bool(_USER.fullmatch(text))


def fits(field: Field) -> bool:
    """Tell whether Slack takes the text that is in *field* already."""
    return field.kind not in _TEXTS or len(field.value) <= LONGEST


def has_answers(field: Field) -> bool:
    """Tell whether there is anything to choose where *field* asks to choose."""
    return field.kind not in ("choice", "choices") or bool(_choosable(field.options))


def limits_text(field: Field) -> bool:
    """Tell whether *field* would take a longer text than Slack does."""
    return field.kind in ("line", "lines") and field.length > LONGEST


def element(field: Field) -> Block:
    """Return the element in which *field* is filled in."""
    return _ELEMENTS[field.kind](field)


def entered(element: Mapping[str, Any]) -> str:
    """Return what was written or chosen; empty if nothing was, by lines if several things were."""
    for name in ("value", "selected_conversation", "selected_date", "selected_time"):
        if element.get(name):
            return str(element[name])
    people: Sequence[str] = element.get("selected_users") or ()
    options: Sequence[Mapping[str, Any]] = element.get("selected_options") or ()
    chosen: Mapping[str, Any] | None = element.get("selected_option")
    values = [str(option.get("value", "")) for option in (*options, *([chosen] if chosen else []))]
    return "\n".join([*people, *(unescaped(value) for value in values)])


def _text(field: Field) -> Block:
    return {
        "type": "plain_text_input",
        "multiline": field.kind == "lines",
        "max_length": max(min(field.length, LONGEST), len(field.value)),
        **({"initial_value": field.value} if field.value else {}),
    }


def _choice(field: Field) -> Block:
    chosen = _chosen(field, [field.value])
    initial = {"initial_option": chosen[0]} if chosen else {}
    return {"type": "static_select", **_options(field.options), **initial}


def _choices(field: Field) -> Block:
    few = len(_choosable(field.options)) <= _CHECKBOXES
    chosen = _chosen(field, field.value.split("\n"))
    return {
        "type": "checkboxes" if few else "multi_static_select",
        **_options(field.options),
        **({"initial_options": chosen} if chosen else {}),
    }


def _channel(field: Field) -> Block:
    known = _CHANNEL.fullmatch(field.value)
    chosen = {"initial_conversation": field.value} if known else {}
    shown = {"include": ["public", "private"], "exclude_bot_users": True}
    return {"type": "conversations_select", "filter": shown, **chosen}


def _people(field: Field) -> Block:
    chosen = [line for line in dict.fromkeys(field.value.split("\n")) if looks_like_user(line)]
    return {"type": "multi_users_select", **({"initial_users": chosen} if chosen else {})}


def _date(field: Field) -> Block:
    try:
        chosen = {"initial_date": date.fromisoformat(field.value).isoformat()}
    except ValueError:
        chosen = {}
    return {"type": "datepicker", **chosen}


def _time(field: Field) -> Block:
    try:
        chosen = {"initial_time": time.fromisoformat(field.value).strftime("%H:%M")}
    except ValueError:
        chosen = {}
    return {"type": "timepicker", **chosen}


# People write "60 %" and "0,7", which Slack's own number_input refuses without saying why.
_ELEMENTS: Mapping[FieldKind, Callable[[Field], Block]] = {
    "line": _text,
    "lines": _text,
    "number": _text,
    "choice": _choice,
    "choices": _choices,
    "channel": _channel,
    "people": _people,
    "date": _date,
    "time": _time,
}


def _choosable(options: Sequence[Option]) -> list[Option]:
    """Leave out what Slack would refuse the whole form for."""
    return [option for option in options if 0 < len(option.value) <= _VALUE]


def _chosen(field: Field, values: Sequence[str]) -> list[Block]:
    return [_option(option) for option in _choosable(field.options) if option.value in values]


def _options(options: Sequence[Option]) -> Block:
    shown = [_option(option) for option in _choosable(options)]
    if len(shown) <= _IN_A_GROUP:
        return {"options": shown}
    starts = range(0, len(shown), _IN_A_GROUP)
    groups = [(start, shown[start : start + _IN_A_GROUP]) for start in starts]
    return {
        "option_groups": [
            {"label": plain(f"{start + 1} to {start + len(group)}", _OPTION), "options": group}
            for start, group in groups
        ]
    }


def _option(option: Option) -> Block:
    return {"text": plain(option.label, _OPTION), "value": option.value}
