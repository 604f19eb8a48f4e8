"""Slack's published limits on blocks, as its API enforces them."""

from collections.abc import Iterator, Sequence
from typing import Any

_KNOWN = {"section", "header", "context", "actions", "divider"}


def block_problems(blocks: Sequence[dict[str, Any]], limit: int = 50) -> list[str]:
    """Return why Slack would refuse *blocks*; empty if it would take them."""
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    problems = [f"{len(blocks)} blocks"] if len(blocks) > limit else []
    problems += ["a block id twice"] if len(ids) != len(set(ids)) else []
    return problems + [problem for block in blocks for problem in _problems(block)]


def _problems(block: dict[str, Any]) -> Iterator[str]:
    if block["type"] not in _KNOWN:
        yield f"unknown block {block['type']}"
    if len(block.get("block_id", "")) > 255:
        yield "block id too long"
    if block["type"] == "section":
        yield from _text(block["text"], 3000)
        yield from _button(block["accessory"]) if "accessory" in block else ()
    if block["type"] == "actions":
        yield from _actions(block["elements"])
    if block["type"] == "header":
        yield from _text(block["text"], 150)


def _actions(elements: list[dict[str, Any]]) -> Iterator[str]:
    names = [element["action_id"] for element in elements]
    if not 0 < len(names) <= 25 or len(names) != len(set(names)):
        yield f"actions {names}"
    for element in elements:
        yield from _button(element)


def _button(button: dict[str, Any]) -> Iterator[str]:
    yield from _text(button["text"], 75)
    if len(button["action_id"]) > 255 or len(button.get("value", "")) > 2000:
        yield f"button {button['action_id']}"


def _text(text: dict[str, Any], limit: int) -> Iterator[str]:
    if not 0 < len(text["text"]) <= limit:
        yield f"{len(text['text'])} characters where {limit} are allowed"
