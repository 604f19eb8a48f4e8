"""Scoring answers and retrieval against facts, with 95 % intervals."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from evals.cases import Case

_PLAIN = str.maketrans(
    dict.fromkeys("‘’‛′", "'") | dict.fromkeys("“”", '"') | dict.fromkeys("‐‑‒–—−", "-")
    | dict.fromkeys("\u00a0\u202f\u2009", " ") | {"…": "..."}
)  # fmt: skip
_EMPHASIS = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)")
_Z = 1.96


@dataclass(frozen=True)
class Outcome:
    """What a system did with a case: its answer, the passages it found, whether it abstained."""

    case: Case
    answer: str
    passages: Sequence[str]
    abstained: bool


@dataclass(frozen=True)
class Rate:
    """A share of cases with its Wilson score interval (Wilson 1927) at 95 %."""

    hits: int
    cases: int

    @property
    def value(self) -> float:
        """The share, or NaN without cases."""
        return self.hits / self.cases if self.cases else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The interval's ends."""
        if not self.cases:
            return math.nan, math.nan
        n, p = self.cases, self.value
        centre = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n * n))
        return max(0.0, centre - half), min(1.0, centre + half)

    def __str__(self) -> str:
        """Show as "0.93 [0.87, 0.96]"."""
        if not self.cases:
            return "–"
        low, high = self.interval
        return f"{self.value:.2f} [{low:.2f}, {high:.2f}]"


def states_enough(case: Case, text: str) -> bool:
    """Whether *text* states as many of the case's facts as it must."""
    plain = _EMPHASIS.sub("", text.translate(_PLAIN))
    plain = " ".join(plain.split())
    stated = sum(any(_pattern(p).search(plain) for p in group) for group in case.facts)
    return stated >= case.min_facts


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


def answer_passes(outcome: Outcome) -> bool:
    """Whether the answer was given and states the facts."""
    return not outcome.abstained and states_enough(outcome.case, outcome.answer)


def found_in(count: int) -> Callable[[Outcome], bool]:
    """Return a test of whether the first *count* passages state the facts."""
    return lambda outcome: states_enough(outcome.case, "\n".join(outcome.passages[:count]))


def rate(outcomes: Sequence[Outcome], test: Callable[[Outcome], bool]) -> Rate:
    """Return the share of *outcomes* that pass *test*."""
    return Rate(sum(map(test, outcomes)), len(outcomes))
