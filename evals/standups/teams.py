"""What is said of a team's calibration, for made-up teams whose calibration is known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import NormalDist

import numpy as np

from bot.portfolio.calibration import (
    FEWEST_HYPOTHESES,
    FEWEST_POINTS,
    Calibration,
    Estimate,
    Point,
    TooFew,
    calibration,
)
from bot.portfolio.proportions import wilson
from evals.reports import Report
from evals.standups.cells import Flags, Numbers, count, share
from evals.standups.sizes import Sizes

_SEED = 5
_WEEKS = 4
_MONDAY = date(2026, 1, 5)
_BINS = 5
_HYPOTHESES = (5, 8, 12, 20, 40)
_GUARDED = (3, 4, 5, 6, 8, 12)

State = Callable[[Numbers], Numbers]
_NORMAL = NormalDist()


def _log_odds(lean: float, stretch: float) -> State:
    def state(chances: Numbers) -> Numbers:
        sure = np.clip(chances, 0.001, 0.999)
        said: Numbers = 1 / (1 + np.exp(-stretch * np.log(sure / (1 - sure)) - lean))
        return said

    return state


def _below(values: Numbers) -> Numbers:
    """Return the probability that a standard normal variable is below each of *values*."""
    return np.array([_NORMAL.cdf(float(each)) for each in values.ravel()]).reshape(values.shape)


@dataclass(frozen=True)
class Team:
    """How a team states what it believes; `leans` is 1 for too hopeful, -1 for too cautious."""

    name: str
    state: State
    leans: int = 0


TEAMS = (
    Team("calibrated", _log_odds(0, 1)),
    Team("hopeful (+0.8)", _log_odds(0.8, 1), 1),
    Team("cautious (-0.8)", _log_odds(-0.8, 1), -1),
    Team("too sure (x 2)", _log_odds(0, 2)),
)


@dataclass(frozen=True)
class Reports:
    """Stated chances by hypothesis (rows) and week (columns), and which came true."""

    said: Numbers
    came_true: Flags


def reports_of(team: Team, hypotheses: int, rng: np.random.Generator) -> Reports:
    """Draw what a team states in four weeks of each hypothesis, and what comes of it.

    Evidence is a sum of five normal steps on a normal start; it comes true if the sum is above 0.
    A belief is the chance of that, given the steps so far: calibrated, and moving as evidence does.
    """
    start = rng.normal(-0.45, 0.6, (hypotheses, 1)) * sqrt(_WEEKS + 1)
    seen = start + rng.standard_normal((hypotheses, _WEEKS + 1)).cumsum(axis=1)
    left = np.arange(_WEEKS, 0, -1)
    beliefs = _below(seen[:, :_WEEKS] / np.sqrt(left))
    return Reports(team.state(beliefs), seen[:, -1] > 0)


def points(found: Reports, told: Flags | None = None) -> list[Point]:
    """Return the points of the weeks that were *told* of, all if None."""
    return [
        Point("ana", f"h{h}", _MONDAY + timedelta(weeks=w), float(said), 0.4, bool(true))
        for h, (row, true) in enumerate(zip(found.said, found.came_true, strict=True))
        for w, said in enumerate(row)
        if told is None or told[h, w]
    ]


# -- the truth, and a floor


@dataclass(frozen=True)
class Truth:
    """What a team's figures would be after ever so many hypotheses; `bins` are shares come true."""

    brier: float
    bias: float
    bins: Sequence[float]


def truth(team: Team, sizes: Sizes) -> Truth:
    """Return it from a large population."""
    found = reports_of(team, sizes.population, np.random.default_rng([_SEED, 0]))
    true = np.repeat(found.came_true[:, None], _WEEKS, axis=1).astype(np.float64)
    bins = np.minimum((found.said * _BINS).astype(int), _BINS - 1)
    inside = [true[bins == number] for number in range(_BINS)]
    return Truth(
        brier=float(((found.said - true) ** 2).mean()),
        bias=float((found.said - true).mean()),
        bins=[float(each.mean()) if each.size else float("nan") for each in inside],
    )


def each_counts(values: Numbers) -> Estimate:
    """Be the floor: the usual interval of a mean, each estimate taken for a case of its own."""
    centre, half = float(values.mean()), 1.96 * float(values.std(ddof=1)) / sqrt(values.size)
    return Estimate(centre, centre - half, centre + half)


# -- the tally


