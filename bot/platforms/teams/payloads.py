"""Reading JSON of which anything may be missing, or be something else. Pure."""

from collections.abc import Mapping
from typing import cast

from bot.platforms.teams.wire import Payload


def fields(value: object) -> Payload:
    """Return *value* if it is an object, else an empty one."""
    return cast("Payload", value) if isinstance(value, Mapping) else {}


def part(payload: Payload, name: str) -> Payload:
    """Return the object of that *name* in *payload*, empty if there is none."""
    return fields(payload.get(name))


def objects(value: object) -> list[Payload]:
    """Return the objects in a list; what is none is an empty one."""
    return [fields(one) for one in cast("list[object]", value)] if isinstance(value, list) else []


def strings(value: object) -> list[str]:
    """Return what is in a list as strings."""
    return [str(one) for one in cast("list[object]", value)] if isinstance(value, list) else []


def text(payload: Payload, name: str) -> str:
    """Return the string of that *name* in *payload*, empty if there is none."""
    value: object = payload.get(name)
    return value if isinstance(value, str) else ""
