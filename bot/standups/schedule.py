"""When a standup asks whom: days, local times, quiet hours, days off. Pure; time is passed in."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from bot.messages import Person
from bot.standup_records import Absence, Member, Profile, Standup
from bot.standups.holidays import holiday_name, known_country

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_WEEKDAYS = (0, 1, 2, 3, 4)
_NO_ZONES = frozenset({"localtime"})  # whatever the machine is set to

# A date's opening lies this far from it at most: the zones' offsets, and quiet hours after that.
_EARLIEST, _LATEST = timedelta(days=1), timedelta(days=4)
_AHEAD = timedelta(days=60)
_FURTHEST_START = timedelta(days=366)


class Off(StrEnum):
    """Why a member is not asked."""

    MUTED = "muted"
    AWAY = "away"
    HOLIDAY = "holiday"
    NO_SUCH_DAY = "no_such_day"


@dataclass(frozen=True, slots=True)
class Slot:
    """When one member is asked in the occurrence *on* a date, reminded of it, and counted; UTC."""

    person: Person
    on: date
    opens: datetime
    reminds: datetime | None
    closes: datetime


# -- zones and local times


def zone_or_none(name: str) -> ZoneInfo | None:
    """Return the zone that the tz database has under *name*, None if it has none.

    Upper and lower case are taken as the same; the zone's `key` is the name as the database
    writes it. Names are looked up in a list, so that none is ever taken for a path.
    """
    key = _zone_names().get(name.casefold())
    return _zone(key) if key else None


@cache
def _zone_names() -> Mapping[str, str]:
    return {name.casefold(): name for name in available_timezones() - _NO_ZONES}


@cache
def _zone(name: str) -> ZoneInfo:
    """Return a zone, which stays loaded: `ZoneInfo` itself keeps no more than eight."""
    return ZoneInfo(name)


def local_date(at: datetime, zone: str) -> date:
    """Return the date of an aware time in *zone*."""
    return at.astimezone(_zone(zone)).date()


def instant(on: date, at: time, zone: str) -> datetime:
    """Return when it is *at* that time *on* that day in *zone*, in UTC.

    A time that is skipped that day is the next one that is not (on a later day, where all the rest
    of the day is skipped); one that comes twice is the first.
    """
    tz = _zone(zone)
    wall = datetime.combine(on, at, tz).replace(fold=0)
    found = wall.astimezone(UTC)
    if _wall(found, tz) == wall.replace(tzinfo=None):
        return found
    return _end_of_gap(wall, tz)


def _wall(at: datetime, tz: ZoneInfo) -> datetime:
    return at.astimezone(tz).replace(tzinfo=None)


def _end_of_gap(wall: datetime, tz: ZoneInfo) -> datetime:
    """Return when the clocks jump over *wall*.

    In a gap, the offset from after the jump (fold 1) gives a time before it, and the other way
    round (PEP 495).
    """
    before, after = wall.replace(fold=1).astimezone(UTC), wall.astimezone(UTC)
    seconds = range(int((after - before).total_seconds()) + 1)
    jump = bisect_left(
        seconds,
        wall.replace(tzinfo=None, fold=0),
        key=lambda second: _wall(before + timedelta(seconds=second), tz),
    )
    return before + timedelta(seconds=jump)


# -- whose zone


def zone_of(standup: Standup, profile: Profile | None) -> str:
    """Return the zone that *standup* goes by for a member: its dates and times are local there."""
    return home_of(standup, profile) if standup.own_zone else _team_zone(standup)


def home_of(standup: Standup, profile: Profile | None) -> str:
    """Return the zone where a member is, the team's if that is unknown."""
    own = zone_or_none(profile.zone) if profile else None
    return own.key if own else _team_zone(standup)


def _team_zone(standup: Standup) -> str:
    team = zone_or_none(standup.zone)
    return team.key if team else "UTC"


def _country(standup: Standup, profile: Profile | None) -> str:
    own = profile.country if profile else ""
    return own if known_country(own) else standup.country


# -- days


