"""The charts of replies as images: drawn when the page asks for one, remembered for a while."""

import asyncio
from hashlib import sha256
from typing import Protocol

from bot.chart_records import Chart

CHART_LIMIT = 64 * 1024


class Drawing(Protocol):
    """Draws a chart as a PNG; may take a while."""

    def __call__(self, chart: Chart, *, dark: bool = False) -> bytes:
        """Return *chart* for a light page or a *dark* one."""
        ...


class Charts:
    """Draws one chart at a time, in a thread: drawing takes all of a core for some tenths."""

    def __init__(self, draw: Drawing, keep: int = 64) -> None:
        """Draw with *draw* and remember the last *keep* images that were asked for."""
        self._draw = draw
        self._keep = keep
        self._drawn: dict[bytes, bytes] = {}
        self._turn = asyncio.Lock()

    async def png(self, chart: Chart, *, dark: bool) -> bytes:
        """Return the image of *chart*."""
        key = sha256(f"{dark}{chart.model_dump_json()}".encode()).digest()
        async with self._turn:
            image = self._drawn.pop(key, None)
            if image is None:
                image = await asyncio.to_thread(self._draw, chart, dark=dark)
            self._drawn[key] = image
            for oldest in list(self._drawn)[: -self._keep]:
                del self._drawn[oldest]
        return image
