"""A form's field as the input of an Adaptive Card. Pure.

What was entered comes back as `activities` reads it: several things joined by commas, which is why
a comma inside of one is written as in an address.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from bot.messages import Field, FieldKind, Option
from bot.platforms.teams.markup import literal
from bot.platforms.teams.wire import Payload

FIELD = "field_"
SEVERAL = ("choices", "people")
_EXPANDED = 5
_LABEL = 400
_CHOICE = 200
_PEOPLE = {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}


@dataclass(frozen=True)
class Choosable:
    """What of the workspace can be chosen: its channels and its people."""

    channels: Sequence[Option] = ()
    people: Sequence[Option] = ()


def has_answers(field: Field, choosable: Choosable) -> bool:
    """Tell whether there is anything to choose where *field* asks to choose."""
    if field.kind == "channel":
        return bool(choosable.channels)
    return field.kind not in ("choice", "choices") or bool(_options(field.options))


def element(field: Field, value: str, choosable: Choosable) -> Payload:
    """Return the input in which *field* is filled in; *value* stands in it."""
    return {
        "id": FIELD + field.name,
        "label": literal(" ".join(field.label.split()), _LABEL),
        **({"isRequired": True, "errorMessage": "Please fill this in."} if field.required else {}),
        **_INPUTS[field.kind](field, value, choosable),
    }


def _text(field: Field, value: str, _: Choosable) -> dict[str, Any]:
    return {
        "type": "Input.Text",
        "isMultiline": field.kind == "lines",
        "maxLength": max(field.length, len(value)),
        **({"value": value} if value else {}),
    }


def _choice(field: Field, value: str, _: Choosable) -> dict[str, Any]:
    options = _options(field.options)
    return _chosen(options, [value], few="expanded")


def _choices(field: Field, value: str, _: Choosable) -> dict[str, Any]:
    chosen = [_comma_free(one) for one in value.split("\n")]
    options = [Option(value=_comma_free(o.value), label=o.label) for o in _options(field.options)]
    return {**_chosen(options, chosen, few="expanded", most=10), "isMultiSelect": True}


def _channel(field: Field, value: str, choosable: Choosable) -> dict[str, Any]:
    return _chosen(choosable.channels, [value])


def _people(field: Field, value: str, choosable: Choosable) -> dict[str, Any]:
    chosen = [one for one in dict.fromkeys(value.split("\n")) if one]
    known = {option.value for option in choosable.people}
    others = [Option(value=one, label=one) for one in chosen if one not in known]
    shown = [
        Option(value=_comma_free(person.value), label=person.label)
        for person in (*choosable.people, *others)
    ]
    picked = _chosen(shown, [_comma_free(one) for one in chosen])
    return {**picked, "isMultiSelect": True, "choices.data": _PEOPLE}


def _date(field: Field, value: str, _: Choosable) -> dict[str, Any]:
    try:
        chosen = {"value": date.fromisoformat(value).isoformat()}
    except ValueError:
        chosen = {}
    return {"type": "Input.Date", **chosen}


def _time(field: Field, value: str, _: Choosable) -> dict[str, Any]:
    try:
        chosen = {"value": time.fromisoformat(value).strftime("%H:%M")}
    except ValueError:
        chosen = {}
    return {"type": "Input.Time", **chosen}


# People write "60 %" and "0,7", which Input.Number would refuse without saying why.
_INPUTS: Mapping[FieldKind, Callable[[Field, str, Choosable], dict[str, Any]]] = {
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


def _options(options: Sequence[Option]) -> list[Option]:
    """Leave out what could not be told from choosing nothing."""
    return [option for option in options if option.value]


def _chosen(
    options: Sequence[Option], values: Sequence[str], *, few: str = "compact", most: int = _EXPANDED
) -> dict[str, Any]:
    chosen = [option.value for option in options if option.value in values]
    return {
        "type": "Input.ChoiceSet",
        "style": few if len(options) <= most else "compact",
        "wrap": True,
        "choices": [
            {"title": literal(" ".join(option.label.split()), _CHOICE), "value": option.value}
            for option in options
        ],
        **({"value": ",".join(chosen)} if chosen else {}),
    }


def _comma_free(value: str) -> str:
    return value.replace("%", "%25").replace(",", "%2C")
