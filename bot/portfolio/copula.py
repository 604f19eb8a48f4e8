"""The probability that all of several bets fail together, when some share causes.

One-factor Gaussian copula with a factor per shared label. Bet i succeeds if

    Z_i = sqrt(rho / |L_i|) * sum of the factors of its labels L_i + sqrt(1 - rho) * e_i

is large enough for its chance; factors and e_i are independent standard normal. So two bets
correlate with rho * |L_i & L_j| / sqrt(|L_i| * |L_j|), and not at all without a common label.

Given the factors the bets are independent, and the integral over the factors is done per connected
group of bets. Where labels interlock little (chains, trees, rings: no more than three at a time) it
is exact to 1e-6 by quadrature, label by label: checked up to rho 0.7 and 100 bets. The trapezoidal
rule is used because it needs fewer nodes for that than Gauss-Hermite's, which is coarse where many
bets make the integrand steep. Else, or with ten or more bets of three labels each, it is the mean
over 8,192 points of a lattice (Richtmyer's, folded by the baker's transform), the same in each run;
against quadrature its error stayed below 5e-4.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import erf, exp, log, log1p, pi, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Factor = int

_NODES = 48
_OUTERMOST = 5.6  # beyond it lies 2e-8 of a standard normal factor
_WIDEST = 3
_MOST_VALUES = 1_000_000  # in all tables: thirty milliseconds' work
_POINTS = 8_192
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class _Leg:
    """A bet as the integral sees it: it fails if `threshold` exceeds its share of the factors."""

    threshold: float
    loadings: dict[Factor, float]

    @property
    def noise(self) -> float:
        """Return the standard deviation of what is its own."""
        return sqrt(1 - sum(loading**2 for loading in self.loadings.values()))


def all_fail(chances: Sequence[float], labels: Sequence[frozenset[Hashable]], rho: float) -> float:
    """Return the probability (0 to 1) that each bet fails.

    *chances* (0 to 1) and *labels* are by bet; *rho* is the correlation of two bets with the same
    labels, 0 to 0.7: beyond that the quadrature is too coarse.
    """
    if not 0 <= rho <= 0.7:
        raise ValueError(f"a correlation from 0 to 0.7 is needed, not {rho}")
    if any(chance >= 1 for chance in chances):
        return 0.0
    open_ones = [(p, own) for p, own in zip(chances, labels, strict=True) if p > 0]
    product = 1.0
    for group in _groups(open_ones):
        product *= _group_fails(group, rho)
    return product


_Bet = tuple[float, frozenset[Hashable]]


def _groups(bets: Iterable[_Bet]) -> list[list[_Bet]]:
    """Return the bets by what connects them, directly or through others."""
    groups: list[tuple[set[Hashable], list[_Bet]]] = []
    for bet in bets:
        touching = [group for group in groups if group[0] & bet[1]]
        groups = [group for group in groups if not group[0] & bet[1]]
        names = set(bet[1]).union(*(group[0] for group in touching))
        groups.append((names, [*(b for group in touching for b in group[1]), bet]))
    return [bets for _, bets in groups]


def _group_fails(bets: Sequence[_Bet], rho: float) -> float:
    if len(bets) == 1 or rho == 0:
        return exp(sum(log1p(-chance) for chance, _ in bets))
    legs = _legs(bets, rho)
    order = _order(frozenset(leg.loadings) for leg in legs)
    costly = sum(_NODES ** len(leg.loadings) for leg in legs) > _MOST_VALUES
    return _lattice(legs) if order is None or costly else _quadrature(legs, order)


def _legs(bets: Sequence[_Bet], rho: float) -> list[_Leg]:
    """Return *bets* with their loadings on the factors that matter.

    A label of one bet alone is that bet's own noise. Labels of the very same bets act as one.
    """
    holders: dict[Hashable, list[int]] = {}
    for number, (_, own) in enumerate(bets):
        for label in own:
            holders.setdefault(label, []).append(number)
    shared = sorted({tuple(held) for held in holders.values() if len(held) > 1})
    alike = [sum(tuple(held) == each for held in holders.values()) for each in shared]
    return [
        _Leg(
            -_NORMAL.inv_cdf(chance),
            {
                factor: sqrt(rho * alike[factor] / len(own))
                for factor, held in enumerate(shared)
                if number in held
            },
        )
        for number, (chance, own) in enumerate(bets)
    ]


def _order(scopes: Iterable[frozenset[Factor]]) -> list[Factor] | None:
    """Return in which order to integrate the factors out, None if too many interlock."""
    remaining, order = set(scopes), list[Factor]()
    while factors := sorted(frozenset[Factor]().union(*remaining)):
        best = min(factors, key=lambda factor: len(_joint(remaining, factor)))
        joint = _joint(remaining, best)
        if len(joint) > _WIDEST:
            return None
        remaining = {scope for scope in remaining if best not in scope} | {joint - {best}}
        order.append(best)
    return order


def _joint(scopes: Iterable[frozenset[Factor]], factor: Factor) -> frozenset[Factor]:
    return frozenset[Factor]().union(*(scope for scope in scopes if factor in scope))


# -- quadrature

Table = tuple[tuple[Factor, ...], Numbers]
"""Factors in ascending order, and a value for each combination of their nodes."""


@cache
def _nodes() -> tuple[Numbers, Numbers]:
    """Return the nodes of a standard normal factor and their weights, which sum to 1."""
    nodes = np.linspace(-_OUTERMOST, _OUTERMOST, _NODES)
    weights = np.exp(-(nodes**2) / 2)
    return nodes, weights / weights.sum()


def _quadrature(legs: Sequence[_Leg], order: Sequence[Factor]) -> float:
    tables = [_table(leg) for leg in legs]
    for factor in order:
        involved = [table for table in tables if factor in table[0]]
        tables = [table for table in tables if factor not in table[0]]
        tables.append(_integrated(involved, factor))
    return float(np.prod([values for _, values in tables]))


def _table(leg: _Leg) -> Table:
    """Return how likely *leg* fails at each combination of its factors' nodes."""
    nodes, _ = _nodes()
    scope = tuple(sorted(leg.loadings))
    pull = np.zeros((_NODES,) * len(scope))
    for axis, factor in enumerate(scope):
        pull = pull + leg.loadings[factor] * _along(nodes, axis, len(scope))
    return scope, _below((leg.threshold - pull) / leg.noise)


