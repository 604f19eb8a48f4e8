"""Figures of repeated rounds: medians, ratios of medians, and how they are shown."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

Rounds = Sequence[float]


@dataclass(frozen=True)
class Row:
    """A measurement of Coach beside something else, and what it has to reach."""

    measure: str
    coach: str
    other: str = "–"
    beside: str = "–"
    ratio: str = "–"
    goal: str = "–"

    def cells(self) -> tuple[str, ...]:
        """Return it as cells of a table."""
        return self.measure, self.coach, self.beside, self.other, self.ratio, self.goal


HEADER = ("", "Coach", "beside", "that", "ratio", "to reach")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the least value that *share* (0 to 1) of *values* do not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def ratio(coach: Rounds, other: Rounds) -> str:
    """Return the ratio of the medians."""
    return f"{median(coach) / median(other):.2f}"


def seconds(rounds: Rounds) -> str:
    """Show the median with the least and the greatest round, in a unit that suits it."""
    if median(rounds) < 1:
        return _shown([value * 1e3 for value in rounds], "ms", 1)
    return _shown(rounds, "s", 2)


def per_second(rounds: Rounds) -> str:
    """Show the median rate with the least and the greatest round."""
    return _shown(rounds, "/s", 0 if median(rounds) >= 100 else 1)


def _shown(rounds: Rounds, unit: str, digits: int) -> str:
    middle, low, high = (
        f"{value:,.{digits}f}" for value in (median(rounds), min(rounds), max(rounds))
    )
    return f"{middle} {unit}" + (f" [{low}–{high}]" if len(rounds) > 1 else "")
