"""Do stated chances come true as often as stated? Of the team, never of a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from bot.log_records import CLOSING, Hypothesis, Outcome
from bot.portfolio.evidence import current, standing
from bot.portfolio.proportions import wilson

FEWEST_POINTS = 20
FEWEST_HYPOTHESES = 8
"""Fewer points than that, or of fewer hypotheses, say nothing."""

_BINS = 5
_END = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Point:
    """What one person thought of one hypothesis in one week (by its Monday), and what came of it.

    `chance` and `prior` are probabilities (0 to 1); the prior is the one of the first version.
    """

    person: str
    hypothesis: str
    week: date
    chance: float
    prior: float
    came_true: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Points with chances from `low` to `high` (0 to 1): said on average, and came true.

    The 95 % interval takes the number of hypotheses for the number of cases, because what comes of
    a hypothesis is one event however often it was reported on.
    """

    low: float
    high: float
    said: float
    came_true: float
    came_true_low: float
    came_true_high: float
    points: int
    hypotheses: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval (Student's t over hypotheses)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TooFew:
    """Not enough is decided to say anything."""

    points: int
    hypotheses: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How good stated chances were.

    `brier` is the mean squared distance of the chances from what happened: 0 is perfect, 0.25 is
    what always saying 50 % gets (G. W. Brier, Monthly Weather Review 78, 1950). For scale:
    `brier_of_priors`, and `brier_of_base_rate`, what saying the overall share each time would have
    got. `bias` is the mean chance minus the share that came true: above 0 is too hopeful.
    """

    points: int
    hypotheses: int
    said: float
    came_true: float
    brier: Estimate
    bias: Estimate
    brier_of_priors: float
    brier_of_base_rate: float
    bins: tuple[Bin, ...]


def points(
    versions: Mapping[str, Sequence[Hypothesis]], outcomes: Mapping[str, Sequence[Outcome]]
) -> list[Point]:
    """Return one point per person, hypothesis and ISO week: the last chance stated in that week.

    Only what was stated before the hypothesis was decided counts, as it stood then; later
    corrections don't. Dropped hypotheses don't either: nobody knows what would have become of them.
    Both mappings are by hypothesis.
    """
    return [
        point
        for name, written in versions.items()
        if written
        for point in _points(written, outcomes.get(name, ()))
    ]


def _points(versions: Sequence[Hypothesis], outcomes: Sequence[Outcome]) -> list[Point]:
    final = standing(versions, outcomes, _END)
    if final is None or final.state not in ("supported", "refuted"):
        return []
    prior = min(versions, key=lambda v: v.version).prior
    stood = current(o for o in outcomes if o.at < final.since)
    latest = {
        (o.person, o.on - timedelta(days=o.on.weekday())): o.chance
        for o in sorted(stood, key=lambda o: (o.at, o.id))
        if o.chance is not None and o.result not in CLOSING
    }
    came_true = final.state == "supported"
    return [
        Point(person, final.version.id, week, chance, prior, came_true)
        for (person, week), chance in latest.items()
    ]


def calibration(found: Sequence[Point]) -> Calibration | TooFew:
    """Return how good the chances of *found* points were, unless they are too few to say."""
    names = sorted({point.hypothesis for point in found})
    if len(found) < FEWEST_POINTS or len(names) < FEWEST_HYPOTHESES:
        return TooFew(len(found), len(names))
    said = np.array([point.chance for point in found])
    true = np.array([point.came_true for point in found], dtype=np.float64)
    priors = np.array([point.prior for point in found])
    place = {name: number for number, name in enumerate(names)}
    owner = np.array([place[point.hypothesis] for point in found])
    return Calibration(
        points=len(found),
        hypotheses=len(names),
        said=float(said.mean()),
        came_true=float(true.mean()),
        brier=_estimate((said - true) ** 2, owner, 0.0),
        bias=_estimate(said - true, owner, -1.0),
        brier_of_priors=float(((priors - true) ** 2).mean()),
        brier_of_base_rate=float(true.mean() * (1 - true.mean())),
        bins=_bins(found),
    )


def _estimate(values: NDArray[np.float64], owner: NDArray[np.intp], least: float) -> Estimate:
    """Return the mean of *values*, from *least* to 1, and how far other hypotheses might move it.

    The interval is Student's t by hypothesis: with few of them, a bootstrap is much too narrow.
    """
    sums, counts = np.bincount(owner, values), np.bincount(owner)
    mean, n = float(values.mean()), len(sums)
    spread = float(((sums - mean * counts) ** 2).sum()) * n / (n - 1)
    half = _student(n - 1) * sqrt(spread) / len(values)
    return Estimate(mean, max(mean - half, least), min(mean + half, 1.0))


def _student(freedom: int) -> float:
    """Return Student's t at 97.5 % (Cornish and Fisher), to 0.3 % from 4 of *freedom* on."""
    z = NormalDist().inv_cdf(0.975)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, start=1))


def _bins(found: Iterable[Point]) -> tuple[Bin, ...]:
    filled: dict[int, list[Point]] = {}
    for point in found:
        filled.setdefault(min(int(point.chance * _BINS), _BINS - 1), []).append(point)
    return tuple(_bin(number, filled[number]) for number in sorted(filled))


def _bin(number: int, inside: Sequence[Point]) -> Bin:
    share = sum(point.came_true for point in inside) / len(inside)
    hypotheses = len({point.hypothesis for point in inside})
    low, high = wilson(share, hypotheses)
    return Bin(
        low=number / _BINS,
        high=(number + 1) / _BINS,
        said=sum(point.chance for point in inside) / len(inside),
        came_true=share,
        came_true_low=low,
        came_true_high=high,
        points=len(inside),
        hypotheses=hypotheses,
    )
