"""How long an event loop does not get to anything else: what a person waits for in the meantime."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

_EVERY_SECONDS = 0.005


class Heartbeat:
    """A task that wants to run all the time; `longest` is for how many seconds it could not."""

    def __init__(self) -> None:
        """Begin with no pause."""
        self.longest = 0.0

    @asynccontextmanager
    async def beating(self) -> AsyncGenerator["Heartbeat"]:
        """Beat meanwhile."""
        task = asyncio.create_task(self._beat())
        await asyncio.sleep(0)
        try:
            yield self
            await asyncio.sleep(2 * _EVERY_SECONDS)  # a pause that has not ended counts as well
        finally:
            task.cancel()

    async def _beat(self) -> None:
        before = time.perf_counter()
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            now = time.perf_counter()
            self.longest = max(self.longest, now - before - _EVERY_SECONDS)
            before = now
