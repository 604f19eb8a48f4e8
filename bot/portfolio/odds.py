"""The odds that at least one live hypothesis brings an objective about.

Bets that share a cause (the same data, labels, backbone) fail together more often than chance would
have it, so multiplying their chances of failing flatters a portfolio. How much they hang together
can't be read off a small log. The interval therefore takes a correlation from 0.1 to 0.7, its
middle 0.5: that is a convention of ours, not a measurement. The model is the one-factor Gaussian
copula of credit portfolios (O. Vasicek, Loan Portfolio Value, Risk, December 2002; D. X. Li, On
Default Correlation: A Copula Function Approach, Journal of Fixed Income 9(4), 2000). A `gate` is
the simpler view of reliability engineering, a common cause that fails all at once (compare the
beta-factor model of K. N. Fleming, 1975).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

from bot.log_records import Hypothesis
from bot.portfolio.copula import all_fail

WEAK, MIDDLE, STRONG = 0.1, 0.5, 0.7
"""The correlations of two bets with the same labels: of the interval's top, middle and bottom."""


@dataclass(frozen=True, slots=True)
class Bet:
    """A hypothesis as the odds see it: its chance (0 to 1) and what it shares with others."""

    id: str
    chance: float
    shares: frozenset[str] = frozenset()


def bet(hypothesis: Hypothesis, chance: float) -> Bet:
    """Return *hypothesis* at *chance*; labels that differ in case or space are the same."""
    shares = frozenset(" ".join(label.casefold().split()) for label in hypothesis.shares)
    return Bet(hypothesis.id, chance, shares - {""})


@dataclass(frozen=True, slots=True)
class Odds:
    """Probabilities (0 to 1) that at least one of the bets succeeds.

    From `low` to `high` is the range over how strongly shared causes may tie the bets together,
    `middle` the figure to name. `independent` is what it would be if they shared nothing. The range
    tells nothing about how good the stated chances are: see `calibration`.
    """

    low: float
    middle: float
    high: float
    independent: float


NOTHING = Odds(0.0, 0.0, 0.0, 0.0)


def odds(bets: Iterable[Bet]) -> Odds:
    """Return the odds of a portfolio; all 0 for none.

    Never below the best bet's own chance, never above the independent figure.
    """
    ordered = sorted(bets, key=lambda each: (each.id, each.chance))
    if not ordered:
        return NOTHING
    best = max(each.chance for each in ordered)
    independent = max(best, independently(ordered))
    low, middle, high = sorted(
        min(max(at_least_one(ordered, rho), best), independent) for rho in (STRONG, MIDDLE, WEAK)
    )
    return Odds(low, middle, high, independent)


def independently(bets: Iterable[Bet]) -> float:
    """Return the probability that at least one succeeds if they share nothing."""
    return 1 - prod(1 - each.chance for each in bets)


def at_least_one(bets: Sequence[Bet], rho: float) -> float:
    """Return the probability that at least one succeeds, at one correlation *rho* (0 to 0.7)."""
    return 1 - all_fail([each.chance for each in bets], [each.shares for each in bets], rho)


def gated(chances: Sequence[float], gate: float) -> float:
    """Return the probability that at least one succeeds behind a *gate* that all must pass.

    *gate* is the probability (0 to 1) that the shared cause holds; if it does not, all fail. The
    *chances* are overall ones, so none can exceed the gate. Raises ValueError if one does.
    """
    if not 0 <= gate <= 1 or any(not 0 <= chance <= gate for chance in chances):
        raise ValueError("no chance behind a gate can exceed the chance that the gate opens")
    if gate == 0:
        return 0.0
    return gate * (1 - prod(1 - chance / gate for chance in chances))
