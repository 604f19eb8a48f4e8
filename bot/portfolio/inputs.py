"""The ledger of inputs: what a team did in a period, whatever came of it. Totals, never people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from statistics import median

from bot.log_records import Execution, Outcome, Result
from bot.portfolio.evidence import Standing, current


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, on: date) -> bool:
        """Tell whether *on* is one of its days."""
        return self.first <= on <= self.last

    @property
    def end(self) -> datetime:
        """Return when it is over, by UTC."""
        return datetime.combine(self.last, time.max, UTC)


@dataclass(frozen=True, slots=True)
class Inputs:
    """A team's totals over a period.

    `experiments` are reports of work on a hypothesis (any result but `not_started`), `executed`
    counts them by how they were carried out, `linked` those with a link to evidence. `closed` were
    supported or refuted. `days_to_kill` is the median from registration to being refuted or
    dropped, of the `killed` ones; None if there are none.
    """

    experiments: int
    executed: dict[Execution, int]
    linked: int
    registered: int
    supported: int
    refuted: int
    dropped: int
    days_to_kill: float | None

    @property
    def closed(self) -> int:
        """Return how many were decided by evidence."""
        return self.supported + self.refuted

    @property
    def killed(self) -> int:
        """Return how many were given up."""
        return self.refuted + self.dropped


def inputs(
    standings: Iterable[Standing], outcomes: Mapping[str, Sequence[Outcome]], period: Period
) -> Inputs:
    """Return the totals of *period*, of hypotheses as they stood at its end.

    *outcomes* are by hypothesis. An outcome belongs to the local date of who reported it, a
    hypothesis to its dates by UTC.
    """
    found = list(standings)
    stood = (outcome for reported in outcomes.values() for outcome in current(reported))
    tried = [o for o in stood if o.on in period and o.result is not Result.NOT_STARTED]
    ways = [o.execution for o in tried]
    ended = [s for s in found if s.state != "open" and s.since.astimezone(UTC).date() in period]
    created = [s.version.created_at.astimezone(UTC).date() for s in found]
    return Inputs(
        experiments=len(tried),
        executed={way: ways.count(way) for way in Execution},
        linked=sum(bool(o.evidence) for o in tried),
        registered=sum(on in period for on in created),
        supported=sum(s.state == "supported" for s in ended),
        refuted=sum(s.state == "refuted" for s in ended),
        dropped=sum(s.state == "dropped" for s in ended),
        days_to_kill=_days_to_kill(ended),
    )


def _days_to_kill(ended: Sequence[Standing]) -> float | None:
    killed = [s for s in ended if s.state in ("refuted", "dropped")]
    days = [(s.since - s.version.created_at).total_seconds() / 86_400 for s in killed]
    return median(days) if days else None
