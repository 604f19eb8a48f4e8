"""What Slack sends when people do things, and how it signs it."""

import hashlib
import hmac
import itertools
import json
import time
from typing import Any
from urllib.parse import urlencode

from fake_slack import BOT_USER, SIGNING_SECRET, TEAM

Fields = dict[str, Any]

_numbers = itertools.count(1)


def event(event_id: str = "", **fields: Any) -> Fields:
    """Wrap an event as the Events API does."""
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "event_id": event_id or f"Ev{next(_numbers)}",
        "event": {"event_ts": "1700000000.000100", **fields},
    }


def mention(text: str = "how?", event_id: str = "", **fields: Any) -> Fields:
    """Alice mentions Coach in a channel."""
    said = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": _ts()}
    return event(event_id, **{**said, "text": f"<@{BOT_USER}> {text}", **fields})


def private_message(text: str = "how?", **fields: Any) -> Fields:
    """Alice writes to Coach."""
    said = {"type": "message", "channel_type": "im", "user": "U1", "channel": "D1", "ts": _ts()}
    return event(**{**said, "text": text, **fields})


def command(text: str, response_url: str = "", channel: str = "C1") -> Fields:
    """Alice types `/coach …`."""
    return {
        "command": "/coach",
        "text": text,
        "team_id": TEAM,
        "channel_id": channel,
        "user_id": "U1",
        "user_name": "alice",
        "trigger_id": f"1.2.{next(_numbers)}",
        "response_url": response_url,
    }


def press(action: str, value: str, response_url: str = "", **fields: Any) -> Fields:
    """Alice presses a button on a message in a channel."""
    container = {"type": "message", "message_ts": "1700000900.000100", "channel_id": "C1"}
    return {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": "U1", "name": "alice"},
        "channel": {"id": "C1"},
        "container": {**container, **fields},
        "trigger_id": f"1.2.{next(_numbers)}",
        "response_url": response_url,
        "actions": [
            {
                "type": "button",
                "action_id": action,
                "value": value,
                "action_ts": "1700000901.000100",
            }
        ],
    }


def press_at_home(action: str, value: str = "") -> Fields:
    """Alice presses a button in the Home tab: Slack names no channel and no response URL there."""
    number = next(_numbers)
    view: Fields = {"id": f"VH{number}", "type": "home", "blocks": [], "private_metadata": ""}
    pressed = press(action, value)
    left_out = ("channel", "response_url", "container")
    rest = {name: part for name, part in pressed.items() if name not in left_out}
    return {**rest, "container": {"type": "view", "view_id": view["id"]}, "view": view}


def home_opened(tab: str = "home", channel: str = "D1") -> Fields:
    """Alice opens the app's Home tab."""
    return event(type="app_home_opened", user="U1", channel=channel, tab=tab)


def shortcut(text: str, callback: str = "review_update", **fields: Any) -> Fields:
    """Alice chooses “Review this update” on Bob's message."""
    return {
        "type": "message_action",
        "callback_id": callback,
        "team": {"id": TEAM},
        "user": {"id": "U1", "name": "alice"},
        "channel": {"id": "C1"},
        "trigger_id": f"1.2.{next(_numbers)}",
        "action_ts": "1700000902.000100",
        "message_ts": "1700000001.000100",
        "message": {"type": "message", "user": "U2", "text": text, **fields},
    }


def submit(view: Fields, answers: dict[str, str], view_id: str = "") -> Fields:
    """Alice fills in the form that was opened as *view* and sends it."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    values = {
        block["block_id"]: {
            block["element"]["action_id"]: _entered(block["element"], answers[block["block_id"]])
        }
        for block in inputs
    }
    sent = {name: view[name] for name in ("type", "callback_id", "private_metadata", "blocks")}
    return {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": "U1", "name": "alice"},
        "trigger_id": f"1.2.{next(_numbers)}",
        "view": {
            **sent,
            "id": view_id or f"V{next(_numbers)}",
            "hash": "1.a",
            "state": {"values": values},
        },
    }


def _entered(element: Fields, answer: str) -> Fields:
    options = [
        *element.get("options", []),
        *(o for group in element.get("option_groups", []) for o in group["options"]),
    ]
    lines = answer.split("\n") if answer else []
    match element["type"]:
        case "static_select":
            chosen = [option for option in options if option["value"] == answer]
            return {"type": "static_select", "selected_option": chosen[0] if chosen else None}
        case "checkboxes" | "multi_static_select" as kind:
            chosen = [option for option in options if option["value"] in lines]
            return {"type": kind, "selected_options": chosen}
        case "multi_users_select" as kind:
            return {"type": kind, "selected_users": lines}
        case "datepicker" as kind:
            return {"type": kind, "selected_date": answer or None}
        case "timepicker" as kind:
            return {"type": kind, "selected_time": answer or None}
        case "conversations_select":
            return {"type": "conversations_select", "selected_conversation": answer or None}
        case kind:
            return {"type": kind, "value": answer or None}


def body_of(payload: Fields) -> tuple[str, str]:
    """Return the HTTP body and content type that Slack sends *payload* with."""
    if "command" in payload:
        return urlencode(payload), "application/x-www-form-urlencoded"
    if payload["type"] in ("block_actions", "message_action", "view_submission"):
        return urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded"
    return json.dumps(payload), "application/json"


def signed(body: str, *, secret: str = SIGNING_SECRET, age: float = 0) -> dict[str, str]:
    """Return the headers by which Slack vouches for *body*, *age* seconds ago."""
    timestamp = str(int(time.time() - age))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
    }


def _ts() -> str:
    return f"{1_700_000_000 + next(_numbers)}.000100"
