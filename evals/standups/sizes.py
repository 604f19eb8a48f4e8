"""How much of everything is simulated."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Numbers of simulated things; `changes` takes every n-th change of clocks."""

    changes: int = 1
    integrals: int = 40
    draws: int = 500_000
    portfolios: int = 300
    rounds: int = 20_000
    series: int = 2_000
    fragile: int = 300
    teams: int = 500
    population: int = 200_000


FULL = Sizes()
TINY = Sizes(
    changes=200, integrals=3, draws=2_000, portfolios=6, rounds=500, series=20, fragile=12,
    teams=6, population=2_000,
)  # fmt: skip
