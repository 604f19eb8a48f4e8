"""Write `simulated_year.csv`: what a team of five has to be asked in 2026, and when.

Nothing here knows the scheduling code, the tz database or the holidays library, and the method is
another one. The clocks of the five cities and their holidays are written down by hand:

- Clock changes: New Zealand's Daylight Time Order 2007 (last Sunday of September, first Sunday of
  April), Directive 2000/84/EC for Lisbon (last Sundays of March and October, 01:00 UTC), 15 U.S.C.
  260a for Chicago (second Sunday of March, first of November); São Paulo and Kolkata have none.
- Holidays: Holidays Act 2003 with Auckland's anniversary day, Matariki by the act of 2022, and the
  Mondays on which Anzac Day and Boxing Day are kept; Código do Trabalho, art. 234; Brazil's federal
  holidays (Leis 662/1949, 6.802/1980, 14.759/2023 and Good Friday) with São Paulo's 9 July; the
  gazetted holidays of the Government of India for 2026, with 14 April by its own order; the federal
  holidays of 5 U.S.C. 6103, where 4 July, a Saturday, is kept on Friday the 3rd.

The year is then walked through in steps of half an hour of UTC, looking at each city's clock on the
wall: the first time that it shows what was asked for, the question is due; while the wall clock is
in the quiet hours, it waits for the next step. Every time and offset of this team is a multiple of
half an hour.

Run it as `python -m tests.standups.make_simulated_year`.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

TABLE = Path(__file__).with_name("simulated_year.csv")
COLUMNS = ("standup", "person", "on", "local", "opens", "reminds", "closes")
STEP = timedelta(minutes=30)
BEGIN, END = datetime(2025, 12, 30, tzinfo=UTC), datetime(2027, 1, 3, tzinfo=UTC)


@dataclass(frozen=True)
class City:
    """A clock on the wall: hours ahead of UTC when 2026 begins, and from each change on."""

    zone: str
    hours: float
    changes: tuple[tuple[datetime, float], ...] = ()

    def wall(self, at: datetime) -> datetime:
        """Return what the clock shows, without a zone."""
        hours = self.hours
        for since, then in self.changes:
            hours = then if at >= since else hours
        return (at + timedelta(hours=hours)).replace(tzinfo=None)


def _utc(month: int, day: int, hour: int) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


AUCKLAND = City("Pacific/Auckland", 13, ((_utc(4, 4, 14), 12), (_utc(9, 26, 14), 13)))
LISBON = City("Europe/Lisbon", 0, ((_utc(3, 29, 1), 1), (_utc(10, 25, 1), 0)))
SAO_PAULO = City("America/Sao_Paulo", -3)
KOLKATA = City("Asia/Kolkata", 5.5)
CHICAGO = City("America/Chicago", -6, ((_utc(3, 8, 8), -5), (_utc(11, 1, 7), -6)))


def _days(*days: tuple[int, int]) -> frozenset[date]:
    return frozenset(date(2026, month, day) for month, day in days)


NEW_ZEALAND = _days(
    (1, 1), (1, 2), (1, 26), (2, 6), (4, 3), (4, 6), (4, 25), (4, 27), (6, 1), (7, 10), (10, 26),
    (12, 25), (12, 26), (12, 28),
)  # fmt: skip
PORTUGAL = _days(
    (1, 1), (4, 3), (4, 5), (4, 25), (5, 1), (6, 4), (6, 10), (8, 15), (10, 5), (11, 1), (12, 1),
    (12, 8), (12, 25),
)  # fmt: skip
BRAZIL = _days(
    (1, 1), (4, 3), (4, 21), (5, 1), (7, 9), (9, 7), (10, 12), (11, 2), (11, 15), (11, 20),
    (12, 25),
)  # fmt: skip
INDIA = _days(
    (1, 26), (3, 4), (3, 21), (3, 26), (3, 31), (4, 3), (4, 14), (5, 1), (5, 27), (6, 26), (8, 15),
    (8, 26), (9, 4), (10, 2), (10, 20), (11, 8), (11, 24), (12, 25),
)  # fmt: skip
UNITED_STATES = _days(
    (1, 1), (1, 19), (2, 16), (5, 25), (6, 19), (7, 3), (7, 4), (9, 7), (10, 12), (11, 11),
    (11, 26), (12, 25),
)  # fmt: skip


@dataclass(frozen=True)
class Someone:
    """A member: where they are, when they are off, and when they want quiet."""

    name: str
    city: City
    country: str
    holidays: frozenset[date]
    away: tuple[tuple[date, date], ...] = ()
    quiet: tuple[time, time] = (time(0), time(0))
    joined: datetime = BEGIN

    def is_off(self, day: date) -> bool:
        """Tell whether *day* is a holiday or a day off."""
        return day in self.holidays or any(first <= day <= last for first, last in self.away)

    def is_quiet(self, at: datetime) -> bool:
        """Tell whether they are to be left alone; every quiet time here goes over midnight."""
        start, end = self.quiet
        shown = self.city.wall(at).time()
        return start != end and (shown >= start or shown < end)


TEAM = (
    Someone(
        "Aroha", AUCKLAND, "NZ-AUK", NEW_ZEALAND,
        away=((date(2026, 4, 7), date(2026, 4, 10)), (date(2026, 12, 21), date(2026, 12, 31))),
        quiet=(time(21), time(8)),
    ),
    Someone(
        "Luísa", LISBON, "PT", PORTUGAL, away=((date(2026, 7, 27), date(2026, 8, 14)),)
    ),
    Someone(
        "Bruno", SAO_PAULO, "BR-SP", BRAZIL,
        away=((date(2026, 6, 5), date(2026, 6, 5)), (date(2026, 12, 24), date(2026, 12, 31))),
        joined=_utc(3, 2, 15),
    ),
    Someone(
        "Ishani", KOLKATA, "IN", INDIA,
        away=((date(2026, 10, 19), date(2026, 10, 23)),),
        quiet=(time(22), time(7, 30)),
    ),
    Someone(
        "Dana", CHICAGO, "US", UNITED_STATES,
        away=((date(2026, 8, 3), date(2026, 8, 14)), (date(2026, 11, 27), date(2026, 11, 27))),
        quiet=(time(18), time(7)),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Meeting:
    """A standup: the days that it is held, what the clock shows then, and how long it is open.

    The clock is each member's own, unless it is that of one city.
    """

    name: str
    is_on: Callable[[date], bool]
    at: time
    window: timedelta
    reminder: timedelta
    city: City | None = None


def _is_daily(day: date) -> bool:
    """Tell whether *day* is a weekday of 2026."""
    return day.year == 2026 and day.weekday() < 5


def _is_fortnightly(day: date) -> bool:
    """Tell whether *day* is Monday or Thursday of an even week, from Thursday 8 January on."""
    year, week, weekday = day.isocalendar()
    return day >= date(2026, 1, 8) and (year, week % 2) == (2026, 0) and weekday in (1, 4)


DAILY = Meeting("daily", _is_daily, time(9, 30), timedelta(hours=4), timedelta(hours=1))
FORTNIGHTLY = Meeting(
    "fortnightly", _is_fortnightly, time(20, 30), timedelta(hours=12), timedelta(hours=2), LISBON
)


def rows() -> Iterator[tuple[str, ...]]:
    """Yield the table, by standup and person, in the order of time."""
    for meeting in (DAILY, FORTNIGHTLY):
        for someone in TEAM:
            yield from _asked(meeting, someone)


def _asked(meeting: Meeting, someone: Someone) -> Iterator[tuple[str, ...]]:
    held: set[date] = set()
    clock = meeting.city or someone.city
    at = BEGIN
    while at < END:
        shown = clock.wall(at)
        if shown.time() == meeting.at and shown.date() not in held and meeting.is_on(shown.date()):
            held.add(shown.date())
            yield from _asked_once(meeting, someone, shown.date(), at)
        at += STEP


def _asked_once(
    meeting: Meeting, someone: Someone, on: date, due: datetime
) -> Iterator[tuple[str, ...]]:
    opens = due
    while someone.is_quiet(opens):
        opens += STEP
    days = {someone.city.wall(due).date(), someone.city.wall(opens).date()}
    if opens < someone.joined or any(someone.is_off(day) for day in days):
        return
    closes = opens + meeting.window
    reminds = closes - meeting.reminder
    local = someone.city.wall(opens)
    yield (
        meeting.name, someone.name, on.isoformat(), local.isoformat(" ", "minutes"),
        _written(opens), "" if someone.is_quiet(reminds) else _written(reminds), _written(closes),
    )  # fmt: skip


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%MZ}"


def table() -> str:
    """Return the whole file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows())
    return text.getvalue()


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
