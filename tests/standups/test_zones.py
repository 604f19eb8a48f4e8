"""Local times in every zone of the tz database, around every change of its clocks in ten years.

What is expected is found the other way round: by walking through UTC in steps of a quarter of an
hour and writing down when each local time shows up first, with nothing but the two offsets.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.standups.schedule import Off, instant, local_date, slot, slots, why_off, zone_or_none
from tests.standups.made import member, profile, standup, utc

ZONES = sorted(available_timezones() - {"localtime"})
FIRST, LAST = date(2020, 1, 1), date(2030, 12, 31)
HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
many = settings(deadline=None, max_examples=300)
QUARTER = timedelta(minutes=15)
AROUND = timedelta(days=7)


@dataclass(frozen=True, order=True)
class Change:
    """The clocks are set from one offset to another."""

    at: datetime
    before: timedelta
    after: timedelta

    def wall(self, at: datetime) -> datetime:
        """Return what the clock shows, without a zone."""
        return (at + (self.before if at < self.at else self.after)).replace(tzinfo=None)

    def days(self, around: int) -> list[date]:
        """Return the local dates from some days before the change to as many after it."""
        middle = self.wall(self.at).date()
        return [middle + timedelta(days=n) for n in range(-around, around + 1)]


@cache
def changes() -> Mapping[Change, list[str]]:
    """Return every change of clocks, and in which zones it is made."""
    found: dict[Change, list[str]] = {}
    for name in ZONES:
        for change in _changes_of(ZoneInfo(name)):
            found.setdefault(change, []).append(name)
    return found


def _changes_of(zone: ZoneInfo) -> Iterator[Change]:
    noon = datetime.combine(FIRST, time(12), UTC) - timedelta(days=1)
    before = _offset(noon, zone)
    while noon.date() <= LAST:
        noon += timedelta(days=1)
        if (after := _offset(noon, zone)) != before:
            yield Change(_switch(noon, zone), before, after)
            before = after


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _switch(noon: datetime, zone: ZoneInfo) -> datetime:
    """Return the first minute in the day before *noon* that has its offset."""
    day_before, after = noon - timedelta(days=1), _offset(noon, zone)
    minutes = range(24 * 60 + 1)
    first = bisect_left(
        minutes, True, key=lambda n: _offset(day_before + timedelta(minutes=n), zone) == after
    )
    return day_before + timedelta(minutes=first)


def shown(change: Change, around: timedelta = AROUND) -> dict[datetime, datetime]:
    """Return when each local time shows up first near *change*, in the order of the clock.

    The change itself is looked at too: Casey sets its clocks at a minute past midnight.
    """
    begin = (change.at - around).replace(minute=0)
    walk = {begin + n * QUARTER for n in range(2 * around // QUARTER)} | {change.at}
    first: dict[datetime, datetime] = {}
    for at in sorted(walk):
        first.setdefault(change.wall(at), at)
    return dict(sorted(first.items()))


def expected(first: Mapping[datetime, datetime], walls: list[datetime], wall: datetime) -> datetime:
    """Return when *wall* shows up first, or else the next time on the clock that does."""
    return first[walls[bisect_left(walls, wall)]]


def test_the_sweep_finds_the_changes_that_it_is_about() -> None:
    zones = {name for names in changes().values() for name in names}
    assert len(ZONES) > 590
    assert len(zones) > 200
    assert sum(len(names) for names in changes().values()) > 3_500
    assert "Pacific/Apia" in zones
    assert "Asia/Kolkata" not in zones


def test_no_zone_changes_its_clocks_twice_within_what_is_looked_at() -> None:
    times: dict[str, list[datetime]] = {}
    for change, names in changes().items():
        for name in names:
            times.setdefault(name, []).append(change.at)
    for name, found in times.items():
        gaps = [later - earlier for earlier, later in pairwise(sorted(found))]
        assert min(gaps, default=AROUND) >= AROUND, name


def test_every_half_hour_around_every_change_in_every_zone_is_the_right_instant() -> None:
    """A skipped time is the next one that exists, a repeated one is the first."""
    for change, names in changes().items():
        first = shown(change, timedelta(days=3))
        walls = list(first)
        for day in change.days(1):
            for at in HALF_HOURS:
                right = expected(first, walls, datetime.combine(day, at))
                for name in names:
                    assert instant(day, at, name) == right, (name, day, at)


def test_around_every_sort_of_change_each_date_comes_exactly_once_and_in_order() -> None:
    """Through the same function that the ticker asks, for every half hour.

    Changes are of a sort if the same offsets are switched at the same time of day.
    """
    sorts = {(change.at.time(), change.before, change.after): change for change in changes()}
    assert len(sorts) > 60
    for change in sorts.values():
        first, name = shown(change), changes()[change][0]
        for at in HALF_HOURS:
            _check_once(change, first, name, at)


def _check_once(change: Change, first: Mapping[datetime, datetime], name: str, at: time) -> None:
    after, until = change.at - timedelta(days=3), change.at + timedelta(days=3)
    kept = standup(member(name), at=at, days=range(7))
    found = slots(kept, {name: profile(name, name)}, (), after, until)
    walls = list(first)
    days = [(day, expected(first, walls, datetime.combine(day, at))) for day in change.days(5)]
    right = [(day, opens) for day, opens in days if after < opens <= until]
    assert [(each.on, each.opens) for each in found] == right, (name, at)


# -- the odd ones


@pytest.mark.parametrize(
    ("zone", "on", "at", "expected"),
    [
        # Spring: 02:30 does not exist, 03:00 is the next minute that does.
        ("America/Chicago", date(2026, 3, 8), time(2, 30), utc(2026, 3, 8, 8)),
        ("Europe/Lisbon", date(2026, 3, 29), time(1, 0), utc(2026, 3, 29, 1)),
        # Autumn: 01:30 comes twice.
        ("America/Chicago", date(2026, 11, 1), time(1, 30), utc(2026, 11, 1, 6, 30)),
        # Half an hour, and two hours.
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), utc(2026, 10, 3, 15, 30)),
        ("Antarctica/Troll", date(2026, 3, 29), time(1, 30), utc(2026, 3, 29, 1)),
        # At midnight, and up to midnight: the day's last hour is skipped.
        ("Africa/Cairo", date(2026, 4, 24), time(0, 0), utc(2026, 4, 23, 22)),
        ("America/Nuuk", date(2026, 3, 28), time(23, 30), utc(2026, 3, 29, 1)),
        # For Ramadan, backwards in spring.
        ("Africa/Casablanca", date(2026, 2, 15), time(2, 30), utc(2026, 2, 15, 1, 30)),
        # The whole day is skipped.
        ("Pacific/Apia", date(2011, 12, 30), time(9, 30), utc(2011, 12, 30, 10)),
        ("Pacific/Kwajalein", date(1993, 8, 21), time(9, 30), utc(1993, 8, 21, 12)),
    ],
)
def test_odd_clocks(zone: str, on: date, at: time, expected: datetime) -> None:
    assert instant(on, at, zone) == expected


@pytest.mark.parametrize(
    ("zone", "skipped"),
    [("Pacific/Apia", date(2011, 12, 30)), ("Pacific/Kwajalein", date(1993, 8, 21))],
)
def test_a_day_that_the_clocks_skipped_has_no_occurrence(zone: str, skipped: date) -> None:
    kept = standup(member("Ana"), days=range(7), starts=date(1990, 1, 1))
    profiles = {"Ana": profile("Ana", zone)}
    noon = datetime.combine(skipped, time(12), UTC)
    found = slots(
        standup(member("Ana", utc(1990, 1, 1)), days=range(7), starts=date(1990, 1, 1)),
        profiles, (), noon - timedelta(days=4), noon + timedelta(days=4),
    )  # fmt: skip
    days = [each.on for each in found]
    assert skipped not in days
    assert skipped - timedelta(days=1) in days
    assert skipped + timedelta(days=1) in days
    assert why_off(kept, member("Ana"), profiles["Ana"], (), skipped) == Off.NO_SUCH_DAY


def test_a_day_whose_first_or_last_hour_is_skipped_has_its_occurrence() -> None:
    for zone, on, at in (
        ("Africa/Cairo", date(2026, 4, 24), time(0, 0)),
        ("America/Nuuk", date(2026, 3, 28), time(23, 30)),
    ):
        kept, own = standup(member("Ana"), at=at, days=range(7)), profile("Ana", zone)
        assert why_off(kept, member("Ana"), own, (), on) is None
        assert slot(kept, member("Ana"), own, on).on == on


# -- properties


@many
@given(
    zone=st.sampled_from(ZONES),
    on=st.dates(date(1975, 1, 1), date(2099, 12, 31)),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
def test_the_local_time_is_the_one_asked_for_unless_it_is_skipped(
    zone: str, on: date, at: time
) -> None:
    found, wanted = instant(on, at, zone), datetime.combine(on, at)
    local = found.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert found.tzinfo is UTC
    assert local >= wanted
    if local > wanted:
        before = (found - timedelta(minutes=1)).astimezone(ZoneInfo(zone))
        assert before.replace(tzinfo=None) < wanted


@many
@given(
    zone=st.sampled_from(ZONES),
    on=st.dates(date(1975, 1, 1), date(2099, 12, 31)),
    at=st.times(),
)
def test_a_later_date_is_a_later_instant(zone: str, on: date, at: time) -> None:
    tomorrow = on + timedelta(days=1)
    assume(local_date(instant(on, time(), zone), zone) == on)
    assert instant(on, at, zone) < instant(tomorrow, at, zone)


@many
@given(at=st.datetimes(datetime(1975, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds are naive there
def test_a_local_date_is_never_more_than_a_day_off(at: datetime) -> None:
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu"):
        assert abs((local_date(at, zone) - at.date()).days) <= 1


# -- names


def test_every_zone_is_known_by_its_name_in_any_case() -> None:
    for name in ZONES:
        for spelled in (name, name.upper(), name.lower()):
            found = zone_or_none(spelled)
            assert found is not None
            assert found.key == name


def test_what_is_no_zone_is_none() -> None:
    for name in (
        "", " ", ".", "..", "/", "Europe", "Europe/", "/Europe/Lisbon", "Europe//Lisbon",
        "../Europe/Lisbon", "Europe/../Europe/Lisbon", "../../etc/passwd", "/etc/localtime",
        "localtime", "posixrules", "posix/Europe/Lisbon", "right/Europe/Lisbon", "zone.tab",
        "tzdata.zi", "Europe/Lisbon\x00", "Europe/Lisbon\n", " Europe/Lisbon", "Europe\\Lisbon",
        "Europe/Atlantis", "UTC+1", "GMT+1:00", "+01:00", "Lisbon", "🕰", "x" * 10_000,
    ):  # fmt: skip
        assert zone_or_none(name) is None, name
