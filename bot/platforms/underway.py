"""What a platform has under way: events that are taken in, and small things in the background."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager

import structlog

_GRACE_SECONDS = 5.0
_ASIDES_GRACE_SECONDS = 2.0

log = structlog.get_logger(__name__)


class Gate:
    """Lets events in while it is open, and knows when all of them are dealt with."""

    def __init__(self) -> None:
        """Start closed."""
        self._is_open = False
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def open(self) -> None:
        """Let events in."""
        self._is_open = True

    async def close(self) -> None:
        """Let no more events in; return when those under way are dealt with, or after a while."""
        self._is_open = False
        try:
            async with asyncio.timeout(_GRACE_SECONDS):
                await self._idle.wait()
        except TimeoutError:
            log.warning("events_cut_off", events=self._under_way)

    @asynccontextmanager
    async def passing(self) -> AsyncGenerator[bool]:
        """Count an event as under way; gives False if none is let in at the moment."""
        self._under_way += 1
        self._idle.clear()
        try:
            yield self._is_open
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()


class Background:
    """Runs small things of which nothing depends; what fails in an expected way is let go."""

    def __init__(self, trouble: tuple[type[Exception], ...]) -> None:
        """Expect *trouble*."""
        self._trouble = trouble
        self._tasks: set[asyncio.Task[None]] = set()

    def soon(self, work: Coroutine[None, None, object]) -> asyncio.Task[None]:
        """Start *work*."""
        task = asyncio.create_task(self._attempt(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """Let what is under way end, for a moment."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_ASIDES_GRACE_SECONDS)
        for task in self._tasks:
            task.cancel()

    async def _attempt(self, work: Coroutine[None, None, object]) -> None:
        try:
            await work
        except self._trouble as problem:
            log.info("aside_left_out", problem=str(problem) or type(problem).__name__)
