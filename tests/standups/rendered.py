"""A reply as Slack shows it."""

from collections.abc import Iterator
from typing import Any, cast

from bot.messages import Reply
from bot.platforms.slack.render import render

MOST_BLOCKS = 50
LONGEST_TEXT = 3_000


def texts(reply: Reply) -> list[str]:
    """Return every text of a reply in Slack's order, after checking Slack's limits."""
    blocks = render(reply).blocks
    assert len(blocks) <= MOST_BLOCKS
    found = list(_texts(blocks))
    assert max(map(len, found)) <= LONGEST_TEXT
    return found


def _texts(element: object) -> Iterator[str]:
    if isinstance(element, dict):
        known = cast("dict[str, Any]", element)
        if isinstance(known.get("text"), str):
            yield known["text"]
        for each in known.values():
            yield from _texts(each)
    elif isinstance(element, list):
        for each in cast("list[object]", element):
            yield from _texts(each)
