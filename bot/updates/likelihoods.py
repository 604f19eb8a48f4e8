"""Likelihood in words and numbers: one calibrated scale per workspace.

Words alone are misread, so a phrase carries its range in brackets (Wintle et al. 2019,
doi 10.1371/journal.pone.0213522). The scales are data, in `likelihoods.yaml`.
"""

import re
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from bot.messages import Frozen
from knowledge.data_files import read_yaml

ScaleName = Literal["icd203", "ipcc"]


class Step(Frozen):
    """A phrase and the probabilities it stands for, in percent."""

    phrase: str
    low: int
    high: int

    def __str__(self) -> str:
        """Show as `likely (55-80 %)`."""
        return f"{self.phrase} ({self.low}–{self.high} %)"


@cache
def scales() -> dict[ScaleName, tuple[Step, ...]]:
    """Return the scales, each from its least likely step up."""
    file = Path(__file__).with_name("likelihoods.yaml")
    return TypeAdapter(dict[ScaleName, tuple[Step, ...]]).validate_python(read_yaml(file))


def step(percent: float, scale: ScaleName) -> Step:
    """Return the narrowest step of *scale* that holds *percent*; of two neighbours the lower."""
    steps = scales()[scale]
    holding = [s for s in steps if s.low <= percent <= s.high]
    if not holding:
        return min(steps, key=lambda s: min(abs(s.low - percent), abs(s.high - percent)))
    return min(holding, key=lambda s: s.high - s.low)


def phrase(low: float, high: float, scale: ScaleName) -> str:
    """Say a range of probabilities (0 to 1) in the words of *scale*: `roughly even to likely`.

    For where the range itself stands beside the words.
    """
    steps = dict.fromkeys(step(chance * 100, scale).phrase for chance in (low, high))
    return " to ".join(steps)


_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s?(?:%|percent|per cent|pct)", re.IGNORECASE)


def stated(text: str, scale: ScaleName) -> tuple[float, float] | None:
    """Return the likelihood that *text* states, as a range in percent; None if it states none.

    A number beside a word of chance counts, else the words of *scale*.
    """
    lowered = text.lower()
    if re.search(r"chance|likel|probab|odds|confiden", lowered):
        numbers = [float(number) for number in _PERCENT.findall(lowered)]
        if span := re.search(
            r"(\d{1,3})\s?%?\s?(?:-|–|to|and)\s?(\d{1,3})\s?(?:%|percent)", lowered
        ):
            return float(span[1]), float(span[2])
        if numbers:
            return numbers[0], numbers[0]
    for each in sorted(scales()[scale], key=lambda s: -len(s.phrase)):
        if re.search(rf"\b{re.escape(each.phrase)}\b", lowered):
            return float(each.low), float(each.high)
    return None