def dates(standup: Standup, first: date, last: date) -> Iterator[date]:
    """Yield the days of *standup* from *first* to *last*, both included, as its cadence has them.

    Every n-th week is counted from the week (from Monday on) of `starts`; there is none before
    `starts`.
    """
    start, days = standup.starts.toordinal(), frozenset(standup.days)
    for ordinal in range(max(first.toordinal(), start), last.toordinal() + 1):
        week, weekday = divmod(ordinal - 1, 7)  # day 1 was a Monday
        if weekday in days and (week - (start - 1) // 7) % standup.every_weeks == 0:
            yield date.fromordinal(ordinal)


def recurrence(standup: Standup) -> str:
    """Say when *standup* is, in words that go on from its name."""
    often = f", every {standup.every_weeks} weeks," if standup.every_weeks > 1 else ""
    where = "in each member's own zone" if standup.own_zone else standup.zone
    return f"{_day_names(standup)}{often} at {standup.at:%H:%M} {where}"


def _day_names(standup: Standup) -> str:
    days = tuple(sorted(set(standup.days)))
    if len(days) == len(_DAYS):
        return "every day"
    if days == _WEEKDAYS:
        return "weekdays" if standup.every_weeks > 1 else "every weekday"
    *names, last = [_DAYS[day] for day in days] or ["never"]
    return f"{', '.join(names)} and {last}" if names else last


# -- slots


def slot(standup: Standup, member: Member, profile: Profile | None, on: date) -> Slot:
    """Return when *member* is asked in the occurrence *on* that date, days off aside.

    What would open in the member's quiet hours opens when they end, and is open as long as ever
    from then. There is no reminder in quiet hours, nor one that would come before the question.
    """
    return _slot(member, _times(_habits(standup, profile), on))


def why_off(
    standup: Standup,
    member: Member,
    profile: Profile | None,
    absences: Sequence[Absence],
    on: date,
) -> Off | None:
    """Return why *member* is not asked in the occurrence *on* that date, None if they are.

    Days off are judged by the member's own calendar, on two days that are mostly the same: the
    one on which the standup takes place where they are, and, where quiet hours put that off, the
    one on which they would be asked. In a standup that goes by the team's zone, that can be
    another date than *on*. What weekday it is for the member does not matter: the cadence is the
    standup's. A day that the clocks skipped altogether (Samoa's 30 December 2011) does not count.
    """
    if profile and profile.muted:
        return Off.MUTED
    times = _times(_habits(standup, profile), on)
    if _is_away(_of_member(absences, standup, member), times):
        return Off.AWAY
    return times.off


def slots(
    standup: Standup,
    profiles: Mapping[str, Profile],
    absences: Sequence[Absence],
    after: datetime,
    until: datetime,
) -> list[Slot]:
    """Return what opens later than *after* and not later than *until*, earliest first.

    Left out is who has not joined by then or is off; a paused or removed standup asks nobody.
    """
    first = after.astimezone(UTC).date() - _LATEST
    last = until.astimezone(UTC).date() + _EARLIEST
    days = list(dates(standup, first, last))
    return _slots(standup, profiles, absences, days, lambda times: after < times.opens <= until)


def slots_on(
    standup: Standup,
    profiles: Mapping[str, Profile],
    absences: Sequence[Absence],
    on: date,
) -> list[Slot]:
    """Return the slots of the occurrence *on* a date, like `slots`; none if the cadence has none.

    All are there, over or not.
    """
    return _slots(standup, profiles, absences, list(dates(standup, on, on)), lambda _: True)


def next_slot(
    standup: Standup,
    member: Member,
    profile: Profile | None,
    absences: Sequence[Absence],
    now: datetime,
) -> Slot | None:
    """Return the slot of *member* that is open *now*, else the next one.

    Looks 60 days ahead, or two rounds of the cadence if that is more, from `starts` if that is
    still to come within a year. None if there is none by then, or the standup asks nobody.
    """
    if standup.paused or standup.removed or (profile and profile.muted):
        return None
    today = now.astimezone(UTC).date()
    begin = min(max(today, standup.starts), today + _FURTHEST_START)
    ahead = max(_AHEAD, timedelta(weeks=2 * standup.every_weeks))
    away, habits = _of_member(absences, standup, member), _habits(standup, profile)
    for on in dates(standup, today - _LATEST, begin + ahead):
        times = _times(habits, on)
        if now < times.closes and _is_asked(member, away, times):
            return _slot(member, times)
    return None


def is_quiet(standup: Standup, profile: Profile | None, at: datetime) -> bool:
    """Tell whether *at* is in a member's quiet hours; their end is not."""
    return _is_quiet(at, _habits(standup, profile))


# -- what members have in common


@dataclass(frozen=True)
class _Habits:
    """All that decides a member's times on a day; many members have the same."""

    at: time
    zone: str
    home: str
    country: str
    quiet_from: time
    quiet_until: time
    window: int
    reminder: int


@dataclass(frozen=True, slots=True)
class _Times:
    """A day of members with the same habits.

    *days* are the dates, where they are, on which it takes place and is asked for; *off* is why
    none of them is asked.
    """

    on: date
    opens: datetime
    reminds: datetime | None
    closes: datetime
    days: tuple[date, date]
    off: Off | None


def _habits(standup: Standup, profile: Profile | None) -> _Habits:
    return _Habits(
        at=standup.at,
        zone=zone_of(standup, profile),
        home=home_of(standup, profile),
        country=_country(standup, profile),
        quiet_from=profile.quiet_from if profile else time(),
        quiet_until=profile.quiet_until if profile else time(),
        window=standup.window,
        reminder=standup.reminder,
    )


@lru_cache(maxsize=65_536)
def _times(habits: _Habits, on: date) -> _Times:
    due = instant(on, habits.at, habits.zone)
    opens = _after_quiet(due, habits)
    closes = opens + timedelta(minutes=habits.window)
    reminds = closes - timedelta(minutes=habits.reminder)
    is_reminded = opens < reminds < closes and not _is_quiet(reminds, habits)
    days = local_date(due, habits.home), local_date(opens, habits.home)
    return _Times(
        on=on,
        opens=opens,
        reminds=reminds if is_reminded else None,
        closes=closes,
        days=days,
        off=_off(habits, on, days),
    )


def _off(habits: _Habits, on: date, days: tuple[date, date]) -> Off | None:
    if local_date(instant(on, time(), habits.zone), habits.zone) != on:
        return Off.NO_SUCH_DAY
    if any(holiday_name(habits.country, day) for day in days):
        return Off.HOLIDAY
    return None


def _is_quiet(at: datetime, habits: _Habits) -> bool:
    """Tell whether *at* is in the quiet hours; their end is not."""
    now, start, end = (
        at.astimezone(_zone(habits.home)).time(),
        habits.quiet_from,
        habits.quiet_until,
    )
    return start <= now < end if start <= end else now >= start or now < end


def _after_quiet(at: datetime, habits: _Habits) -> datetime:
    """Return *at*, or when the quiet hours end that it is in."""
    if not _is_quiet(at, habits):
        return at
    local = at.astimezone(_zone(habits.home))
    ends_tomorrow = local.time() >= habits.quiet_until
    on = local.date() + timedelta(days=1 if ends_tomorrow else 0)
    end = instant(on, habits.quiet_until, habits.home)
    if end <= at:  # the clocks were set back in between: the hour of the end comes again
        end = datetime.combine(on, habits.quiet_until, local.tzinfo).replace(fold=1).astimezone(UTC)
    return _after_quiet(end, habits)


def _slots(
    standup: Standup,
    profiles: Mapping[str, Profile],
    absences: Sequence[Absence],
    days: Sequence[date],
    wanted: Callable[[_Times], bool],
) -> list[Slot]:
    if standup.paused or standup.removed:
        return []
    away = _by_person(absences, standup.workspace)
    found: list[Slot] = []
    for habits, members in _alike(standup, profiles).items():
        timetable = [times for on in days if wanted(times := _times(habits, on))]
        for member in members:
            gone = away.get(member.person.id, ())
            found += [_slot(member, times) for times in timetable if _is_asked(member, gone, times)]
    found.sort(key=lambda slot: slot.person.id)
    found.sort(key=lambda slot: slot.opens)
    return found


def _alike(standup: Standup, profiles: Mapping[str, Profile]) -> dict[_Habits, list[Member]]:
    """Return the members that are not muted, by their habits."""
    found: dict[_Habits, list[Member]] = {}
    for member in standup.members:
        profile = profiles.get(member.person.id)
        if not (profile and profile.muted):
            found.setdefault(_habits(standup, profile), []).append(member)
    return found


def _by_person(absences: Sequence[Absence], workspace: str) -> dict[str, list[Absence]]:
    found: dict[str, list[Absence]] = {}
    for absence in absences:
        if absence.workspace == workspace:
            found.setdefault(absence.person, []).append(absence)
    return found


def _of_member(absences: Sequence[Absence], standup: Standup, member: Member) -> list[Absence]:
    workspace, person = standup.workspace, member.person.id
    return [each for each in absences if (each.workspace, each.person) == (workspace, person)]


def _is_asked(member: Member, absences: Sequence[Absence], times: _Times) -> bool:
    is_away = bool(absences) and _is_away(absences, times)
    return not times.off and not is_away and member.joined_at <= times.opens


def _is_away(absences: Sequence[Absence], times: _Times) -> bool:
    return any(each.covers(day) for each in absences for day in times.days)


def _slot(member: Member, times: _Times) -> Slot:
    return Slot(member.person, times.on, times.opens, times.reminds, times.closes)
