"""A made-up team's days to click through: what was sent, what was answered, what came of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

from bot.frozen import Frozen, Text
from bot.messages import Reply


class DemoEvent(Frozen):
    """Something that happened; `at` is the local time of `who`, who sent or received it.

    A digest's `who` is its channel. The `text` is shown where there is no `reply`.
    """

    at: str
    who: Text
    what: Literal["prompt", "reminder", "answer", "digest", "digest_update", "reply"]
    reply: Reply | None = None
    text: Text = ""


class DemoDay(Frozen):
    """A day of the team, in the order of time."""

    title: Text
    events: tuple[DemoEvent, ...]


class DemoWeek(Frozen):
    """The days of the team."""

    days: tuple[DemoDay, ...]


class Demo:
    """Plays the team's days when somebody first looks at them; everybody sees the same."""

    def __init__(self, play: Callable[[], Awaitable[DemoWeek]]) -> None:
        """Play with *play*, which may take some seconds."""
        self._play = play
        self._week: asyncio.Future[DemoWeek] | None = None

    async def week(self) -> DemoWeek:
        """Return the team's days; what failed is played again."""
        if self._week is None or _failed(self._week):
            self._week = asyncio.ensure_future(self._play())
        return await asyncio.shield(self._week)

    async def stop(self) -> None:
        """Give up what is being played."""
        if self._week and not self._week.done():
            self._week.cancel()
            await asyncio.wait([self._week])


def _failed(week: asyncio.Future[DemoWeek]) -> bool:
    return week.done() and (week.cancelled() or week.exception() is not None)