@dataclass
class Tally:
    """How often intervals cover the truth, by Coach and by the floor, and what is said."""

    n: int = 0
    brier_off: float = 0
    brier: int = 0
    floor_brier: int = 0
    bias: int = 0
    floor_bias: int = 0
    bins: int = 0
    bins_covered: int = 0
    floor_bins: int = 0
    hopeful: int = 0
    cautious: int = 0

    def add(self, found: Reports, said: Calibration, right: Truth) -> None:
        """Compare what is *said* of one team."""
        true = np.repeat(found.came_true[:, None], _WEEKS, axis=1).astype(np.float64)
        self.n += 1
        self.brier_off += abs(said.brier.value - right.brier)
        self.brier += _covers(said.brier, right.brier)
        self.bias += _covers(said.bias, right.bias)
        self.floor_brier += _covers(each_counts((found.said - true) ** 2), right.brier)
        self.floor_bias += _covers(each_counts(found.said - true), right.bias)
        self.hopeful += said.bias.low > 0
        self.cautious += said.bias.high < 0
        self._add_bins(said, right)

    def _add_bins(self, said: Calibration, right: Truth) -> None:
        for one in said.bins:
            share_true = right.bins[round(one.low * _BINS)]
            low, high = wilson(one.came_true, one.points)
            self.bins += 1
            self.bins_covered += one.came_true_low <= share_true <= one.came_true_high
            self.floor_bins += low <= share_true <= high


def _covers(found: Estimate, right: float) -> bool:
    return found.low <= right <= found.high


def tally(team: Team, hypotheses: int, right: Truth, sizes: Sizes) -> Tally:
    """Compare for many teams of a sort, each with so many decided hypotheses."""
    rng = np.random.default_rng([_SEED, hypotheses, TEAMS.index(team)])
    counted = Tally()
    for _ in range(sizes.teams):
        found = reports_of(team, hypotheses, rng)
        said = calibration(points(found))
        if isinstance(said, Calibration):
            counted.add(found, said, right)
    return counted


# -- tables


def tables(sizes: Sizes) -> tuple[Report, Report, Report]:
    """Return the tables of intervals, of what is said, and of the guard."""
    truths = [truth(team, sizes) for team in TEAMS]
    found = [
        (team, right, hypotheses, tally(team, hypotheses, right, sizes))
        for team, right in zip(TEAMS, truths, strict=True)
        for hypotheses in _HYPOTHESES
    ]
    return _coverage(found), _sayings(found), _guard(sizes)


_Found = Sequence[tuple[Team, Truth, int, Tally]]


def _coverage(found: _Found) -> Report:
    return Report(
        name="",
        title="Calibration: how often the 95 % intervals cover the truth",
        header=(
            "team", "decided", "n", "off by", "Brier: floor", "Coach", "bins", "floor", "Coach",
        ),
        rows=tuple(
            (
                team.name, str(hypotheses), str(one.n), f"{one.brier_off / max(one.n, 1):.3f}",
                share(one.floor_brier, one.n), share(one.brier, one.n), count(one.bins),
                share(one.floor_bins, one.bins), share(one.bins_covered, one.bins),
            )
            for team, _, hypotheses, one in found
            if team in (TEAMS[0], TEAMS[-1])
        ),
        notes=(
            f"Decided: hypotheses, each with a chance stated in {_WEEKS} weeks; beliefs follow the "
            "evidence as they should, and are then stated as the team does (log odds shifted or "
            "doubled). n: teams. Off by: the mean absolute error of the Brier score, whose true "
            f"value is {found[0][1].brier:.3f} and {found[-1][1].brier:.3f}. Floor: takes each "
            "estimate for a case of its own. Ceiling: 0.95, which is what the intervals claim.",
            "Bins: stretches of a fifth of the scale with what came true in them; how many there "
            "were, and how often their intervals cover the share that comes true in the long run.",
        ),
    )  # fmt: skip


def _sayings(found: _Found) -> Report:
    return Report(
        name="",
        title="Calibration: what is said of a team's lean",
        header=(
            "team", "decided", "n", "bias: truth", "interval covers it", "“too hopeful”",
            "“too cautious”",
        ),
        rows=tuple(
            (
                team.name, str(hypotheses), str(one.n), f"{right.bias:+.3f}",
                share(one.bias, one.n), share(one.hopeful, one.n), share(one.cautious, one.n),
            )
            for team, right, hypotheses, one in found
        ),
        notes=(
            "Said when the 95 % interval of the bias leaves out 0, so each should be said of a "
            "calibrated team in 0.025 of cases. Else Coach says that there is no sign of a lean.",
        ),
    )  # fmt: skip


def silent(hypotheses: int, sizes: Sizes) -> int:
    """Return for how many teams the guard speaks, each hypothesis told of in two weeks of three."""
    rng = np.random.default_rng([_SEED, hypotheses, 99])
    quiet = 0
    for _ in range(sizes.teams):
        found = reports_of(TEAMS[0], hypotheses, rng)
        told = rng.random(found.said.shape) < 2 / 3
        quiet += isinstance(calibration(points(found, told)), TooFew)
    return quiet


def _guard(sizes: Sizes) -> Report:
    return Report(
        name="",
        title="Calibration: how often “too early to say” is said",
        header=("decided", "estimates, mean", "n", "“too early to say”"),
        rows=tuple(
            (
                str(h),
                f"{h * _WEEKS * 2 / 3:.0f}",
                str(sizes.teams),
                share(silent(h, sizes), sizes.teams),
            )
            for h in _GUARDED
        ),
        notes=(
            f"Each of {_WEEKS} weeks is told of in two cases of three. Said below {FEWEST_POINTS} "
            f"estimates or {FEWEST_HYPOTHESES} decided hypotheses.",
        ),
    )
