"""What an objective's odds hang on: one bet, one shared cause, late answers, silence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.log_records import Hypothesis, Objective, Outcome
from bot.portfolio.odds import Bet, odds

CARRIES = 0.5
"""A bet carries its objective if without it the odds fall by more than this share of them."""

STALE_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class PathCritical:
    """Why one failure could end an objective.

    `only_one` bet is live; one bet `carries` most of the odds; all live ones have a cause `shared`,
    named by `label`. `bets` are their ids. `odds` and `without` are probabilities (0 to 1) with and
    without them.
    """

    why: Literal["only_one", "carries", "shared"]
    bets: tuple[str, ...]
    odds: float
    without: float
    label: str = ""


def path_critical(bets: Sequence[Bet]) -> list[PathCritical]:
    """Return why the live *bets* of an objective are fragile; nothing if they are not.

    Bets without a chance count for nothing. Once one came true nothing is fragile any more.
    """
    hopeful = [each for each in bets if each.chance > 0]
    if not hopeful or any(each.chance >= 1 for each in hopeful):
        return []
    whole = odds(hopeful).middle
    if len(hopeful) == 1:
        return [PathCritical("only_one", (hopeful[0].id,), whole, 0.0)]
    return _shared(hopeful, whole) + _carrying(hopeful, whole)


def _shared(bets: Sequence[Bet], whole: float) -> list[PathCritical]:
    common = frozenset[str].intersection(*(each.shares for each in bets))
    ids = tuple(each.id for each in bets)
    return [PathCritical("shared", ids, whole, 0.0, label) for label in sorted(common)]


def _carrying(bets: Sequence[Bet], whole: float) -> list[PathCritical]:
    # Only the best bet can carry more than half: whichever it leaves behind is no better.
    best = max(bets, key=lambda each: each.chance)
    without = odds([each for each in bets if each is not best]).middle
    if whole - without <= CARRIES * whole:
        return []
    return [PathCritical("carries", (best.id,), whole, without)]


def late(objective: Objective, hypotheses: Sequence[Hypothesis]) -> list[Hypothesis]:
    """Return the open *hypotheses* that will be known only after their objective is due."""
    return [h for h in hypotheses if h.state == "open" and h.resolve_by > objective.due]


def stale(
    hypotheses: Sequence[Hypothesis], outcomes: Mapping[str, Sequence[Outcome]], at: datetime
) -> list[Hypothesis]:
    """Return the open *hypotheses* of which nothing was reported for over 14 days *at* a time.

    *outcomes* are by hypothesis. One that was never reported on counts from its registration.
    """
    return [
        h
        for h in hypotheses
        if h.state == "open" and at - _heard_of(h, outcomes.get(h.id, ()), at) > STALE_AFTER
    ]


def _heard_of(hypothesis: Hypothesis, outcomes: Sequence[Outcome], at: datetime) -> datetime:
    return max([hypothesis.created_at, *(o.at for o in outcomes if o.at <= at)])
