"""Scoring findings: one-to-one with the labels, counted per kind, with a bootstrap interval."""

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.records import Kind
from evals.review_cases import DraftCase, Label

_OF_THE_WHOLE = {Kind.MISSING_RISK}
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_RESAMPLES = 2_000
_SEED = 7

Place = tuple[int, int]


@dataclass(frozen=True)
class Tally:
    """Findings that are right, wrong and missed; `ignored` ones are optional or repeat a label."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    ignored: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Count both."""
        return Tally(
            self.right + other.right,
            self.wrong + other.wrong,
            self.missed + other.missed,
            self.ignored + other.ignored,
        )

    @property
    def labelled(self) -> int:
        """How many there are to find."""
        return self.right + self.missed

    @property
    def precision(self) -> float:
        """The share of findings that are right; NaN without any."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The share of labels that were found; NaN without any."""
        return _share(self.right, self.labelled)

    @property
    def f1(self) -> float:
        """The harmonic mean of both; NaN with nothing to find and nothing found."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan


def total(tallies: Iterable[Tally]) -> Tally:
    """Return the sum."""
    return sum(tallies, start=Tally())


def tally(case: DraftCase, found: Sequence[Label], kind: Kind) -> Tally:
    """Count the findings of *kind*.

    A finding is right if it meets a label and every label counts once. What meets a label that was
    found already, or an optional one, is ignored.
    """
    draft = plain(case.draft)
    said = [label for label in found if label.kind is kind]
    wanted = [label for label in case.findings if label.kind is kind]
    spared = [label for label in case.optional if label.kind is kind]
    met = [[n for n, label in enumerate(wanted) if meets(one, label, draft)] for one in said]
    excused = sum(
        bool(labels) or any(meets(one, label, draft) for label in spared)
        for one, labels in zip(said, met, strict=True)
    )
    right = most_pairs(met)
    return Tally(right, len(said) - excused, len(wanted) - right, excused - right)


def meets(one: Label, other: Label, draft: str) -> bool:
    """Tell whether two labels of a kind share half of the shorter one, somewhere in *draft*.

    *draft* is in `plain` characters. Findings about the whole draft meet by their kind alone.
    """
    if one.kind in _OF_THE_WHOLE:
        return True
    return any(
        min(end, last) - max(start, first) >= 0.5 * min(end - start, last - first)
        for start, end in places(one.quote, draft)
        for first, last in places(other.quote, draft)
    )


def plain(text: str) -> str:
    """Return *text* in one line and lower case, with straight quotes."""
    return " ".join(text.translate(_STRAIGHT).split()).casefold()


def places(quote: str, draft: str) -> list[Place]:
    """Return where *quote* stands in the plain *draft*; within words only if nowhere else."""
    wanted = plain(quote)
    if not wanted:
        return []
    inside = [(m.start(), m.start() + len(wanted)) for m in re.finditer(_ahead(wanted), draft)]
    return [place for place in inside if _whole(place, draft)] or inside


def _ahead(text: str) -> str:
    """Return an expression that also finds occurrences which overlap."""
    return f"(?={re.escape(text)})"


def _whole(place: Place, draft: str) -> bool:
    return not any(draft[max(0, at - 1) : at + 1].isalnum() for at in place if 0 < at < len(draft))


def most_pairs(met: Sequence[Collection[int]]) -> int:
    """Return how many findings can have a label of their own, given the labels that each meets.

    Kuhn's algorithm: whoever holds a wanted label moves on to another one where that is possible.
    """
    holders: dict[int, int] = {}

    def settle(finding: int, tried: set[int]) -> bool:
        for label in met[finding]:
            if label in tried:
                continue
            tried.add(label)
            if label not in holders or settle(holders[label], tried):
                holders[label] = finding
                return True
        return False

    return sum(settle(finding, set()) for finding in range(len(met)))


def f1_interval(drafts: Sequence[Tally]) -> tuple[float, float]:
    """Return the 95 % interval of micro-F1 when drafts are drawn anew, with replacement.

    The same for the same drafts: the seed is fixed.
    """
    counts = np.array([(2 * one.right, one.wrong + one.missed) for one in drafts])
    drawn = np.random.default_rng(_SEED).integers(len(counts), size=(_RESAMPLES, len(counts)))
    right, faults = counts[drawn].sum(axis=1).T
    low, high = np.quantile(right / np.maximum(right + faults, 1), (0.025, 0.975))
    return float(low), float(high)
