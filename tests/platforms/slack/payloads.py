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


def body_of(payload: Fields) -> tuple[str, str]:
    """Return the HTTP body and content type that Slack sends *payload* with."""
    if "command" in payload:
        return urlencode(payload), "application/x-www-form-urlencoded"
    if payload["type"] == "block_actions":
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
