"""What Coach does beside answering: showing in Teams that it is at work.

It happens in the background after an activity was taken in, and whatever fails is let go: nothing
here may delay or fail an activity or its answer.
"""

import asyncio
from collections.abc import Coroutine

import aiohttp
import structlog

from bot.delivery import TryLater, Undeliverable
from bot.errors import StoreUnavailable
from bot.messages import Message, Venue
from bot.platforms.teams.wire import Interrupted, Line
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
_GRACE_SECONDS = 2.0

log = structlog.get_logger(__name__)


class Asides:
    """Small things that Coach shows without keeping count of them."""

    def __init__(self, line: Line) -> None:
        """Call Teams through *line*."""
        self._line = line
        self._tasks: set[asyncio.Task[None]] = set()

    def show_at_work(self, message: Message, address: Address) -> None:
        """Show that Coach writes; Teams takes it away with the answer, or after some seconds."""
        if message.opened or message.hidden:
            return
        thread = message.place.thread if message.place.venue == Venue.CHANNEL else ""
        self._soon(self._line.send(address, _TYPING, thread))

    async def close(self) -> None:
        """Let what is under way end, for a moment."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_GRACE_SECONDS)
        for task in self._tasks:
            task.cancel()

    def _soon(self, work: Coroutine[None, None, object]) -> None:
        task = asyncio.create_task(_attempt(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _attempt(work: Coroutine[None, None, object]) -> None:
    try:
        await work
    except TROUBLE as problem:
        log.info("aside_left_out", problem=str(problem) or type(problem).__name__)
