"""How much a message holds: blocks are taken as long as there is room. Pure.

Slack refuses messages whose blocks are too long altogether, at about 13,200 characters, and counts
something over 100 for each block itself (slackapi/bolt-js issues 2509 and 2867).
"""

import json
from collections.abc import Sequence

from bot.platforms.slack.sources import Block

_BLOCKS = 50
_WEIGHT = 12_000
_OF_EACH = 100


def weight(blocks: Sequence[Block]) -> int:
    """Return what *blocks* count against the size of a message."""
    return sum(len(json.dumps(block, ensure_ascii=False)) + _OF_EACH for block in blocks)


class Page:
    """The room that is left in a message."""

    def __init__(self) -> None:
        """Begin with an empty message."""
        self._blocks = _BLOCKS
        self.room = _WEIGHT

    def takes(self, blocks: Sequence[Block], within: int = _WEIGHT) -> bool:
        """Take *blocks*, all or none, if they fit and weigh up to *within*."""
        weighs = weight(blocks)
        if len(blocks) > self._blocks or weighs > min(self.room, within):
            return False
        self._blocks -= len(blocks)
        self.room -= weighs
        return True

    def first(self, blocks: Sequence[Block], within: int = _WEIGHT) -> list[Block]:
        """Take as many of *blocks*, from the first on, as fit and weigh up to *within*."""
        taken: list[Block] = []
        for block in blocks:
            if not self.takes([block], within - weight(taken)):
                break
            taken.append(block)
        return taken
