"""Slack's published limits on blocks and views, as its API enforces them."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

_KNOWN = {"section", "header", "context", "actions", "divider", "image"}
_IN_VIEWS = {"modal": _KNOWN - {"actions", "image"} | {"input"}, "home": _KNOWN}
_TOGETHER = 13_200  # unpublished; people measured it (slackapi/bolt-js issues 2509 and 2867)


def block_problems(blocks: Sequence[dict[str, Any]], limit: int = 50) -> list[str]:
    """Return why Slack would refuse *blocks*; empty if it would take them."""
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    problems = [f"{len(blocks)} blocks"] if len(blocks) > limit else []
    problems += ["a block id twice"] if len(ids) != len(set(ids)) else []
    return problems + [problem for block in blocks for problem in _problems(block)]


def too_long(blocks: Sequence[dict[str, Any]]) -> bool:
    """Tell whether Slack would refuse a message for the length of all its blocks."""
    return sum(len(json.dumps(block, ensure_ascii=False)) + 100 for block in blocks) > _TOGETHER


def view_problems(view: dict[str, Any]) -> list[str]:
    """Return why Slack would refuse to open *view*."""
    blocks: list[dict[str, Any]] = view["blocks"]
    has_inputs = any(block["type"] == "input" for block in blocks)
    problems = block_problems([block for block in blocks if block["type"] != "input"], limit=100)
    problems += [problem for block in blocks for problem in _input(block)]
    known = _IN_VIEWS[view["type"]]
    problems += [f"unknown {b['type']} in a view" for b in blocks if b["type"] not in known]
    problems += [f"{len(blocks)} blocks"] if len(blocks) > 100 else []
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    problems += ["a block id twice"] if len(ids) != len(set(ids)) else []
    for part in ("title", "submit", "close"):
        problems += _text(view[part], 24) if part in view else ()
    if has_inputs and "submit" not in view:
        problems.append("inputs without a submit button")
    if len(view.get("private_metadata", "")) > 3000 or len(view.get("callback_id", "")) > 255:
        problems.append("metadata or callback id too long")
    return problems


def _input(block: dict[str, Any]) -> Iterator[str]:
    if block["type"] != "input":
        return
    yield from _text(block["label"], 2000)
    yield from _text(block["hint"], 2000) if "hint" in block else ()
    element = block["element"]
    if len(element["action_id"]) > 255 or len(block.get("block_id", "")) > 255:
        yield "id too long"
    match element["type"]:
        case "plain_text_input":
            most = element.get("max_length", 3000)
            if not 0 < most <= 3000 or len(element.get("initial_value", "")) > most:
                yield "text input"
        case "static_select" | "multi_static_select" | "checkboxes":
            yield from _select(element)
        case "conversations_select" | "multi_users_select" | "datepicker" | "timepicker":
            yield from _initial(element)
        case other:
            yield f"unknown element {other}"


_INITIAL = {
    "initial_conversation": r"[CDG][A-Z0-9]+",
    "initial_date": r"\d{4}-\d\d-\d\d",
    "initial_time": r"([01]\d|2[0-3]):[0-5]\d",
}


def _initial(element: dict[str, Any]) -> Iterator[str]:
    for name, pattern in _INITIAL.items():
        if name in element and not re.fullmatch(pattern, element[name]):
            yield f"{name} {element[name]}"
    for user in element.get("initial_users", ()):
        if not re.fullmatch(r"[UW][A-Z0-9]+", user):
            yield f"initial user {user}"
    if element.get("initial_users") == []:
        yield "no initial users"


def _select(element: dict[str, Any]) -> Iterator[str]:
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    options = [option for group in groups for option in group["options"]]
    most = 10 if element["type"] == "checkboxes" else 100
    if len(groups) > 100 or any(not 0 < len(group["options"]) <= most for group in groups):
        yield "number of options"
    for group in groups:
        yield from _text(group["label"], 75) if "label" in group else ()
    for option in options:
        yield from _text(option["text"], 75)
        if not 0 < len(option["value"]) <= 150:
            yield f"option value {option['value']}"
    chosen = [element["initial_option"]] if "initial_option" in element else []
    if any(option not in options for option in [*chosen, *element.get("initial_options", ())]):
        yield "initial option is none of the options"
    if element.get("initial_options") == []:
        yield "no initial options"


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
    if block["type"] == "image":
        yield from _text(block["title"], 2000)
        yield from _text({"text": block["alt_text"]}, 2000)


def _actions(elements: list[dict[str, Any]]) -> Iterator[str]:
    names = [element["action_id"] for element in elements]
    if not 0 < len(names) <= 25 or len(names) != len(set(names)):
        yield f"actions {names}"
    for element in elements:
        yield from _button(element)


def _button(button: dict[str, Any]) -> Iterator[str]:
    yield from _text(button["text"], 75)
    confirm = button.get("confirm", {})
    for part, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from _text(confirm[part], limit) if confirm else ()
    if len(button["action_id"]) > 255 or len(button.get("value", "")) > 2000:
        yield f"button {button['action_id']}"


def _text(text: dict[str, Any], limit: int) -> Iterator[str]:
    if not 0 < len(text["text"]) <= limit:
        yield f"{len(text['text'])} characters where {limit} are allowed"
