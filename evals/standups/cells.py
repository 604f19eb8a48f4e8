"""What stands in the cells of the tables: shares and means, each with its 95 % interval."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.scoring import Rate

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
NONE = "–"
_Z = 1.96


def share(hits: int, n: int, decimals: int = 2) -> str:
    """Return hits of *n* as a share with its Wilson interval: `0.93 [0.87, 0.96]`."""
    if not n:
        return NONE
    rate = Rate(hits, n)
    low, high = rate.interval
    return f"{rate.value:.{decimals}f} [{low:.{decimals}f}, {high:.{decimals}f}]"


def count(n: int) -> str:
    """Return *n* with commas."""
    return f"{n:,}"


def mean(values: Numbers, decimals: int = 3, scale: float = 1) -> str:
    """Return the mean of independent *values*, *scale* times, ± 1.96 standard errors."""
    if len(values) < 2:
        return NONE
    half = _Z * float(values.std(ddof=1)) / len(values) ** 0.5
    return f"{scale * float(values.mean()):+.{decimals}f} ± {scale * half:.{decimals}f}"


@dataclass
class Alarms:
    """Warnings against the truth, counted."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    quiet: int = 0

    def add(self, *, warned: bool, true: bool) -> None:
        """Count one case."""
        match warned, true:
            case True, True:
                self.right += 1
            case True, False:
                self.wrong += 1
            case False, True:
                self.missed += 1
            case _:
                self.quiet += 1

    @property
    def precision(self) -> str:
        """The share of warnings that are right."""
        return share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> str:
        """The share of what is true that was warned of."""
        return share(self.right, self.right + self.missed)
