"""Charts as data small enough to travel in a reply; `bot.charts` draws them."""

from datetime import date
from typing import Literal

from pydantic import Field

from bot.frozen import Frozen, Text


class Series(Frozen):
    """A line or a layer of a chart: a value for each of the chart's `dates`, or for each bin.

    With `low` and `high` it has a band. None is a gap.
    """

    name: Text
    values: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    counts: tuple[int, ...] = Field(default=(), description="How many points are behind a value.")


class Chart(Frozen):
    """What a chart shows: `portfolio` (hypotheses by state), `odds` or `calibration` (0 to 1).

    `alt` says in words what it shows, for those who don't see it.
    """

    kind: Literal["portfolio", "odds", "calibration"]
    title: Text
    alt: Text
    dates: tuple[date, ...] = ()
    series: tuple[Series, ...] = ()
