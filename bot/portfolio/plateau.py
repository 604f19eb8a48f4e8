"""A metric's history against its noise, and whether a good week promises another."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import combinations, groupby, pairwise, permutations
from statistics import median
from typing import Literal

import numpy as np

from bot.log_records import Hypothesis, Outcome
from bot.portfolio.evidence import current
from bot.portfolio.proportions import wilson

FEWEST = 5
RECENT = 8
"""How many of the last readings make the recent trend. All their orders can be counted out."""

SIGNIFICANCE = 0.05
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """The value of a hypothesis' metric at a time, in the unit of its threshold."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Trend:
    """Where the last `n` readings go; `unclear` is what can't be told from noise.

    `per_week` is the slope (Theil-Sen: the median over all pairs of readings) in units of the
    metric. `noise` is how far a reading lies off that line (1.4826 times the median distance, a
    standard deviation if the noise is normal). `p_value` is how often readings in random order
    would trend as much. All three are None with too few readings.
    """

    n: int
    verdict: Literal["too_few", "rising", "falling", "unclear"]
    per_week: float | None = None
    noise: float | None = None
    p_value: float | None = None


def readings(outcomes: Iterable[Outcome], at: datetime | None = None) -> list[Reading]:
    """Return the metric's values in *outcomes* of one hypothesis as known *at* a time."""
    found = [Reading(o.at, o.value) for o in current(outcomes, at) if o.value is not None]
    return sorted(found, key=lambda reading: reading.at)


def trend(history: Sequence[Reading]) -> Trend:
    """Return the recent trend of *history*, oldest first: of its last 8 readings, at least 5.

    Mann-Kendall test (H. B. Mann, Econometrica 13, 1945), exact also with ties: all orders of the
    readings are counted out. It takes readings to be independent of each other; those that build on
    the last one look more like a trend than they are.
    """
    recent = history[-RECENT:]
    n = len(recent)
    if n < FEWEST:
        return Trend(n, "too_few")
    values = [reading.value for reading in recent]
    score = sum(_sign(later - earlier) for earlier, later in combinations(values, 2))
    p_value = _at_least(_ties(values))[abs(score)]
    slope, noise = _line(recent)
    if p_value > SIGNIFICANCE:
        return Trend(n, "unclear", slope, noise, p_value)
    return Trend(n, "rising" if score > 0 else "falling", slope, noise, p_value)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _ties(values: Sequence[float]) -> tuple[int, ...]:
    """Return how many readings are alike, for each value."""
    return tuple(sorted(len(list(alike)) for _, alike in groupby(sorted(values))))


@cache
def _at_least(ties: tuple[int, ...]) -> dict[int, float]:
    """Return for each score how often a random order of readings reaches it, up or down."""
    ranks = np.repeat(np.arange(len(ties)), ties)
    orders = np.array(list(permutations(ranks.tolist())), dtype=np.int8)
    scores = np.zeros(len(orders), dtype=np.int64)
    for earlier, later in combinations(range(len(ranks)), 2):
        scores += np.sign(orders[:, later] - orders[:, earlier])
    sizes = np.abs(scores)
    return {int(size): float((sizes >= size).mean()) for size in np.unique(sizes)}


def _line(history: Sequence[Reading]) -> tuple[float, float]:
    """Return the slope per week and the noise about the line."""
    weeks = [(reading.at - history[0].at) / _WEEK for reading in history]
    values = [reading.value for reading in history]
    pairs = combinations(zip(weeks, values, strict=True), 2)
    slopes = [(v2 - v1) / (w2 - w1) for (w1, v1), (w2, v2) in pairs if w2 > w1]
    slope = median(slopes) if slopes else 0.0
    off = [value - slope * week for week, value in zip(weeks, values, strict=True)]
    centre = median(off)
    return slope, 1.4826 * median(abs(each - centre) for each in off)


# -- does a good week promise another?


@dataclass(frozen=True, slots=True)
class BaseRate:
    """How often a good week was followed by a good one: `times` out of `n`, with a 95 % interval.

    Values that merely jump about a level make it 1 in 3, so one good week in two after a good one
    would already be a run.
    """

    times: int
    n: int
    low: float
    high: float


def good_weeks(
    hypotheses: Iterable[Hypothesis], outcomes: Mapping[str, Sequence[Outcome]]
) -> BaseRate:
    """Return a team's own base rate over *hypotheses*; *outcomes* are by hypothesis.

    A week is good if the last value of the week is better than that of the week before. Better is
    higher, unless the hypothesis' threshold is an upper limit ("at most 3 %", "< 200 ms"). Weeks
    without a value break the row.
    """
    times = n = 0
    for hypothesis in hypotheses:
        history = _weekly(outcomes.get(hypothesis.id, ()))
        better = [_improved(one, two, hypothesis) for one, two in pairwise(history)]
        followed = [second for first, second in pairwise(better) if first and second is not None]
        times, n = times + sum(followed), n + len(followed)
    return BaseRate(times, n, *wilson(times / n if n else 0.0, n))


_Week = tuple[date, float]


def _weekly(outcomes: Iterable[Outcome]) -> list[_Week]:
    """Return the last value of each week, by its Monday."""
    values = {
        o.on - timedelta(days=o.on.weekday()): o.value
        for o in sorted(current(outcomes), key=lambda o: (o.on, o.at))
        if o.value is not None
    }
    return list(values.items())


def _improved(before: _Week, after: _Week, hypothesis: Hypothesis) -> bool | None:
    """Tell whether a week was good; None if it does not follow on the one before."""
    if after[0] - before[0] != _WEEK:
        return None
    return (after[1] - before[1]) * wanted(hypothesis) > 0


_UPPER_LIMIT = re.compile(
    r"[<≤]|\b(?:at most|below|under|less than|fewer than|lower than|no more than|not more than"
    r"|not above|up to|max(?:imum)?)\b",
    re.IGNORECASE,
)


def wanted(hypothesis: Hypothesis) -> Literal[1, -1]:
    """Return 1 if the metric should rise, -1 if the threshold reads as an upper limit."""
    return -1 if _UPPER_LIMIT.search(hypothesis.threshold) else 1
