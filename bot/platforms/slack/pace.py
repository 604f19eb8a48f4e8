"""Slack takes about one message a second in a channel: who is next, and when."""

import asyncio
from collections.abc import Callable

from bot.delivery import TryLater

_REMEMBERED = 1000


class Pace:
    """Turns to post, one per channel and interval."""

    def __init__(self, interval: float, clock: Callable[[], float]) -> None:
        """Let a channel have a message every *interval* seconds of *clock*."""
        self._interval = interval
        self._clock = clock
        self._free_at: dict[str, float] = {}

    async def turn(self, channel: str) -> None:
        """Wait for the channel's next turn if it is near; raise TryLater if it is not."""
        now = self._clock()
        at = max(now, self._free_at.get(channel, now))
        if at - now > self._interval:
            raise TryLater(at - now)
        self._forget(now)
        self._free_at[channel] = at + self._interval
        await asyncio.sleep(at - now)

    def _forget(self, now: float) -> None:
        if len(self._free_at) >= _REMEMBERED:
            self._free_at = {c: at for c, at in self._free_at.items() if at > now}
