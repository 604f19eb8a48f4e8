"""Small rules about JSON values, to be put together: each names every problem as a sentence.

A rule takes the name of a place and the value that stands there, and yields what is wrong.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

Rule = Callable[[str, Any], Iterator[str]]

_LONGEST_URL = 2048


def anything(where: str, value: Any) -> Iterator[str]:
    """Allow everything: what Coach's package does not use is left to Teams itself."""
    yield from ()


def flag(where: str, value: Any) -> Iterator[str]:
    """Ask for true or false."""
    if not isinstance(value, bool):
        yield f"{where} must be true or false."


def text(most: int, pattern: str = "", meaning: str = "") -> Rule:
    """Ask for text of 1 to *most* characters that *pattern* matches, which is put as *meaning*."""

    def rule(where: str, value: Any) -> Iterator[str]:
        if not isinstance(value, str) or not value.strip():
            yield f"{where} must be text, and not empty."
            return
        if len(value) > most:
            yield f"{where} has {len(value)} characters; {most} are allowed."
        if pattern and not re.fullmatch(pattern, value):
            yield f"{where} must be {meaning}, not “{value[:60]}”."

    return rule


def constant(wanted: str) -> Rule:
    """Ask for exactly *wanted*."""

    def rule(where: str, value: Any) -> Iterator[str]:
        if value != wanted:
            yield f"{where} must be “{wanted}”."

    return rule


def one_of(*allowed: str) -> Rule:
    """Ask for one of *allowed*."""

    def rule(where: str, value: Any) -> Iterator[str]:
        if value not in allowed:
            yield f"{where} must be one of {', '.join(allowed)}; “{str(value)[:60]}” is not."

    return rule


def https(where: str, value: Any) -> Iterator[str]:
    """Ask for a whole https address."""
    found = list(text(_LONGEST_URL)(where, value))
    yield from found
    if not found and not _is_https(value):
        yield f"{where} must be a whole address that starts with https://, not “{value[:60]}”."


def _is_https(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not re.search(r"\s", value)


def listed(each: Rule, most: int, least: int = 1) -> Rule:
    """Ask for a list of *least* to *most* items that keep to *each*, none of them twice."""

    def rule(where: str, value: Any) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{where} must be a list."
            return
        items = cast(list[Any], value)
        if not least <= len(items) <= most:
            yield f"{where} has {len(items)} items; {least} to {most} are allowed."
        if any(item in items[:number] for number, item in enumerate(items)):
            yield f"{where} has an item twice."
        for number, item in enumerate(items, start=1):
            yield from each(f"{where}[{number}]", item)

    return rule


def record(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """Ask for an object with all *required* and no fields but these and *optional*."""
    known = {**required, **(optional or {})}

    def rule(where: str, value: Any) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{where or 'The manifest'} must be an object."
            return
        fields = cast(dict[str, Any], value)
        start = f"{where}." if where else ""
        yield from _missing(start, required, fields)
        yield from _unknown(start, known, fields)
        for name, check in known.items():
            if name in fields:
                yield from check(f"{start}{name}", fields[name])

    return rule


def _missing(start: str, required: Collection[str], fields: Collection[str]) -> Iterator[str]:
    yield from (f"{start}{name} is missing." for name in required if name not in fields)


def _unknown(
    start: str, known: Collection[str], fields: Sequence[str] | dict[str, Any]
) -> Iterator[str]:
    yield from (f"{start}{name} is no field of the schema." for name in fields if name not in known)
