"""A year of a team on five continents' clocks, against a table made without the scheduling code."""

import csv
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import pytest

from bot.standup_records import Absence, Profile, Standup
from bot.standups import schedule
from bot.standups.holidays import holiday_name
from tests.standups import make_simulated_year as made_by_hand
from tests.standups.made import WORKSPACE, member, profile, standup, utc
from tests.standups.make_simulated_year import TABLE, TEAM


class Row(NamedTuple):
    standup: str
    person: str
    on: str
    local: str
    opens: str
    reminds: str
    closes: str


def _expected() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        _, *rows = csv.reader(lines)
    return [Row(*row) for row in rows]


def _standups() -> list[Standup]:
    members = [member(each.name, each.joined) for each in TEAM]
    return [
        standup(
            *members, id="daily", at=time(9, 30), starts=date(2026, 1, 1), window=240, reminder=60
        ),
        standup(
            *members, id="fortnightly", days=(0, 3), every_weeks=2, starts=date(2026, 1, 8),
            at=time(20, 30), own_zone=False, window=720, reminder=120,
        ),
    ]  # fmt: skip


def _profiles() -> dict[str, Profile]:
    return {
        each.name: profile(
            each.name, each.city.zone, each.country,
            quiet_from=each.quiet[0], quiet_until=each.quiet[1],
        )
        for each in TEAM
    }  # fmt: skip


def _absences() -> list[Absence]:
    return [
        Absence(workspace=WORKSPACE, person=each.name, first=first, last=last)
        for each in TEAM
        for first, last in each.away
    ]


def _scheduled(kept: Standup, profiles: Mapping[str, Profile]) -> list[Row]:
    found = schedule.slots(kept, profiles, _absences(), utc(2025, 12, 1), utc(2027, 1, 3))
    return [_row(kept, profiles, slot) for slot in found if slot.on.year == 2026]


def _row(kept: Standup, profiles: Mapping[str, Profile], slot: schedule.Slot) -> Row:
    tz = schedule.zone_or_none(profiles[slot.person.id].zone)
    local = f"{slot.opens.astimezone(tz):%Y-%m-%d %H:%M}"
    reminds = _written(slot.reminds) if slot.reminds else ""
    return Row(
        kept.id, slot.person.id, slot.on.isoformat(), local,
        _written(slot.opens), reminds, _written(slot.closes),
    )  # fmt: skip


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%MZ}"


def test_the_table_is_what_its_script_writes() -> None:
    assert TABLE.read_text(encoding="utf-8") == made_by_hand.table()


@pytest.mark.parametrize("kept", _standups(), ids=lambda kept: kept.id)
def test_everybody_is_asked_exactly_when_the_table_says(kept: Standup) -> None:
    expected = sorted(row for row in _expected() if row.standup == kept.id)
    assert sorted(_scheduled(kept, _profiles())) == expected


def test_nobody_is_asked_on_a_holiday_or_a_day_off() -> None:
    off = {each.name: each.is_off for each in TEAM}
    profiles = _profiles()
    for kept in _standups():
        for row in _scheduled(kept, profiles):
            assert not off[row.person](date.fromisoformat(row.local[:10])), row


def test_every_question_of_the_daily_standup_comes_at_half_past_nine_local_time() -> None:
    daily, _ = _standups()
    assert {row.local[11:] for row in _scheduled(daily, _profiles())} == {"09:30"}


def test_members_are_asked_in_the_order_of_the_sun() -> None:
    daily, _ = _standups()
    day = [row.person for row in _scheduled(daily, _profiles()) if row.on == "2026-06-03"]
    assert day == ["Aroha", "Ishani", "Luísa", "Bruno", "Dana"]


def test_who_joins_during_the_year_is_asked_from_the_next_day_on() -> None:
    daily, _ = _standups()
    days = [row.on for row in _scheduled(daily, _profiles()) if row.person == "Bruno"]
    assert days[:2] == ["2026-03-03", "2026-03-04"]


def test_days_of_the_library_are_those_of_the_public_calendars() -> None:
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    for each in TEAM:
        found = {day for day in year if holiday_name(each.country, day)}
        assert found == each.holidays, each.country


def test_the_table_covers_the_whole_year_and_each_day_once() -> None:
    rows = _expected()
    assert {row.on[:7] for row in rows} == {f"2026-{month:02}" for month in range(1, 13)}
    assert len({(row.standup, row.person, row.on) for row in rows}) == len(rows)


def test_the_table_holds_as_many_days_as_are_counted_by_hand() -> None:
    weekdays, holidays_on_weekdays, weekdays_away = 261, 9, 15
    counted = weekdays - holidays_on_weekdays - weekdays_away
    daily = [row for row in _expected() if row.standup == "daily" and row.person == "Luísa"]
    assert len(daily) == counted
