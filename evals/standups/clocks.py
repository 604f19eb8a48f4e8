"""Daily schedules around every change of clocks in ten years, against a walk through UTC.

The truth is found the other way round from `bot.standups.schedule`: by walking through UTC in
quarters of an hour and writing down when each local time shows up, with nothing but two offsets.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from bot.messages import Person, Place, Platform
from bot.standup_records import Member, Profile, Standup
from bot.standups.schedule import slots
from evals.reports import Report
from evals.standups.cells import count, share
from evals.standups.sizes import Sizes

FIRST, LAST = date(2020, 1, 1), date(2029, 12, 31)
_HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
_DAY, _QUARTER = timedelta(days=1), timedelta(minutes=15)
_AROUND = timedelta(days=3)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Change:
    """The clocks of some zone are set from one offset to another."""

    at: datetime
    before: timedelta
    after: timedelta

    def wall(self, at: datetime) -> datetime:
        """Return what the clock shows, without a zone."""
        return (at + (self.before if at < self.at else self.after)).replace(tzinfo=None)

    @property
    def days(self) -> list[date]:
        """The local date of the change, the one before and the one after."""
        middle = self.wall(self.at).date()
        return [middle - _DAY, middle, middle + _DAY]


def changes() -> dict[Change, str]:
    """Return every change of clocks from 2020 to 2029, with one zone that makes it."""
    found: dict[Change, str] = {}
    for name in sorted(available_timezones() - {"localtime"}):
        for change in _changes_of(ZoneInfo(name)):
            found.setdefault(change, name)
    return found


def _changes_of(zone: ZoneInfo) -> Iterator[Change]:
    noon = datetime.combine(FIRST - _DAY, time(12), UTC)
    before = _offset(noon, zone)
    while noon.date() <= LAST:
        noon += _DAY
        if (after := _offset(noon, zone)) != before:
            yield Change(_switch(noon, zone), before, after)
            before = after


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _switch(noon: datetime, zone: ZoneInfo) -> datetime:
    """Return the first minute in the day before *noon* that has its offset."""
    day_before, after = noon - _DAY, _offset(noon, zone)
    first = bisect_left(
        range(24 * 60 + 1),
        True,
        key=lambda n: _offset(day_before + timedelta(minutes=n), zone) == after,
    )
    return day_before + timedelta(minutes=first)


class Walk:
    """When the clock shows which time around a change."""

    def __init__(self, change: Change) -> None:
        """Walk through UTC, five days each way; the change itself is looked at too."""
        self.change = change
        begin = (change.at - 5 * _DAY).replace(minute=0)
        self._steps = sorted({begin + n * _QUARTER for n in range(960)} | {change.at})

    @cached_property
    def shown(self) -> dict[datetime, list[datetime]]:
        """Every time on the clock, in its order, with when it is shown."""
        found: dict[datetime, list[datetime]] = {}
        for at in self._steps:
            found.setdefault(self.change.wall(at), []).append(at)
        return dict(sorted(found.items()))

    @cached_property
    def _walls(self) -> list[datetime]:
        return list(self.shown)

    def right(self, wall: datetime) -> datetime:
        """Return when *wall* shows up first, or else the next time on the clock that does."""
        return self.shown[self._walls[bisect_left(self._walls, wall)]][0]


# -- schedulers: what each fires for a daily standup, by the local date that it is for

Fired = Iterable[tuple[date, datetime]]
Scheduler = Callable[[Walk, str, time], Fired]


def every_24_hours(walk: Walk, zone: str, at: time) -> Fired:
    """Be a floor: right three days before the change, then 24 hours in UTC are added each time."""
    start = walk.right(datetime.combine(walk.change.days[1] - _AROUND, at))
    times = [start + n * _DAY for n in range(7)]
    return [(walk.change.wall(each).date(), each) for each in times]


def cron(walk: Walk, zone: str, at: time) -> Fired:
    """Be the other floor: fires whenever the clock on the wall shows the time."""
    walls = [datetime.combine(day, at) for day in walk.change.days]
    return [(wall.date(), each) for wall in walls for each in walk.shown.get(wall, ())]


def coach(walk: Walk, zone: str, at: time) -> Fired:
    """Ask the function that the ticker asks."""
    middle = walk.change.at
    found = slots(_daily(at), _profiles(zone), (), middle - _AROUND, middle + _AROUND)
    return [(slot.on, slot.opens) for slot in found]


def _daily(at: time) -> Standup:
    someone = Person(id="ana", name="Ana")
    return Standup(
        workspace="W",
        id="daily",
        name="Daily",
        place=Place(platform=Platform.WEB, workspace="W", channel="C"),
        owner=someone,
        members=(Member(person=someone, joined_at=_LONG_AGO),),
        days=tuple(range(7)),
        starts=_LONG_AGO.date(),
        at=at,
        zone="UTC",
        created_at=_LONG_AGO,
        edited_by="ana",
        edited_at=_LONG_AGO,
    )


def _profiles(zone: str) -> Mapping[str, Profile]:
    return {"ana": Profile(workspace="W", person="ana", zone=zone)}


# -- the tally

Verdict = Literal["right", "doubled", "lost", "other time", "not due"]
VERDICTS: tuple[Verdict, ...] = ("right", "doubled", "lost", "other time", "not due")
Tally = Counter[Verdict]


def judged(fired: Sequence[datetime], right: datetime) -> Verdict:
    """Return what became of an occurrence that should come once, at the *right* time."""
    if len(fired) != 1:
        return "doubled" if fired else "lost"
    return "right" if fired[0] == right else "other time"


def sweep(scheduler: Scheduler, found: Mapping[Change, str]) -> Tally:
    """Return how *scheduler* fares around each change, for every half hour of three local days."""
    tally: Tally = Counter()
    for change, zone in found.items():
        walk = Walk(change)
        for at in _HALF_HOURS:
            fired = list(scheduler(walk, zone, at))
            for day in change.days:
                times = [when for on, when in fired if on == day]
                tally[judged(times, walk.right(datetime.combine(day, at)))] += 1
    return tally


def report(sizes: Sizes) -> Report:
    """Return the table of the sweep."""
    every = changes()
    found = {change: every[change] for change in list(every)[:: sizes.changes]}
    systems: Mapping[str, Scheduler] = {
        "floor: adds 24 h in UTC": every_24_hours,
        "floor: cron by the clock on the wall": cron,
        "Coach": coach,
    }
    return Report(
        name="",
        title="Schedules around the changes of clocks",
        header=("", "n", *VERDICTS[:-1]),
        rows=tuple(
            row(name, sweep(scheduler, found), VERDICTS[:-1]) for name, scheduler in systems.items()
        ),
        notes=(
            f"n: occurrences of a daily standup at each half hour of the three local days around "
            f"each of the {len(found):,} distinct changes of clocks from {FIRST.year} to "
            f"{LAST.year} in all zones of the tz database. Truth: a walk through UTC in quarter "
            "hours; a skipped time is the next one that exists, one that comes twice is the first.",
        ),
    )


def row(name: str, tally: Tally, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Return a row: the share of what is due that is right, and counts of what is not."""
    due = sum(tally.values()) - tally["not due"]
    right, *wrong = verdicts
    cells = (share(tally[right], due, 4), *(count(tally[each]) for each in wrong))
    return (name, count(due), *cells)
