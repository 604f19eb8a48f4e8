"""Whether a metric moves: alarms on series that stand still, hits on series that move."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np

from bot.portfolio.plateau import Reading, trend
from evals.reports import Report
from evals.standups.cells import Numbers, count, share
from evals.standups.sizes import Sizes

_SEED = 3
_START = datetime(2026, 1, 5, 9, tzinfo=UTC)
_TWO_SIDED = 1.96

Way = Literal["up", "down", ""]
Draw = Callable[[np.random.Generator, int], Numbers]


@dataclass(frozen=True)
class Series:
    """A sort of series, and whether it moves at its end; noise has a standard deviation of 1."""

    name: str
    draw: Draw
    lengths: Sequence[int]
    moves: bool


def _flat(rng: np.random.Generator, n: int) -> Numbers:
    return rng.standard_normal(n)


def _heavy(rng: np.random.Generator, n: int) -> Numbers:
    """Student's t with 3 degrees of freedom: outliers, the same standard deviation."""
    drawn: Numbers = rng.standard_t(3, n) / 3**0.5
    return drawn


def _coarse(rng: np.random.Generator, n: int) -> Numbers:
    """Whole numbers, as of a metric that is rounded: many ties."""
    return np.rint(rng.standard_normal(n))


def _sticky(rng: np.random.Generator, n: int) -> Numbers:
    """Each reading keeps 0.6 of how far the last one was off (AR(1))."""
    values = rng.standard_normal(n)
    for place in range(1, n):
        values[place] = 0.6 * values[place - 1] + 0.8 * values[place]
    return values


def _walk(rng: np.random.Generator, n: int) -> Numbers:
    """Each reading builds on the last; no step is likelier up than down."""
    return rng.standard_normal(n).cumsum()


def _rising(slope: float) -> Draw:
    return lambda rng, n: rng.standard_normal(n) + slope * np.arange(n)


def _levelled(rng: np.random.Generator, n: int) -> Numbers:
    """Twelve readings that rose by 1 each, then *n* about the level they reached."""
    return rng.standard_normal(12 + n) + np.minimum(np.arange(12 + n), 11)


_LENGTHS = (5, 6, 8, 12)
SERIES = (
    Series("flat", _flat, _LENGTHS, moves=False),
    Series("flat, outliers", _heavy, (8,), moves=False),
    Series("flat, rounded", _coarse, (8,), moves=False),
    Series("flat, sticky (0.6)", _sticky, (8,), moves=False),
    Series("random walk", _walk, (8,), moves=False),
    Series("flat after a rise, since", _levelled, (2, 4, 6, 8), moves=False),
    Series("rises 0.25 a reading", _rising(0.25), _LENGTHS, moves=True),
    Series("rises 0.5 a reading", _rising(0.5), _LENGTHS, moves=True),
    Series("rises 1.0 a reading", _rising(1.0), _LENGTHS, moves=True),
)


# -- what says whether it moves


def better_than_the_last(values: Numbers) -> Way:
    """Be the floor: it moves as the last reading did."""
    return _way(float(values[-1] - values[-2]))


def coach(values: Numbers) -> Way:
    """Ask Coach."""
    history = [
        Reading(_START + timedelta(weeks=week), float(value)) for week, value in enumerate(values)
    ]
    ways: dict[str, Way] = {"rising": "up", "falling": "down"}
    return ways.get(trend(history).verdict, "")


def likelihood_ratio(values: Numbers) -> Way:
    """Be the ceiling: the test at 5 % that knows the noise, and that a series moves in a line."""
    weeks = np.arange(len(values)) - (len(values) - 1) / 2
    z = float(weeks @ values) / float(weeks @ weeks) ** 0.5
    return _way(z) if abs(z) > _TWO_SIDED else ""


def _way(number: float) -> Way:
    if number == 0:
        return ""
    return "up" if number > 0 else "down"


# -- the table


def said(series: Series, n: int, sizes: Sizes) -> list[tuple[int, int]]:
    """Return how often floor, Coach and ceiling say up, and say down.

    The ceiling is given the last *n* readings alone: it knows since when a series is flat.
    """
    rng = np.random.default_rng([_SEED, n, SERIES.index(series)])
    drawn = [series.draw(rng, n) for _ in range(sizes.series)]
    ways = (
        [better_than_the_last(values) for values in drawn],
        [coach(values) for values in drawn],
        [likelihood_ratio(values[-n:]) for values in drawn],
    )
    return [(each.count("up"), each.count("down")) for each in ways]


def report(sizes: Sizes) -> Report:
    """Return the table: a row per sort of series and length."""
    return Report(
        name="",
        title="Plateaus: does the metric move?",
        header=("", "readings", "n", "floor", "Coach", "ceiling"),
        rows=tuple(_row(series, length, sizes) for series in SERIES for length in series.lengths),
        notes=(
            "Series that stand still: the share called rising or falling, which is wrong (of the "
            "floor, rising alone: it always says one of the two). Series that move: the share "
            "called rising, which is right; what is missed is called unclear, hardly ever falling.",
            "Noise is normal with a standard deviation of 1. Floor: the last reading is better "
            "than the one before. Ceiling: the likelihood ratio test at 5 %, which knows the noise "
            "and, after a rise of twelve readings by 1 each, when that ended; it takes readings to "
            "be independent, as Coach's does. Coach looks at the last 8 readings, and its exact "
            "test can't use up its 5 % with few.",
            "Unclear is not a plateau: Coach never says that a metric stands still.",
        ),
    )


def _row(series: Series, length: int, sizes: Sizes) -> tuple[str, ...]:
    floor, *others = said(series, length, sizes)
    hits = [up if series.moves else up + down for up, down in others]
    shares = (share(each, sizes.series, 3) for each in (floor[0], *hits))
    return (series.name, str(length), count(sizes.series), *shares)
