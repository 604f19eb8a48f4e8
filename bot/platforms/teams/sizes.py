"""How much a message holds: parts are taken as long as there is room. Pure.

Teams refuses messages of over about 100 KB and advises to stay below 80 KB. It counts them in
UTF-16, without the pictures in them, which may have 1 MB.
"""

import json
from collections.abc import Sequence

from bot.platforms.teams.wire import Payload

LIMIT = 80 * 1024
PICTURE_LIMIT = 512 * 1024
_SEPARATOR = 2  # bytes: a comma


def weight(part: object) -> int:
    """Return how many bytes *part* counts as JSON."""
    return len(json.dumps(part, ensure_ascii=False).encode("utf-16-le", errors="replace"))


class Room:
    """The room that is left in a message."""

    def __init__(self, limit: int = LIMIT) -> None:
        """Begin with room for *limit* bytes."""
        self.left = limit

    def takes(self, parts: Sequence[Payload], keeping: int = 0) -> bool:
        """Take *parts*, all or none, if they fit and *keeping* bytes stay free."""
        weighs = sum(weight(part) + _SEPARATOR for part in parts)
        if weighs > self.left - keeping:
            return False
        self.left -= weighs
        return True

    def first(self, parts: Sequence[Payload], keeping: int = 0) -> list[Payload]:
        """Take as many of *parts*, from the first on, as fit with *keeping* bytes to spare."""
        taken: list[Payload] = []
        for part in parts:
            if not self.takes([part], keeping):
                break
            taken.append(part)
        return taken
