"""Charts as pictures in a message or in the App Home, for as long as Slack plays along.

A picture is worth less than the words around it: whatever goes wrong with it, they are sent, and
what the chart shows is said in words.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import aiohttp
import structlog

from bot import faults
from bot.chart_records import Chart
from bot.platforms.slack.api import Interrupted, NeedsAdmin, Refused
from bot.platforms.slack.render import picture_of
from bot.platforms.slack.sources import Block
from bot.platforms.slack.uploads import Uploads

Draw = Callable[[Chart], bytes]
Shown = TypeVar("Shown")

BAD_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
_NOT_READY = BAD_BLOCKS | {"invalid_arguments"}  # what a view's blocks are refused with
_REMEMBERED = 100

log = structlog.get_logger(__name__)


class Pictures:
    """Draws charts, hands them to Slack, and has them shown."""

    def __init__(self, uploads: Uploads, draw: Draw | None, waits: Sequence[float]) -> None:
        """Draw PNGs with *draw*; *waits* are the seconds after each attempt that fails."""
        self._uploads = uploads
        self._draw = draw
        self._waits = waits
        self._drawing = asyncio.Lock()
        self._files: OrderedDict[Chart, str] = OrderedDict()

    async def shown(
        self, chart: Chart | None, show: Callable[[Block | None], Awaitable[Shown]]
    ) -> Shown:
        """Return what *show* makes of the picture of *chart*, or of None if there can be none.

        Slack looks a new file over before a message may show it, and does not say how long that
        takes: until then it refuses the blocks.
        """
        file = await self._file(chart) if chart and self._draw else ""
        if chart and file:
            for wait in self._waits:
                try:
                    return await show(picture_of(chart, file))
                except Refused as refused:
                    if refused.code not in _NOT_READY:
                        raise
                await asyncio.sleep(wait)
            log.warning("picture_not_taken", file=file)
            self._files.pop(chart, None)
        return await show(None)

    async def _file(self, chart: Chart) -> str:
        """Return Slack's file with the picture of *chart*; empty if there can be none."""
        file = self._files.get(chart) or await self._handed_over(chart)
        if file:
            self._files[chart] = file
            self._files.move_to_end(chart)
        if len(self._files) > _REMEMBERED:
            self._files.popitem(last=False)
        return file

    async def _handed_over(self, chart: Chart) -> str:
        content = await self._drawn(chart)
        for wait in self._waits if content else ():
            try:
                return await self._uploads.picture(chart.title, content)
            except (Refused, NeedsAdmin) as problem:
                log.warning("no_picture", problem=str(problem))
                return ""
            except (Interrupted, aiohttp.ClientError, TimeoutError) as problem:
                log.info("picture_not_handed_over", problem=str(problem))
            await asyncio.sleep(wait)
        return ""

    async def _drawn(self, chart: Chart) -> bytes:
        if self._draw is None:
            return b""
        try:
            async with self._drawing:  # one at a time: it takes all of a core
                return await asyncio.to_thread(self._draw, chart)
        except Exception as error:  # noqa: BLE001 - the words must not be lost with the picture
            log.warning("chart_not_drawn", fault=faults.told(error))
            return b""
