"""What Slack sends when somebody presses a button or fills a form in."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bot.platforms.slack.render import OPENS_FORM
from evals.bench.slack import TEAM

Fields = dict[str, Any]


@dataclass(frozen=True)
class Pressable:
    """A button in a message, as Slack names it."""

    action: str
    value: str

    @property
    def opens_form(self) -> bool:
        """Whether pressing it opens a form."""
        return self.action.startswith(OPENS_FORM)


def buttons(message: Fields) -> Iterator[Pressable]:
    """Yield the buttons under *message*."""
    blocks: list[Fields] = message.get("blocks") or []
    for block in blocks:
        elements: list[Fields] = block["elements"] if block["type"] == "actions" else []
        for element in elements:
            yield Pressable(element["action_id"], element.get("value", ""))


def press(button: Pressable, person: str, channel: str, trigger: str, response_url: str) -> str:
    """Return the body that brings *person*'s press of *button* in *channel*."""
    action = {"type": "button", "action_id": button.action, "value": button.value}
    return _interaction(
        {
            "type": "block_actions",
            **_by(person),
            "channel": {"id": channel},
            "container": {"type": "message", "message_ts": "1.1", "channel_id": channel},
            "trigger_id": trigger,
            "response_url": response_url,
            "actions": [{**action, "action_ts": "1.1"}],
        }
    )


def submission(view: Fields, answers: Mapping[str, str], person: str) -> str:
    """Return the body that brings *view* back, filled in with *answers* by block.

    What is not among them stays as it was.
    """
    values = {
        block["block_id"]: {
            block["element"]["action_id"]: _entered(block["element"], answers, block["block_id"])
        }
        for block in inputs(view)
    }
    return _interaction(
        {
            "type": "view_submission",
            **_by(person),
            "trigger_id": f"{view['id']}.sent",
            "view": {**view, "state": {"values": values}},
        }
    )


def inputs(view: Fields) -> list[Fields]:
    """Return the blocks of *view* that can be filled in."""
    return [block for block in view["blocks"] if block["type"] == "input"]


def _entered(element: Fields, answers: Mapping[str, str], block: str) -> Fields:
    kind: str = element["type"]
    if kind == "static_select":
        chosen = [o for o in element["options"] if o["value"] == answers.get(block)]
        return {"type": kind, "selected_option": [*chosen, element.get("initial_option")][0]}
    return {"type": kind, "value": answers.get(block, element.get("initial_value"))}


def _by(person: str) -> Fields:
    return {"team": {"id": TEAM}, "user": {"id": person, "name": person.lower()}}


def _interaction(payload: Fields) -> str:
    return urlencode({"payload": json.dumps(payload)})
