"""Days, slots, days off and the words for them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.standup_records import Absence, Profile, Standup
from bot.standups.schedule import (
    Off,
    Slot,
    dates,
    home_of,
    next_slot,
    recurrence,
    slot,
    slots,
    slots_on,
    why_off,
    zone_of,
)
from tests.standups.made import WORKSPACE, member, profile, standup, utc

many = settings(deadline=None, max_examples=200)

ANA, BO = member("Ana"), member("Bo")
TUESDAY = date(2026, 6, 2)
YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]


def absence(person: str, first: date, last: date, workspace: str = WORKSPACE) -> Absence:
    return Absence(workspace=workspace, person=person, first=first, last=last)


# -- days


def test_weekdays_are_monday_to_friday() -> None:
    found = list(dates(standup(), date(2026, 6, 1), date(2026, 6, 14)))
    assert found == [date(2026, 6, n) for n in (1, 2, 3, 4, 5, 8, 9, 10, 11, 12)]


def test_there_is_no_day_before_it_starts() -> None:
    kept = standup(starts=date(2026, 6, 4))
    assert list(dates(kept, date(2026, 6, 1), date(2026, 6, 5))) == [
        date(2026, 6, 4),
        date(2026, 6, 5),
    ]
    assert list(dates(kept, date(2026, 5, 1), date(2026, 6, 3))) == []


def test_every_second_week_is_counted_from_the_week_of_the_start() -> None:
    """It starts on a Thursday; the Monday of that week is past, so the next is in two weeks."""
    kept = standup(days=(0, 3), every_weeks=2, starts=date(2026, 1, 8))
    assert list(dates(kept, date(2026, 1, 1), date(2026, 2, 8))) == [
        date(2026, 1, 8),
        date(2026, 1, 19),
        date(2026, 1, 22),
        date(2026, 2, 2),
        date(2026, 2, 5),
    ]


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        # 2026 has 53 ISO weeks: the weeks go on as 52, 53, 1, 2.
        (date(2026, 12, 21), [date(2026, 12, 21), date(2027, 1, 4), date(2027, 1, 18)]),
        (date(2026, 12, 14), [date(2026, 12, 14), date(2026, 12, 28), date(2027, 1, 11)]),
        # 2025 has 52.
        (date(2025, 12, 15), [date(2025, 12, 15), date(2025, 12, 29), date(2026, 1, 12)]),
        # From a Sunday in week 53 that is already January.
        (date(2021, 1, 3), [date(2021, 1, 11), date(2021, 1, 25), date(2021, 2, 8)]),
    ],
)
def test_two_weeks_are_two_weeks_over_the_end_of_a_year(starts: date, expected: list[date]) -> None:
    kept = standup(days=(0,), every_weeks=2, starts=starts)
    assert list(dates(kept, starts, expected[-1])) == expected


def test_no_days_are_no_occurrences() -> None:
    assert list(dates(standup(days=()), date(2026, 1, 1), date(2026, 12, 31))) == []


def test_the_last_day_of_the_calendar_can_be_asked_for() -> None:
    assert list(dates(standup(days=range(7)), date(9999, 12, 31), date.max)) == [date.max]
    assert list(dates(standup(starts=date.max), date(2026, 1, 1), date(2026, 12, 31))) == []


DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))


@many
@given(
    starts=DAYS,
    first=DAYS,
    days=st.sets(st.integers(0, 6)),
    every=st.integers(1, 52),
    length=st.integers(0, 800),
)
def test_days_keep_to_the_cadence(
    starts: date, first: date, days: set[int], every: int, length: int
) -> None:
    kept = standup(days=tuple(days), every_weeks=every, starts=starts)
    last = first + timedelta(days=length)
    found = set(dates(kept, first, last))
    monday = starts - timedelta(days=starts.weekday())
    for n in range(length + 1):
        day = first + timedelta(days=n)
        weeks = (day - monday).days // 7
        assert (day in found) == (day >= starts and day.weekday() in days and weeks % every == 0)


# -- slots


def test_members_need_no_profile() -> None:
    assert len(slots_on(standup(ANA, BO), {}, (), TUESDAY)) == 2


def test_a_slot_is_open_for_the_window_and_reminds_before_its_end() -> None:
    kept = standup(ANA, window=240, reminder=60)
    assert slot(kept, ANA, profile("Ana", "Asia/Kolkata"), TUESDAY) == Slot(
        ANA.person, TUESDAY, utc(2026, 6, 2, 4), utc(2026, 6, 2, 7), utc(2026, 6, 2, 8)
    )


@pytest.mark.parametrize("own", [None, profile("Ana"), profile("Ana", "Europe/Atlantis")])
def test_a_member_of_unknown_zone_is_asked_by_the_teams_clock(own: Profile | None) -> None:
    assert slot(standup(ANA), ANA, own, TUESDAY).opens == utc(2026, 6, 2, 8, 30)


def test_the_teams_time_is_one_instant_for_all() -> None:
    kept = standup(ANA, BO, own_zone=False)
    for own in (None, profile("Ana", "Pacific/Auckland"), profile("Ana", "America/Chicago")):
        assert slot(kept, ANA, own, TUESDAY).opens == utc(2026, 6, 2, 8, 30)


def test_a_standup_goes_by_the_members_zone_or_the_teams() -> None:
    auckland = profile("Ana", "pacific/auckland")
    assert zone_of(standup(), auckland) == "Pacific/Auckland"
    assert zone_of(standup(own_zone=False), auckland) == "Europe/Lisbon"
    assert home_of(standup(own_zone=False), auckland) == "Pacific/Auckland"
    assert zone_of(standup(), None) == home_of(standup(), None) == "Europe/Lisbon"
    assert zone_of(standup(zone="Nowhere/Land"), None) == "UTC"


@pytest.mark.parametrize(
    ("window", "reminder", "reminds"),
    [
        (240, 60, utc(2026, 6, 2, 11, 30)),
        (240, 239, utc(2026, 6, 2, 8, 31)),
        (240, 0, None),  # at the end
        (240, 240, None),  # with the question
        (240, 300, None),  # before it
    ],
)
def test_a_reminder_comes_between_the_question_and_the_end_or_not_at_all(
    window: int, reminder: int, reminds: datetime | None
) -> None:
    kept = standup(ANA, window=window, reminder=reminder)
    assert slot(kept, ANA, None, TUESDAY).reminds == reminds


def quiet(start: time, end: time, zone: str = "Europe/Lisbon") -> Profile:
    return profile("Ana", zone, quiet_from=start, quiet_until=end)


@pytest.mark.parametrize(
    ("at", "start", "end", "opens"),
    [
        (time(9, 30), time(22), time(10), utc(2026, 6, 2, 9)),  # over midnight, in the morning
        (time(23), time(22), time(10), utc(2026, 6, 3, 9)),  # over midnight, in the evening
        (time(12, 30), time(12), time(13), utc(2026, 6, 2, 12)),  # within a day
        (time(12), time(12), time(13), utc(2026, 6, 2, 12)),  # the first quiet minute
        (time(13), time(12), time(13), utc(2026, 6, 2, 12)),  # the first loud one
        (time(11, 59), time(12), time(13), utc(2026, 6, 2, 10, 59)),
        (time(9, 30), time(9), time(9), utc(2026, 6, 2, 8, 30)),  # never quiet
        (time(20), time(18), time(0), utc(2026, 6, 2, 23)),  # until midnight
    ],
)
def test_what_would_open_in_quiet_hours_opens_when_they_end(
    at: time, start: time, end: time, opens: datetime
) -> None:
    found = slot(standup(ANA, at=at, window=240), ANA, quiet(start, end), TUESDAY)
    assert found.opens == opens
    assert found.closes == opens + timedelta(hours=4)
    assert found.on == TUESDAY


def test_there_is_no_reminder_in_quiet_hours() -> None:
    kept = standup(ANA, at=time(17), window=240, reminder=60)  # it would come at 20:00
    assert slot(kept, ANA, quiet(time(20), time(8)), TUESDAY).reminds is None
    assert slot(kept, ANA, quiet(time(20, 1), time(8)), TUESDAY).reminds == utc(2026, 6, 2, 19)


def test_quiet_hours_are_the_members_own_in_a_standup_by_the_teams_clock() -> None:
    kept = standup(ANA, own_zone=False, at=time(20, 30))
    found = slot(kept, ANA, quiet(time(22), time(7, 30), "Asia/Kolkata"), TUESDAY)
    assert found.opens == utc(2026, 6, 3, 2)


def test_quiet_hours_that_end_in_a_skipped_hour_end_with_it() -> None:
    kept = standup(ANA, at=time(1), days=range(7))
    own = quiet(time(0), time(2, 30), "America/Chicago")
    assert slot(kept, ANA, own, date(2026, 3, 8)).opens == utc(2026, 3, 8, 8)


def test_quiet_hours_hold_when_the_clock_shows_them_again() -> None:
    """It is 01:15 for the second time, and quiet until 01:30: until the second 01:30."""
    kept = standup(ANA, own_zone=False, zone="UTC", at=time(7, 15), days=range(7))
    own = quiet(time(22), time(1, 30), "America/Chicago")
    assert slot(kept, ANA, own, date(2026, 11, 1)).opens == utc(2026, 11, 1, 7, 30)


def test_quiet_hours_that_leave_no_minute_that_day_put_it_off_to_the_next() -> None:
    """Quiet but for 02:30, which is skipped in the night to Sunday: the next is on Monday."""
    kept = standup(ANA, at=time(2, 45), days=range(7))
    own = quiet(time(2, 31), time(2, 30), "America/Chicago")
    found = slot(kept, ANA, own, date(2026, 3, 7))
    assert found.opens == utc(2026, 3, 9, 7, 30)
    moment = timedelta(seconds=1)
    assert found in slots(kept, {"Ana": own}, (), found.opens - moment, found.opens)


ZONES = st.sampled_from(
    ["Pacific/Auckland", "Europe/Lisbon", "America/Sao_Paulo", "Asia/Kolkata", "America/Chicago",
     "America/Nuuk", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Kiritimati", "Etc/GMT+12"]
)  # fmt: skip
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
PROFILES = st.builds(
    profile,
    person=st.just("Ana"),
    zone=ZONES | st.just(""),
    country=st.sampled_from(["", "NZ", "PT", "BR-SP", "IN", "US", "XX"]),
    quiet_from=TIMES,
    quiet_until=TIMES,
    muted=st.booleans(),
)
STANDUPS = st.builds(
    standup,
    st.just(ANA),
    at=TIMES,
    zone=ZONES,
    own_zone=st.booleans(),
    country=st.sampled_from(["", "PT"]),
    days=st.sets(st.integers(0, 6)).map(tuple),
    every_weeks=st.integers(1, 3),
    starts=st.dates(date(2025, 12, 1), date(2026, 2, 1)),
    window=st.integers(5, 1_440),
    reminder=st.integers(0, 1_440),
)


@many
@given(kept=STANDUPS, own=PROFILES, on=st.sampled_from(YEAR))
def test_nothing_is_sent_in_quiet_hours_and_the_window_is_whole(
    kept: Standup, own: Profile, on: date
) -> None:
    found = slot(kept, ANA, own, on)
    plain = own.model_copy(update={"quiet_from": time(0), "quiet_until": time(0)})
    delay = found.opens - slot(kept, ANA, plain, on).opens
    assert timedelta() <= delay <= timedelta(hours=50)
    assert found.closes - found.opens == timedelta(minutes=kept.window)
    home = ZoneInfo(home_of(kept, own))
    for sent in (found.opens, found.reminds):
        assert sent is None or not _in_quiet(sent.astimezone(home).time(), own)
    if found.reminds:
        assert found.opens < found.reminds < found.closes


def _in_quiet(shown: time, own: Profile) -> bool:
    """Count minutes round the clock from the start of the quiet hours."""
    since, length = (
        (until.hour * 60 + until.minute - own.quiet_from.hour * 60 - own.quiet_from.minute) % 1_440
        for until in (shown, own.quiet_until)
    )
    return since < length


@many
@given(kept=STANDUPS, own=PROFILES, on=st.sampled_from(YEAR))
def test_a_slot_is_found_however_short_the_span_is(kept: Standup, own: Profile, on: date) -> None:
    kept = kept.model_copy(update={"days": range(7), "every_weeks": 1, "starts": YEAR[0]})
    one, moment = slot(kept, ANA, own, on), timedelta(seconds=1)
    found = slots(kept, {"Ana": own}, (), one.opens - moment, one.opens)
    assert (one in found) == (why_off(kept, ANA, own, (), on) is None)
    assert one not in slots(kept, {"Ana": own}, (), one.opens, one.closes)


@many
@given(
    kept=STANDUPS,
    own=PROFILES,
    away=st.tuples(st.sampled_from(YEAR), st.integers(0, 40)),
    joined=st.sampled_from(YEAR),
)
def test_slots_are_those_of_the_days_on_which_the_member_is_not_off(
    kept: Standup, own: Profile, away: tuple[date, int], joined: date
) -> None:
    someone = member("Ana", utc(joined.year, joined.month, joined.day))
    kept = kept.model_copy(update={"members": (someone,)})
    gone = [absence("Ana", away[0], away[0] + timedelta(days=away[1]))]
    found = slots(kept, {"Ana": own}, gone, utc(2025, 12, 31), utc(2026, 12, 31))
    each = [
        slot(kept, someone, own, on)
        for on in dates(kept, date(2025, 12, 20), date(2027, 1, 5))
        if why_off(kept, someone, own, gone, on) is None
    ]
    within = [s for s in each if utc(2025, 12, 31) < s.opens <= utc(2026, 12, 31)]
    assert found == [s for s in within if s.opens >= someone.joined_at]
    assert [s.opens for s in found] == sorted(s.opens for s in found)


@many
@given(kept=STANDUPS, own=PROFILES, cut=st.datetimes(datetime(2026, 2, 1), datetime(2026, 4, 1)))  # noqa: DTZ001 - hypothesis takes naive bounds
def test_nothing_is_asked_twice_or_left_out_where_two_spans_meet(
    kept: Standup, own: Profile, cut: datetime
) -> None:
    begin, middle, end = (
        utc(2026, 1, 1),
        cut.replace(tzinfo=UTC),
        utc(2026, 5, 1),
    )
    whole = slots(kept, {"Ana": own}, (), begin, end)
    parts = slots(kept, {"Ana": own}, (), begin, middle) + slots(
        kept, {"Ana": own}, (), middle, end
    )
    assert parts == whole


def test_a_span_has_its_end_and_not_its_beginning() -> None:
    kept, opens = standup(ANA), utc(2026, 6, 2, 8, 30)
    minute = timedelta(minutes=1)
    assert len(slots(kept, {}, (), opens - minute, opens)) == 1
    assert slots(kept, {}, (), opens, opens + minute) == []
    assert slots(kept, {}, (), opens - minute, opens - minute) == []
    assert slots(kept, {}, (), opens, opens - minute) == []


def test_slots_come_by_opening_then_by_person() -> None:
    kept = standup(BO, member("Cy"), ANA)
    found = slots(kept, {"Cy": profile("Cy", "Asia/Kolkata")}, (), utc(2026, 6, 2), utc(2026, 6, 4))
    assert [(s.on.day, s.person.id) for s in found] == [
        (2, "Cy"), (2, "Ana"), (2, "Bo"), (3, "Cy"), (3, "Ana"), (3, "Bo"),
    ]  # fmt: skip


@pytest.mark.parametrize("state", ["paused", "removed"])
def test_a_paused_or_removed_standup_asks_nobody(state: str) -> None:
    kept = standup(ANA, **{state: True})
    assert slots(kept, {}, (), utc(2026, 6, 1), utc(2026, 7, 1)) == []
    assert slots_on(kept, {}, (), TUESDAY) == []
    assert next_slot(kept, ANA, None, (), utc(2026, 6, 1)) is None


def test_who_joins_when_the_question_opens_is_asked_and_a_moment_later_is_not() -> None:
    opens = utc(2026, 6, 2, 8, 30)
    late = member("Bo", opens + timedelta(seconds=1))
    found = slots_on(standup(member("Ana", opens), late), {}, (), TUESDAY)
    assert [s.person.id for s in found] == ["Ana"]


def test_slots_of_a_date_are_only_those_of_the_cadence() -> None:
    kept = standup(ANA, BO)
    assert [s.person.id for s in slots_on(kept, {}, (), TUESDAY)] == ["Ana", "Bo"]
    assert slots_on(kept, {}, (), date(2026, 6, 6)) == []


def test_a_standup_for_thousands_of_people_is_planned_whole() -> None:
    zones = ["Pacific/Auckland", "Europe/Lisbon", "America/Sao_Paulo", "Asia/Kolkata"]
    people = [member(f"U{n:04}") for n in range(5_000)]
    profiles = {m.person.id: profile(m.person.id, zones[n % 4]) for n, m in enumerate(people)}
    found = slots(standup(*people), profiles, (), utc(2026, 6, 1, 13), utc(2026, 6, 2, 13))
    assert len(found) == 5_000
    assert {s.on for s in found} == {TUESDAY}


# -- days off


def test_muted_people_are_not_asked() -> None:
    own = profile("Ana", muted=True)
    assert why_off(standup(ANA), ANA, own, (), TUESDAY) == Off.MUTED
    assert slots_on(standup(ANA, BO), {"Ana": own}, (), TUESDAY)[0].person.id == "Bo"
    assert next_slot(standup(ANA), ANA, own, (), utc(2026, 6, 1)) is None


@pytest.mark.parametrize(
    ("absences", "expected"),
    [
        ([absence("Ana", TUESDAY, TUESDAY)], Off.AWAY),
        ([absence("Ana", date(2026, 5, 1), TUESDAY)], Off.AWAY),
        ([absence("Ana", TUESDAY, date(2026, 7, 1))], Off.AWAY),
        ([absence("Ana", date(2026, 5, 1), date(2026, 6, 1))], None),
        ([absence("Ana", date(2026, 6, 3), date(2026, 7, 1))], None),
        ([absence("Bo", TUESDAY, TUESDAY)], None),
        ([absence("Ana", TUESDAY, TUESDAY, workspace="T2")], None),
        ([absence("Ana", date(2026, 6, 3), date(2026, 6, 1))], None),  # ends before it begins
    ],
)
def test_absences_count_with_their_first_and_last_day(
    absences: Sequence[Absence], expected: Off | None
) -> None:
    assert why_off(standup(ANA), ANA, None, absences, TUESDAY) == expected
    assert bool(slots_on(standup(ANA), {}, absences, TUESDAY)) == (expected is None)


def test_holidays_are_the_members_own_else_the_teams() -> None:
    freedom_day = date(2025, 4, 25)
    kept = standup(ANA, country="PT")
    for own, expected in (
        (None, Off.HOLIDAY),
        (profile("Ana"), Off.HOLIDAY),
        (profile("Ana", country="XX"), Off.HOLIDAY),  # unknown: the team's stand in
        (profile("Ana", country="US"), None),
        (profile("Ana", country="IT"), Off.HOLIDAY),
    ):
        assert why_off(kept, ANA, own, (), freedom_day) == expected
    assert why_off(standup(ANA), ANA, None, (), freedom_day) is None


def test_days_off_are_those_of_the_calendar_where_the_member_is() -> None:
    """On Thursday 20:30 in Lisbon it is Friday in Auckland: Good Friday, then Matariki."""
    kept = standup(ANA, own_zone=False, at=time(20, 30), country="PT")
    own = profile("Ana", "Pacific/Auckland", "NZ")
    assert why_off(kept, ANA, own, (), date(2026, 7, 9)) == Off.HOLIDAY
    assert why_off(kept, ANA, own, (), date(2026, 7, 10)) is None  # Saturday there
    away = [absence("Ana", date(2026, 7, 7), date(2026, 7, 7))]
    assert why_off(kept, ANA, own, away, date(2026, 7, 6)) == Off.AWAY
    assert why_off(kept, ANA, own, away, date(2026, 7, 7)) is None


def test_neither_the_day_that_is_asked_about_nor_that_of_asking_may_be_off() -> None:
    """Quiet hours put Tuesday evening off to Wednesday morning."""
    kept, own = standup(ANA, at=time(20)), quiet(time(18), time(8))
    for off, expected in ((1, None), (2, Off.AWAY), (3, Off.AWAY), (4, None)):
        day = date(2026, 6, off)
        assert why_off(kept, ANA, own, [absence("Ana", day, day)], TUESDAY) == expected


# -- the next one


def test_the_next_slot_is_the_open_one_until_it_closes() -> None:
    kept = standup(ANA, window=240)
    for now, on in (
        (utc(2026, 6, 2, 8, 29), 2),
        (utc(2026, 6, 2, 8, 30), 2),
        (utc(2026, 6, 2, 12, 29), 2),
        (utc(2026, 6, 2, 12, 30), 3),
        (utc(2026, 6, 5, 20), 8),
    ):
        found = next_slot(kept, ANA, None, (), now)
        assert found is not None
        assert found.on == date(2026, 6, on)


def test_the_next_slot_leaves_days_off_out() -> None:
    kept = standup(ANA, country="PT")
    gone = [absence("Ana", date(2026, 6, 2), date(2026, 6, 3))]  # then Corpus Christi
    found = next_slot(kept, ANA, None, gone, utc(2026, 6, 2))
    assert found is not None
    assert found.on == date(2026, 6, 5)


def test_who_just_joined_is_next_asked_at_the_next_opening() -> None:
    now = utc(2026, 6, 2, 10)
    late = member("Bo", now)
    found = next_slot(standup(late), late, None, (), now)
    assert found is not None
    assert found.on == date(2026, 6, 3)


def test_who_is_away_for_longer_than_it_looks_ahead_has_no_next_slot() -> None:
    gone = [absence("Ana", date(2026, 1, 1), date(2026, 12, 31))]
    assert next_slot(standup(ANA), ANA, None, gone, utc(2026, 6, 2)) is None
    assert next_slot(standup(ANA, days=()), ANA, None, (), utc(2026, 6, 2)) is None


@pytest.mark.parametrize(
    ("more", "on"),
    [
        ({"days": (0,), "every_weeks": 52, "starts": date(2026, 6, 1)}, date(2027, 5, 31)),
        ({"starts": date(2026, 12, 1)}, date(2026, 12, 1)),
    ],
)
def test_rare_and_future_standups_have_a_next_slot(more: dict[str, object], on: date) -> None:
    found = next_slot(standup(ANA, **more), ANA, None, (), utc(2026, 6, 10))
    assert found is not None
    assert found.on == on


def test_a_standup_that_starts_at_the_end_of_time_has_no_next_slot() -> None:
    assert next_slot(standup(ANA, starts=date.max), ANA, None, (), utc(2026, 6, 10)) is None


@many
@given(
    kept=STANDUPS,
    own=PROFILES,
    now=st.datetimes(datetime(2026, 1, 1), datetime(2026, 9, 1)),  # noqa: DTZ001 - hypothesis takes naive bounds
)
def test_the_next_slot_is_the_first_that_has_not_closed(
    kept: Standup, own: Profile, now: datetime
) -> None:
    at = now.replace(tzinfo=UTC)
    end = at + timedelta(days=50)
    near = slots(kept, {"Ana": own}, (), at - timedelta(days=2), end)
    expected = next((each for each in near if each.closes > at), None)
    found = next_slot(kept, ANA, own, (), at)
    if expected:
        assert found == expected
    else:
        assert found is None or found.opens > end


# -- words


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "every weekday at 09:30 in each member's own zone"),
        ({"days": range(7), "at": time(0)}, "every day at 00:00 in each member's own zone"),
        ({"days": (4, 0, 2), "own_zone": False},
         "Mondays, Wednesdays and Fridays at 09:30 Europe/Lisbon"),
        ({"days": (0, 3), "every_weeks": 2, "own_zone": False},
         "Mondays and Thursdays, every 2 weeks, at 09:30 Europe/Lisbon"),
        ({"every_weeks": 3}, "weekdays, every 3 weeks, at 09:30 in each member's own zone"),
        ({"days": (6,), "every_weeks": 2},
         "Sundays, every 2 weeks, at 09:30 in each member's own zone"),
        ({"days": ()}, "never at 09:30 in each member's own zone"),
    ],
)  # fmt: skip
def test_the_recurrence_in_words(more: dict[str, object], words: str) -> None:
    assert recurrence(standup(**more)) == words
