"""Charts as PNGs for cards, drawn in a thread.

A picture is worth less than the words around it: whatever goes wrong with it, they are sent, and
what the chart shows is said in words.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable

import structlog

from bot import faults
from bot.chart_records import Chart

Draw = Callable[[Chart], bytes]

_REMEMBERED = 20

log = structlog.get_logger(__name__)


class Pictures:
    """Draws charts, each once while it is remembered."""

    def __init__(self, draw: Draw | None) -> None:
        """Draw PNGs with *draw*; without, charts are told in words."""
        self._draw = draw
        self._drawing = asyncio.Lock()
        self._drawn: OrderedDict[Chart, bytes] = OrderedDict()

    async def of(self, chart: Chart | None) -> bytes | None:
        """Return *chart* as a PNG; None if there can be none."""
        if chart is None or self._draw is None:
            return None
        async with self._drawing:  # one at a time: it takes all of a core
            if chart not in self._drawn:
                await self._keep(chart, self._draw)
            return self._drawn.get(chart)

    async def _keep(self, chart: Chart, draw: Draw) -> None:
        try:
            self._drawn[chart] = await asyncio.to_thread(draw, chart)
        except Exception as error:  # noqa: BLE001 - the words must not be lost with the picture
            log.warning("chart_not_drawn", fault=faults.told(error))
        if len(self._drawn) > _REMEMBERED:
            self._drawn.popitem(last=False)
