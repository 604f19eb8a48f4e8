"""What Coach does beside answering: showing in Teams that it is at work.

It happens in the background after an activity was taken in, and whatever fails is let go: nothing
here may delay or fail an activity or its answer.
"""

import aiohttp

from bot.delivery import TryLater, Undeliverable
from bot.errors import StoreUnavailable
from bot.messages import Message, Venue
from bot.platforms.teams.wire import Interrupted, Line
from bot.platforms.underway import Background
from bot.ports import Address

TROUBLE = (
    Undeliverable,
    TryLater,
    Interrupted,
    StoreUnavailable,
    aiohttp.ClientError,
    TimeoutError,
)
_TYPING = {"type": "typing"}


class Asides:
    """Small things that Coach shows without keeping count of them."""

    def __init__(self, line: Line) -> None:
        """Call Teams through *line*."""
        self._line = line
        self._background = Background(TROUBLE)

    def show_at_work(self, message: Message, address: Address) -> None:
        """Show that Coach writes; Teams takes it away with the answer, or after some seconds."""
        if message.opened or message.hidden:
            return
        thread = message.place.thread if message.place.venue == Venue.CHANNEL else ""
        self._background.soon(self._line.send(address, _TYPING, thread))

    async def close(self) -> None:
        """Let what is under way end, for a moment."""
        await self._background.close()