def _along(values: Numbers, axis: int, axes: int) -> Numbers:
    return values.reshape([-1 if each == axis else 1 for each in range(axes)])


def _integrated(tables: Sequence[Table], factor: Factor) -> Table:
    """Return the product of *tables*, averaged over *factor*."""
    scope = tuple(sorted({each for own, _ in tables for each in own}))
    product = np.ones((_NODES,) * len(scope))
    for own, values in tables:
        product = product * values[tuple(slice(None) if f in own else None for f in scope)]
    axis = scope.index(factor)
    rest = tuple(each for each in scope if each != factor)
    return rest, np.tensordot(product, _nodes()[1], axes=([axis], [0]))


# -- lattice


def _lattice(legs: Sequence[_Leg]) -> float:
    factors = sorted({factor for leg in legs for factor in leg.loadings})
    points = _points(len(factors))
    survival = np.ones(_POINTS)
    for leg in legs:
        loadings = np.array([leg.loadings.get(factor, 0.0) for factor in factors])
        survival *= _below((leg.threshold - points @ loadings) / leg.noise)
    return float(survival.mean())


@cache
def _points(dimensions: int) -> Numbers:
    """Return a lattice of standard normal points, spread evenly."""
    steps = np.sqrt(np.array(_primes(dimensions), dtype=np.float64))
    turns = (np.arange(1, _POINTS + 1)[:, None] * steps + 0.5) % 1
    folded = np.clip(np.abs(2 * turns - 1), 1e-12, 1 - 1e-12)
    normal = np.array([_NORMAL.inv_cdf(float(each)) for each in folded.ravel()])
    return normal.reshape(folded.shape)


def _primes(count: int) -> list[int]:
    limit = max(15, int(count * (log(count + 1) + 2) * 1.5))
    found = [n for n in range(2, limit) if all(n % d for d in range(2, int(sqrt(n)) + 1))]
    return found[:count]


# -- the normal distribution

_REACH = 8.5
_STEPS = 256  # per unit: with three terms of Taylor's series the error is below 1e-11


@cache
def _normal_table() -> tuple[Numbers, Numbers]:
    grid = np.arange(-_REACH * _STEPS, _REACH * _STEPS + 1) / _STEPS
    below = np.array([(1 + erf(float(x) / sqrt(2))) / 2 for x in grid])
    return below, np.exp(-(grid**2) / 2) / sqrt(2 * pi)


def _below(x: Numbers) -> Numbers:
    """Return the probability that a standard normal variable is below each of *x*."""
    x = np.clip(x, -_REACH, _REACH)
    nearest = np.rint(x * _STEPS)
    place = (nearest + _REACH * _STEPS).astype(np.intp)
    start, step = nearest / _STEPS, x - nearest / _STEPS
    below, density = _normal_table()
    series = step * (1 - start * step / 2 + (start**2 - 1) * step**2 / 6)
    return np.clip(below[place] + density[place] * series, 0.0, 1.0)
