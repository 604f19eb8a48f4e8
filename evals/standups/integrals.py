"""The integral behind the odds against brute force: the same copula, drawn very often."""

from dataclasses import dataclass

import numpy as np

from bot.portfolio.odds import at_least_one, independently
from evals.reports import Report
from evals.standups.cells import Numbers, mean, share
from evals.standups.sizes import Sizes
from evals.standups.worlds import Portfolio, draw_labels, latent, loadings

_SEED = 1
_RHOS = (0.3, 0.5, 0.7)
_BATCH = 100_000


@dataclass(frozen=True)
class Kind:
    """A sort of portfolio: how many bets, how many labels there are, how often each is given."""

    name: str
    bets: int
    labels: int
    often: float


_KINDS = (
    Kind("up to 8 bets, 3 labels", 8, 3, 0.4),
    Kind("up to 8 bets, 7 labels, tangled", 8, 7, 0.5),
    Kind("up to 30 bets, 4 labels", 30, 4, 0.3),
)


@dataclass(frozen=True)
class Errors:
    """By portfolio: how far the floor and Coach are off, and the simulation's standard error."""

    floor: Numbers
    coach: Numbers
    standard: Numbers


def errors(kind: Kind, sizes: Sizes) -> Errors:
    """Compare on portfolios of a *kind*, at each correlation in turn."""
    rng = np.random.default_rng([_SEED, kind.bets, kind.labels])
    return Errors(*np.array([_error(kind, n, rng, sizes.draws) for n in range(sizes.integrals)]).T)


def _error(
    kind: Kind, number: int, rng: np.random.Generator, draws: int
) -> tuple[float, float, float]:
    names = [f"l{n}" for n in range(kind.labels)]
    n = int(rng.integers(2, kind.bets + 1))
    chances = rng.uniform(0.01, min(0.6, 3 / n), n)  # more, and all but all rounds succeed
    found = Portfolio(chances, draw_labels(rng, n, names, kind.often))
    rho = _RHOS[number % len(_RHOS)]
    share = simulated(found, names, rho, rng, draws)
    bets = found.bets(found.chances)
    standard = (max(share * (1 - share), 1 / draws) / draws) ** 0.5
    return independently(bets) - share, at_least_one(bets, rho) - share, standard


def simulated(
    found: Portfolio, names: list[str], rho: float, rng: np.random.Generator, draws: int
) -> float:
    """Return the share of *draws* in which at least one bet succeeds."""
    pull = loadings(found.labels, dict.fromkeys(names, rho))
    batches = [min(_BATCH, draws - done) for done in range(0, draws, _BATCH)]
    return sum(int(latent(found, pull, rng, n).any(axis=1).sum()) for n in batches) / draws


def report(sizes: Sizes) -> Report:
    """Return the table."""
    return Report(
        name="",
        title="Odds: error of the integral, x 10,000",
        header=("", "n", "floor's mean error", "Coach's mean error", "largest", "within 1.96 s.e."),
        rows=tuple(_row(kind, errors(kind, sizes)) for kind in _KINDS),
        notes=(
            f"n: random portfolios at correlations 0.3, 0.5 and 0.7 in turn, {sizes.draws:,} draws "
            "of the same copula each. Floor: the independent product. Largest: Coach's largest "
            "absolute difference, with the simulation's own standard error there. If Coach's "
            "error is nil, 0.95 of them lie within 1.96 standard errors.",
        ),
    )


def _row(kind: Kind, found: Errors) -> tuple[str, ...]:
    n = len(found.coach)
    worst = int(np.abs(found.coach).argmax())
    within = int((np.abs(found.coach) <= 1.96 * found.standard).sum())
    largest = f"{1e4 * abs(found.coach[worst]):.1f} (s.e. {1e4 * found.standard[worst]:.1f})"
    means = (mean(each, 1, 1e4) for each in (found.floor, found.coach))
    return (kind.name, str(n), *means, largest, share(within, n))
