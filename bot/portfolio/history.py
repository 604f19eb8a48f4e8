"""How an objective's portfolio and odds went, week by week, as they were seen on each date."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.log_records import Hypothesis, Outcome
from bot.portfolio.evidence import Standing, standings
from bot.portfolio.odds import NOTHING, Bet, Odds, bet, odds

MOST_WEEKS = 53
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An objective's hypotheses by state at the end of a day (UTC), and the odds of the live ones.

    Live are `open` and `supported` ones.
    """

    on: date
    open: int
    supported: int
    refuted: int
    dropped: int
    odds: Odds

    @property
    def registered(self) -> int:
        """Return how many there were in all."""
        return self.open + self.supported + self.refuted + self.dropped


def weekly(first: date, last: date, most: int = MOST_WEEKS) -> list[date]:
    """Return *last* and the dates whole weeks before it, back to the one before *first*.

    At most so many; the newest are kept.
    """
    weeks = max(0, -((first - last) // _WEEK))
    return [last - week * _WEEK for week in reversed(range(min(weeks + 1, most)))]


def history(
    objective: str,
    versions: Mapping[str, Sequence[Hypothesis]],
    outcomes: Mapping[str, Sequence[Outcome]],
    dates: Sequence[date],
) -> list[Snapshot]:
    """Return how *objective* stood on each of *dates*, in ascending order.

    Both mappings are by hypothesis. A hypothesis counts for the objective that its version in force
    on the day names.
    """
    times = [datetime.combine(on, time.max, UTC) for on in dates]
    stood = [
        list(standings(written, outcomes.get(name, ()), times))
        for name, written in versions.items()
        if any(version.objective == objective for version in written)
    ]
    seen: dict[tuple[Bet, ...], Odds] = {(): NOTHING}
    return [
        _snapshot(on, _of(objective, (each[place] for each in stood)), seen)
        for place, on in enumerate(dates)
    ]


def _of(objective: str, found: Iterable[Standing | None]) -> list[Standing]:
    return [each for each in found if each and each.version.objective == objective]


def _snapshot(on: date, found: Sequence[Standing], seen: dict[tuple[Bet, ...], Odds]) -> Snapshot:
    """Count *found*; odds of the same bets as in another week are taken from *seen*."""
    bets = tuple(bet(each.version, each.chance) for each in found if each.is_live)
    if bets not in seen:
        seen[bets] = odds(bets)
    states = [each.state for each in found]
    return Snapshot(
        on=on,
        open=states.count("open"),
        supported=states.count("supported"),
        refuted=states.count("refuted"),
        dropped=states.count("dropped"),
        odds=seen[bets],
    )
