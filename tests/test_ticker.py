"""The clock of standups on real stores: who is asked, reminded and counted when, and only once."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.errors import StoreUnavailable
from bot.log_ports import Digests
from bot.messages import Delivery, Person, Reply
from bot.standup_forms import Asked
from bot.standup_records import CheckIn, CheckInState, Occurrence, Standup
from bot.standups import prompts
from bot.stores.database import Database, open_database
from bot.stores.standups import SqlStandups
from bot.ticker import Asking, Ticker
from tests.conftest import Clock
from tests.standups.made import WORKSPACE, member, standup, utc
from tests.ticking import Team, counts, together, told

ANA, BO, CY = member("Ana"), member("Bo"), member("Cy")
MONDAY, TUESDAY, WEDNESDAY = date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)
MINUTE = timedelta(minutes=1)

# In Lisbon, in summer: asked at 09:30, reminded at 12:30, over at 13:30.
BEFORE, ASKED, REMINDED, OVER = (
    utc(2026, 6, 2, 7),
    utc(2026, 6, 2, 8, 30),
    utc(2026, 6, 2, 11, 30),
    utc(2026, 6, 2, 12, 30),
)
DAY = timedelta(days=1)
A, S, W, U, M = (
    CheckInState.ANSWERED,
    CheckInState.SKIPPED,
    CheckInState.ASKED,
    CheckInState.UNANSWERED,
    CheckInState.MISSED_BY_US,
)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose tables are made, to be copied."""
    file = tmp_path_factory.mktemp("ticker") / "empty.sqlite3"

    async def make() -> None:
        await (await open_database(f"sqlite+aiosqlite:///{file}")).close()

    asyncio.run(make())
    return file


@pytest.fixture
async def team(empty_database: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Team]:
    """Nobody's team yet, in the morning of a Tuesday on which nobody was asked."""
    shutil.copy(empty_database, tmp_path / "coach.sqlite3")
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'coach.sqlite3'}")
    clock.time = BEFORE
    yield Team(database, clock)
    await database.close()


@pytest.fixture
async def lisbon(team: Team) -> Team:
    """Ana's and Bo's standup, looked after since this morning."""
    await set_up(team, standup(ANA, BO))
    return team


async def set_up(team: Team, written: Standup) -> None:
    """Store a new standup now, and tick."""
    now = {"created_at": team.clock(), "edited_at": team.clock()}
    await team.keep(written.model_copy(update=now))
    await team.tick()


# -- asking


async def test_each_member_is_asked_at_their_own_local_time(team: Team) -> None:
    await team.lives("Ana", "Asia/Kolkata")
    await team.lives("Cy", "America/Chicago")
    team.clock.time = utc(2026, 6, 2, 3, 59)
    await set_up(team, standup(ANA, BO, CY))
    for opens, person in (
        (utc(2026, 6, 2, 4), "Ana"),
        (utc(2026, 6, 2, 8, 30), "Bo"),
        (utc(2026, 6, 2, 14, 30), "Cy"),
    ):
        assert ("prompt", person) not in told(await team.at(opens - MINUTE))
        assert ("prompt", person) in told(await team.at(opens))
    assert team.counts("prompt") == {"Ana": 1, "Bo": 1, "Cy": 1}


async def test_by_the_teams_clock_all_are_asked_at_once(team: Team) -> None:
    await team.lives("Ana", "Asia/Kolkata")
    await set_up(team, standup(ANA, BO, own_zone=False))
    assert await team.at(ASKED - MINUTE) == []
    assert told(await team.at(ASKED)) == [("prompt", "Ana"), ("prompt", "Bo")]


async def test_a_prompt_tells_the_time_where_the_member_is(lisbon: Team) -> None:
    await lisbon.lives("Ana", "Europe/Berlin")
    await lisbon.at(ASKED)
    texts = {each.to: each.text for each in lisbon.sent}
    assert "Answers until 13:30 (Europe/Lisbon)" in texts["Bo"]
    assert "Answers until 13:30 (Europe/Berlin)" in texts["Ana"]


async def test_a_prompt_is_private_gives_way_and_complains_to_the_owner(lisbon: Team) -> None:
    for each in await lisbon.at(ASKED):
        assert each.delivery.place.channel == each.delivery.person.id == each.to
        assert each.delivery.bulk
        assert each.delivery.complain_to == Person(id="owner")


async def test_nobody_is_asked_twice_however_often_it_ticks_or_restarts(lisbon: Team) -> None:
    for minutes in range(0, 240, 30):
        lisbon.restart()
        await lisbon.at(ASKED + minutes * MINUTE)
        await lisbon.tick()
    assert lisbon.counts("prompt") == {"Ana": 1, "Bo": 1}


async def test_nobody_is_asked_twice_where_the_time_is_changed_that_day(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    for hour in (8, 10, 12):
        await lisbon.change(at=time(hour))
        await lisbon.at(ASKED + timedelta(hours=hour - 8))
    await lisbon.at(utc(2026, 6, 2, 23))
    assert lisbon.counts("prompt") == {"Ana": 1, "Bo": 1}


async def test_who_was_not_asked_yet_is_asked_at_the_changed_time(lisbon: Team) -> None:
    await lisbon.change(at=time(11))
    assert await lisbon.at(ASKED) == []
    assert told(await lisbon.at(utc(2026, 6, 2, 10))) == [("prompt", "Ana"), ("prompt", "Bo")]


async def test_a_time_that_is_changed_to_one_that_is_over_counts_as_nobodys_miss(
    lisbon: Team,
) -> None:
    await lisbon.change(at=time(15))
    await lisbon.at(OVER)
    await lisbon.change(at=time(6))
    assert await lisbon.at(OVER + MINUTE) == []
    assert await lisbon.check_ins(TUESDAY) == []


async def test_a_member_who_travels_is_not_asked_again_for_the_same_date(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.lives("Ana", "America/Chicago")
    for hours in range(1, 24, 2):
        await lisbon.at(ASKED + timedelta(hours=hours))
    assert lisbon.counts("prompt") == {"Ana": 1, "Bo": 1}
    await lisbon.at(ASKED + DAY)
    await lisbon.at(utc(2026, 6, 3, 14, 30))
    assert lisbon.counts("prompt") == {"Ana": 2, "Bo": 2}


async def test_there_is_one_check_in_on_each_day_of_the_cadence(team: Team) -> None:
    await set_up(team, standup(ANA, days=(1, 3), every_weeks=2, starts=TUESDAY, reminder=0))
    for days in range(28):
        await team.at(ASKED + days * DAY)
    kept = await team.standups.occurrences(WORKSPACE, "search", 99)
    assert sorted(each.on.day for each in kept) == [2, 4, 16, 18]
    assert team.counts("prompt") == {"Ana": 4}


async def test_a_new_standup_does_not_ask_for_the_time_before_it(team: Team) -> None:
    team.clock.time = ASKED + MINUTE
    await set_up(team, standup(ANA))
    for hours in range(1, 23):
        await team.at(ASKED + timedelta(hours=hours))
    assert team.sent == []
    assert told(await team.at(ASKED + DAY)) == [("prompt", "Ana")]


async def test_standups_of_the_same_name_in_two_workspaces_are_strangers(team: Team) -> None:
    await set_up(team, standup(ANA))
    place = (await team.current()).place.model_copy(update={"workspace": "T2"})
    await set_up(team, standup(ANA, workspace="T2", place=place, at=time(10)))
    assert [each.delivery.place.workspace for each in await team.at(ASKED)] == ["T1"]
    sent = await team.at(ASKED + 30 * MINUTE)
    assert [each.delivery.place.workspace for each in sent] == ["T2"]


# -- replicas


@pytest.fixture
async def replicas(
    database_url: str, database: Database, clock: Clock
) -> AsyncIterator[tuple[Team, Team]]:
    """Two replicas, each with connections of its own."""
    other = await open_database(database_url)
    clock.time = BEFORE
    yield Team(database, clock), Team(other, clock)
    await other.close()


on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@on_postgresql
async def test_two_replicas_do_everything_once(replicas: tuple[Team, Team]) -> None:
    one, other = replicas
    people = [f"P{n}" for n in range(8)]
    await set_up(one, standup(*(member(each) for each in people), days=range(7)))
    for n in range(9):
        begin, on = ASKED + n * DAY, TUESDAY + n * DAY
        one.clock.time = begin
        await together(one, other, one, other)
        if n % 3:
            await asyncio.gather(
                *(each.answers("P1", on, f"Said {n}.") for each in replicas), together(one, other)
            )
        for at in (REMINDED + n * DAY, OVER + n * DAY):
            one.clock.time = at
            await together(one, other, one, other)
        await asyncio.gather(one.deliver(), other.deliver())
    sent = [*one.sent, *other.sent]
    assert counts(sent, "prompt") == dict.fromkeys(people, 9)
    assert counts(sent, "reminder") == dict.fromkeys(people, 9) | {"P1": 3}
    assert counts(sent, "digest") == {"C1": 6}


@on_postgresql
async def test_two_replicas_that_come_back_at_once_tell_the_owner_once(
    replicas: tuple[Team, Team],
) -> None:
    one, other = replicas
    await set_up(one, standup(ANA, BO, days=range(7)))
    for n in range(6):
        one.clock.time = OVER + n * DAY
        one.restart()
        other.restart()
        await together(one, other, one, other)
        assert await one.states(TUESDAY + n * DAY) == {"Ana": M, "Bo": M}
    await one.deliver()
    assert told(one.sent) == [("missed", "owner")] * 6


@on_postgresql
async def test_two_owners_clicks_at_once_ask_once(replicas: tuple[Team, Team]) -> None:
    one, other = replicas
    await set_up(one, standup(ANA, BO, days=range(7)))
    for n in range(6):
        one.clock.time = BEFORE + n * DAY
        standing = await one.current()
        asked = await asyncio.gather(
            *(each.parts.ticker.ask_now(standing) for each in (one, other, one)),
            together(other, one),
        )
        assert sum(each or 0 for each in asked) == 2
    await one.deliver()
    assert one.counts("prompt") == {"Ana": 6, "Bo": 6}


@on_postgresql
async def test_a_late_answer_during_two_ticks_is_in_the_digest_in_the_end(
    replicas: tuple[Team, Team],
) -> None:
    one, other = replicas
    await set_up(one, standup(ANA, BO, days=range(7)))
    for n in range(8):
        on = TUESDAY + n * DAY
        await one.at(ASKED + n * DAY)
        await one.answers("Ana", on, "Said in time.")
        one.clock.time = OVER + n * DAY
        await asyncio.gather(other.answers("Bo", on, f"Late {n}."), together(one, other, one))
        await together(other)
        digests = [each for each in await one.deliver() if each.what == "digest"]
        assert "Late" in digests[-1].text
        assert [bool(each.delivery.replaces) for each in digests] == [False, True][: len(digests)]


# -- reminding


async def test_who_has_not_answered_is_reminded_once(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.answers("Bo", TUESDAY)
    assert await lisbon.at(REMINDED - MINUTE) == []
    (reminder,) = await lisbon.at(REMINDED)
    assert (reminder.what, reminder.to) == ("reminder", "Ana")
    lisbon.restart()
    assert await lisbon.at(REMINDED + MINUTE) == []


async def test_nobody_is_reminded_of_what_they_skipped_or_are_away_for(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.skips("Ana", TUESDAY)
    await lisbon.is_away("Bo", TUESDAY, WEDNESDAY)
    assert await lisbon.at(REMINDED) == []
    assert await lisbon.states(TUESDAY) == {"Ana": S, "Bo": CheckInState.AWAY}


async def test_there_is_no_reminder_without_one_in_the_standup(lisbon: Team) -> None:
    await lisbon.change(reminder=0)
    await lisbon.at(ASKED)
    assert await lisbon.at(REMINDED) == []
    assert await lisbon.at(OVER - MINUTE) == []


async def test_a_reminder_that_was_due_while_down_comes_late_or_not_at_all(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    assert told(await lisbon.at(OVER - MINUTE)) == [("reminder", "Ana"), ("reminder", "Bo")]
    await lisbon.at(ASKED + DAY)
    assert [each.what for each in await lisbon.at(OVER + DAY)] == []


async def test_who_is_asked_late_is_not_reminded_at_once(lisbon: Team) -> None:
    assert told(await lisbon.at(REMINDED + MINUTE)) == [("prompt", "Ana"), ("prompt", "Bo")]
    assert await lisbon.at(REMINDED + 2 * MINUTE) == []


async def test_there_is_no_reminder_in_the_members_quiet_hours(lisbon: Team) -> None:
    await lisbon.lives("Ana", quiet_from=time(12), quiet_until=time(14))
    await lisbon.at(ASKED)
    assert told(await lisbon.at(REMINDED)) == [("reminder", "Bo")]
    assert [each.what for each in await lisbon.at(OVER)] == []


async def test_quiet_hours_put_the_question_off_until_they_end(lisbon: Team) -> None:
    await lisbon.lives("Ana", quiet_from=time(8), quiet_until=time(11))
    assert told(await lisbon.at(ASKED)) == [("prompt", "Bo")]
    assert told(await lisbon.at(utc(2026, 6, 2, 10))) == [("prompt", "Ana")]
    (ana, _) = await lisbon.check_ins(TUESDAY)
    assert ana.closes_at == utc(2026, 6, 2, 14)


async def test_what_was_run_by_hand_is_not_reminded_of_in_quiet_hours(lisbon: Team) -> None:
    await lisbon.lives("Ana", quiet_from=time(18), quiet_until=time(8))
    lisbon.clock.time = utc(2026, 6, 2, 14)  # three in the afternoon; the reminder is due at six
    await lisbon.change(at=time(7))
    await lisbon.runs_now()
    assert told(await lisbon.deliver()) == [("prompt", "Ana"), ("prompt", "Bo")]
    assert told(await lisbon.at(utc(2026, 6, 2, 17))) == [("reminder", "Bo")]


async def test_quiet_hours_that_were_set_after_being_asked_hold(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.lives("Ana", quiet_from=time(12), quiet_until=time(14))
    assert told(await lisbon.at(REMINDED)) == [("reminder", "Bo")]


async def test_who_is_asked_late_is_not_asked_in_quiet_hours(lisbon: Team) -> None:
    """Down from nine until half past twelve, where Ana is sent nothing from twelve to one."""
    await lisbon.lives("Ana", quiet_from=time(12), quiet_until=time(13))
    assert told(await lisbon.at(REMINDED)) == [("prompt", "Bo")]
    assert told(await lisbon.at(REMINDED + 30 * MINUTE)) == [("prompt", "Ana")]


# -- closing and the digest


async def test_the_digest_comes_once_when_the_time_is_over(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.answers("Ana", TUESDAY)
    assert counts(await lisbon.at(OVER - MINUTE), "digest") == {}
    (digest,) = await lisbon.at(OVER)
    assert (digest.what, digest.to) == ("digest", "C1")
    assert "Tried a larger model." in digest.text
    assert await lisbon.states(TUESDAY) == {"Ana": A, "Bo": U}
    lisbon.restart()
    assert await lisbon.at(OVER + MINUTE) == []
    assert (
        await lisbon.at(ASKED + 12 * DAY - timedelta(hours=4)) != []
    )  # told of days that it was down
    assert lisbon.counts("digest") == {"C1": 1}


async def test_the_digest_comes_at_once_when_all_have_answered_or_skipped(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.answers("Ana", TUESDAY)
    assert await lisbon.at(ASKED + MINUTE) == []
    await lisbon.skips("Bo", TUESDAY)
    assert told(await lisbon.at(ASKED + 2 * MINUTE)) == [("digest", "C1")]


async def test_the_digest_waits_for_who_is_still_to_be_asked(lisbon: Team) -> None:
    await lisbon.lives("Bo", "America/Chicago")
    await lisbon.at(ASKED)
    await lisbon.answers("Ana", TUESDAY)
    assert await lisbon.at(OVER) == []
    assert told(await lisbon.at(utc(2026, 6, 2, 14, 30))) == [("prompt", "Bo")]
    assert told(await lisbon.at(utc(2026, 6, 2, 18, 30))) == [("digest", "C1")]


async def test_answers_of_all_before_the_time_make_no_digest_before_the_time(lisbon: Team) -> None:
    await lisbon.answers("Ana", TUESDAY, "Early.")
    await lisbon.answers("Bo", TUESDAY, "Early too.")
    assert await lisbon.at(ASKED - MINUTE) == []
    assert told(await lisbon.at(ASKED)) == [("digest", "C1")]


async def test_who_answered_early_is_neither_asked_nor_reminded(lisbon: Team) -> None:
    await lisbon.answers("Ana", TUESDAY, "Early.")
    assert told(await lisbon.at(ASKED)) == [("prompt", "Bo")]
    assert told(await lisbon.at(REMINDED)) == [("reminder", "Bo")]
    (digest,) = await lisbon.at(OVER)
    assert "Early." in digest.text


async def test_nothing_is_posted_where_nobody_said_anything(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.skips("Bo", TUESDAY)
    await lisbon.at(REMINDED)
    assert await lisbon.at(OVER) == []
    kept = await lisbon.occurrence(TUESDAY)
    assert (kept.closed, kept.revision) == (True, 0)
    assert await lisbon.states(TUESDAY) == {"Ana": U, "Bo": S}


async def test_a_late_answer_updates_the_digest_in_its_place(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.answers("Ana", TUESDAY, "In time.")
    (first,) = [each for each in await lisbon.at(OVER) if each.what == "digest"]
    lisbon.clock.advance(1)
    assert "I add it to the digest" in await lisbon.answers("Bo", TUESDAY, "Somewhat late.")
    (update,) = await lisbon.at(OVER + MINUTE)
    assert update.delivery.replaces == first.delivery.key != update.delivery.key
    assert update.delivery.replaced_id == f"message-{lisbon.sent.index(first) + 1}"
    assert "In time." in update.text
    assert "Somewhat late." in update.text
    assert await lisbon.at(OVER + 2 * MINUTE) == []
    assert (await lisbon.occurrence(TUESDAY)).revision == 2


async def test_several_late_answers_between_two_ticks_make_one_update(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.answers("Ana", TUESDAY)
    await lisbon.at(OVER)
    await lisbon.answers("Bo", TUESDAY, "Late.")
    await lisbon.answers("Ana", TUESDAY, "On second thoughts.")
    await lisbon.answers("Bo", TUESDAY, "Later.")
    (update,) = await lisbon.at(OVER + MINUTE)
    assert "On second thoughts." in update.text
    assert "Later." in update.text
    assert "Late." not in update.text


async def test_the_first_answer_makes_a_first_digest_where_there_was_none(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.at(OVER)
    await lisbon.answers("Bo", TUESDAY, "Better late than never.")
    (digest,) = await lisbon.at(OVER + timedelta(hours=19))
    assert (digest.what, digest.delivery.replaces) == ("digest", "")


async def test_skipping_late_changes_no_digest(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.at(OVER)
    await lisbon.skips("Bo", TUESDAY)
    assert await lisbon.at(OVER + MINUTE) == []
    assert (await lisbon.states(TUESDAY))["Bo"] == S


class Interrupting:
    """A writer of digests whom somebody answers while it writes."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.said = False

    async def digest(
        self, standup: Standup, occurrence: Occurrence, check_ins: Sequence[CheckIn]
    ) -> Sequence[Delivery]:
        written = await self.team.parts.telling.digest(standup, occurrence, check_ins)
        if not self.said:
            self.said = True
            await self.team.answers("Bo", occurrence.on, "Just in time.")
        return written


async def test_what_is_said_while_the_digest_is_written_is_in_the_next_one(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.answers("Ana", TUESDAY)
    await lisbon.at(REMINDED)
    lisbon.clock.time = OVER
    await ticking(lisbon, digests=Interrupting(lisbon)).tick()
    sent = [*await lisbon.deliver(), *await lisbon.tick()]
    digests = [each for each in sent if each.what == "digest"]
    assert "Just in time." in digests[-1].text
    assert (await lisbon.states(TUESDAY))["Bo"] == A


def ticking(
    team: Team,
    standups: SqlStandups | None = None,
    asking: Asking | None = None,
    digests: Digests | None = None,
) -> Ticker:
    """Return a ticker of *team* with some of its parts exchanged."""
    return Ticker(
        standups=standups or team.standups,
        asking=asking or Words(team),
        digests=digests or team.parts.telling,
        now=team.clock,
    )


class Words:
    """Says what the team's own ticker says, but breaks for the standups that are named."""

    def __init__(self, team: Team, *broken: str) -> None:
        self.team = team
        self.broken = broken

    async def prompts(
        self, standup: Standup, check_ins: Sequence[CheckIn]
    ) -> Mapping[str, Delivery]:
        if standup.id in self.broken:
            raise RuntimeError("nothing comes to mind")
        return {each.key: self._said(standup, each, "check-in") for each in check_ins}

    async def reminders(
        self, standup: Standup, check_ins: Sequence[CheckIn]
    ) -> Mapping[str, Delivery]:
        return {each.key: self._said(standup, each, "reminder") for each in check_ins}

    def apology(self, standup: Standup, missed: Sequence[CheckIn]) -> Delivery:
        return self._said(standup, missed[-1], "missed")

    def _said(self, standup: Standup, check_in: CheckIn, what: str) -> Delivery:
        return prompts.delivery(standup, check_in, what, Reply(text="Well?"))


# -- missed occurrences


async def test_who_should_have_been_asked_while_down_is_asked_while_there_is_time(
    lisbon: Team,
) -> None:
    lisbon.restart()
    assert told(await lisbon.at(OVER - MINUTE)) == [("prompt", "Ana"), ("prompt", "Bo")]
    (ana, _) = await lisbon.check_ins(TUESDAY)
    assert (ana.opens_at, ana.closes_at) == (ASKED, OVER)


async def test_what_could_not_be_asked_in_time_is_missed_by_us_and_the_owner_is_told_once(
    lisbon: Team,
) -> None:
    (notice,) = await lisbon.at(OVER)
    assert (notice.what, notice.to) == ("missed", "owner")
    assert "2 members were not asked" in notice.text
    assert "Tue 2 Jun" in notice.text
    assert "missed by me, not by them" in notice.text
    assert await lisbon.states(TUESDAY) == {"Ana": M, "Bo": M}
    assert (await lisbon.occurrence(TUESDAY)).closed
    lisbon.restart()
    assert await lisbon.tick() == []
    assert await lisbon.at(OVER + timedelta(hours=3)) == []


async def test_a_week_of_being_down_is_told_in_one_message(lisbon: Team) -> None:
    (notice,) = await lisbon.at(OVER + 6 * DAY)
    assert "Tue 2 Jun to Mon 8 Jun" in notice.text
    kept = await lisbon.standups.occurrences(WORKSPACE, "search", 99)
    assert sorted(each.on.day for each in kept) == [2, 3, 4, 5, 8]
    for each in kept:
        assert await lisbon.states(each.on) == {"Ana": M, "Bo": M}


async def test_after_being_down_the_next_day_is_asked_as_planned(lisbon: Team) -> None:
    await lisbon.at(OVER)
    assert told(await lisbon.at(ASKED + DAY)) == [("prompt", "Ana"), ("prompt", "Bo")]


async def test_where_one_window_is_over_and_the_other_open_one_is_missed_and_one_asked(
    lisbon: Team,
) -> None:
    await lisbon.lives("Bo", "America/Chicago")
    assert told(await lisbon.at(utc(2026, 6, 2, 15))) == [("missed", "owner"), ("prompt", "Bo")]
    assert await lisbon.states(TUESDAY) == {"Ana": M, "Bo": W}


async def test_days_off_never_count_as_missed(team: Team) -> None:
    """The tenth of June is Portugal's day; Bo is away, Cy is muted."""
    team.clock.time = utc(2026, 6, 10, 6)
    await team.lives("Ana", country="PT")
    await team.lives("Cy", muted=True)
    await set_up(team, standup(ANA, BO, CY))
    await team.is_away("Bo", date(2026, 6, 9), date(2026, 6, 11))
    assert await team.at(utc(2026, 6, 10, 20)) == []
    assert await team.check_ins(date(2026, 6, 10)) == []


async def test_who_joined_after_the_time_did_not_miss_it(lisbon: Team) -> None:
    lisbon.clock.time = ASKED + MINUTE
    await lisbon.members("Ana", "Bo", "Cy")
    (notice,) = await lisbon.at(OVER)
    assert "2 members" in notice.text
    assert "Cy" not in await lisbon.states(TUESDAY)


async def test_who_was_missed_can_still_answer_and_it_is_posted(lisbon: Team) -> None:
    await lisbon.at(OVER)
    await lisbon.answers("Ana", TUESDAY, "I had something to say.")
    (digest,) = await lisbon.at(OVER + MINUTE)
    assert "I had something to say." in digest.text
    assert await lisbon.states(TUESDAY) == {"Ana": A, "Bo": M}


async def test_who_answered_before_coach_went_down_is_not_missed(lisbon: Team) -> None:
    await lisbon.answers("Ana", TUESDAY, "Early.")
    sent = await lisbon.at(OVER)
    assert await lisbon.states(TUESDAY) == {"Ana": A, "Bo": M}
    assert told(sent) == [("digest", "C1"), ("missed", "owner")]


async def test_the_owner_is_told_of_those_alone_who_were_missed(lisbon: Team) -> None:
    await lisbon.answers("Ana", TUESDAY, "Early.")
    notice = next(each for each in await lisbon.at(OVER) if each.what == "missed")
    assert "1 member was not asked" in notice.text


async def test_the_owner_is_told_although_the_last_member_had_answered_early(lisbon: Team) -> None:
    await lisbon.answers("Bo", TUESDAY, "Early.")
    assert ("missed", "owner") in told(await lisbon.at(OVER))


async def test_the_owner_is_told_of_a_second_outage_on_the_same_day(lisbon: Team) -> None:
    await lisbon.lives("Bo", "America/Chicago")
    assert told(await lisbon.at(OVER)) == [("missed", "owner")]
    assert told(await lisbon.at(utc(2026, 6, 2, 18, 30))) == [("missed", "owner")]


async def test_nobody_is_told_of_what_was_missed_where_the_owner_was_forgotten(
    lisbon: Team,
) -> None:
    await lisbon.standups.forget_person(WORKSPACE, "owner")
    assert await lisbon.at(OVER) == []


# -- pausing, joining, leaving, removing


async def test_a_paused_standup_asks_nobody_and_misses_nothing(lisbon: Team) -> None:
    await lisbon.presses("owner", "standup_pause", "search")
    for hours in range(30):
        assert await lisbon.at(ASKED + timedelta(hours=hours)) == []
    await lisbon.presses("owner", "standup_pause", "search")
    assert await lisbon.at(OVER + DAY + timedelta(hours=3)) == []
    assert await lisbon.check_ins(TUESDAY) == []


async def test_a_standup_that_is_resumed_in_its_time_asks_for_the_rest_of_it(
    lisbon: Team,
) -> None:
    await lisbon.change(paused=True)
    assert await lisbon.at(ASKED) == []
    await lisbon.change(paused=False)
    assert told(await lisbon.at(ASKED + 90 * MINUTE)) == [("prompt", "Ana"), ("prompt", "Bo")]
    assert {each.closes_at for each in await lisbon.check_ins(TUESDAY)} == {OVER}


async def test_pausing_stops_reminders_and_what_was_said_is_still_posted(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.answers("Ana", TUESDAY)
    await lisbon.change(paused=True)
    assert await lisbon.at(REMINDED) == []
    assert told(await lisbon.at(OVER)) == [("digest", "C1")]


async def test_who_joins_in_the_middle_is_asked_the_next_day_and_not_waited_for(
    lisbon: Team,
) -> None:
    await lisbon.at(ASKED)
    lisbon.clock.advance(60)
    await lisbon.members("Ana", "Bo", "Cy")
    await lisbon.answers("Ana", TUESDAY)
    await lisbon.answers("Bo", TUESDAY)
    assert told(await lisbon.tick()) == [("digest", "C1")]
    assert counts(await lisbon.at(ASKED + DAY), "prompt") == {"Ana": 1, "Bo": 1, "Cy": 1}


async def test_who_leaves_in_the_middle_is_not_waited_for(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.answers("Ana", TUESDAY)
    await lisbon.members("Ana")
    assert told(await lisbon.at(ASKED + MINUTE)) == [("digest", "C1")]
    assert await lisbon.states(TUESDAY) == {"Ana": A, "Bo": CheckInState.LEFT}
    assert counts(await lisbon.at(ASKED + DAY), "prompt") == {"Ana": 1}


async def test_what_was_said_stays_in_the_digest_when_the_person_leaves(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.answers("Bo", TUESDAY, "My last words here.")
    await lisbon.members("Ana")
    await lisbon.at(REMINDED)
    (digest,) = await lisbon.at(OVER)
    assert "My last words here." in digest.text
    assert (await lisbon.states(TUESDAY))["Bo"] == A


async def test_who_left_before_being_asked_is_not_asked(lisbon: Team) -> None:
    await lisbon.members("Ana")
    assert told(await lisbon.at(ASKED)) == [("prompt", "Ana")]


async def test_who_left_and_still_answers_is_heard(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.members("Ana")
    await lisbon.at(ASKED + MINUTE)
    await lisbon.answers("Bo", TUESDAY, "One more thing.")
    await lisbon.at(REMINDED)
    (digest,) = await lisbon.at(OVER)
    assert "One more thing." in digest.text


class Interleaved(SqlStandups):
    """A store on which somebody does something right after it was asked who is waited for."""

    def __init__(self, team: Team) -> None:
        super().__init__(team.database, team.clock)
        self.team = team

    async def waiting(self, workspace: str, standup_id: str) -> list[CheckIn]:
        found = await super().waiting(workspace, standup_id)
        await self.team.answers("Bo", TUESDAY, "One more thing.")
        return found


async def test_an_answer_at_the_moment_of_being_let_go_is_kept(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.members("Ana")
    await ticking(lisbon, standups=Interleaved(lisbon)).tick()
    bo = next(each for each in await lisbon.check_ins(TUESDAY) if each.person.id == "Bo")
    assert (bo.state, list(bo.answers.values())) == (A, ["One more thing."])


async def test_a_removed_standup_is_silent_and_what_was_said_is_posted_if_it_comes_back(
    lisbon: Team,
) -> None:
    await lisbon.at(ASKED)
    await lisbon.answers("Ana", TUESDAY)
    await lisbon.presses("owner", "standup_remove", "search")
    for at in (REMINDED, OVER, ASKED + DAY, OVER + DAY):
        assert await lisbon.at(at) == []
    await lisbon.presses("owner", "standup_restore", "search")
    assert ("digest", "C1") in told(await lisbon.tick())


async def test_who_is_muted_is_not_asked_until_they_say_so(lisbon: Team) -> None:
    await lisbon.lives("Ana", muted=True)
    assert told(await lisbon.at(ASKED)) == [("prompt", "Bo")]
    await lisbon.lives("Ana", muted=False)
    assert told(await lisbon.at(OVER)) == []
    assert counts(await lisbon.at(ASKED + DAY), "prompt") == {"Ana": 1, "Bo": 1}


async def test_who_mutes_after_being_asked_is_not_reminded(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.lives("Ana", muted=True)
    assert told(await lisbon.at(REMINDED)) == [("reminder", "Bo")]


async def test_nobody_is_asked_on_days_off_or_on_their_countrys_holiday(lisbon: Team) -> None:
    await lisbon.lives("Ana", country="PT")
    await lisbon.is_away("Bo", date(2026, 6, 11), date(2026, 6, 12))
    days = range(9, 13)  # the tenth is Portugal's day
    for day in days:
        for hour in (8, 9, 12, 13):
            await lisbon.at(utc(2026, 6, day, hour, 30))
    asked = {
        day: sorted(each.person.id for each in await lisbon.check_ins(date(2026, 6, day)))
        for day in days
    }
    assert asked == {9: ["Ana", "Bo"], 10: ["Bo"], 11: ["Ana"], 12: ["Ana"]}


async def test_a_day_off_that_is_said_too_late_excuses_and_ends_the_waiting(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    await lisbon.answers("Bo", TUESDAY)
    await lisbon.is_away("Ana", TUESDAY, TUESDAY)
    assert told(await lisbon.at(ASKED + MINUTE)) == [("digest", "C1")]
    assert (await lisbon.states(TUESDAY))["Ana"] == CheckInState.AWAY


# -- the clocks


async def test_a_time_that_is_skipped_in_spring_is_asked_at_the_next_there_is(team: Team) -> None:
    """In Lisbon the clocks went from 01:00 to 02:00 on 29 March."""
    team.clock.time = utc(2026, 3, 28, 0)
    await set_up(team, standup(ANA, at=time(1, 30), days=range(7), window=60, reminder=0))
    asked: list[datetime] = []
    for minutes in (24 * 60 * day + each for day in range(3) for each in range(0, 180, 30)):
        sent = await team.at(utc(2026, 3, 28) + minutes * MINUTE)
        asked += [each.at for each in sent if each.what == "prompt"]
    assert asked == [utc(2026, 3, 28, 1, 30), utc(2026, 3, 29, 1), utc(2026, 3, 30, 0, 30)]


async def test_a_time_that_comes_twice_in_autumn_is_asked_once(team: Team) -> None:
    """In Lisbon the clocks went from 02:00 back to 01:00 on 25 October."""
    team.clock.time = utc(2026, 10, 24, 0)
    await set_up(team, standup(ANA, at=time(1, 30), days=range(7), window=60, reminder=0))
    asked: list[datetime] = []
    for minutes in (24 * 60 * day + each for day in range(3) for each in range(0, 180, 30)):
        sent = await team.at(utc(2026, 10, 24) + minutes * MINUTE)
        asked += [each.at for each in sent if each.what == "prompt"]
    assert asked == [utc(2026, 10, 24, 0, 30), utc(2026, 10, 25, 0, 30), utc(2026, 10, 26, 1, 30)]


@pytest.mark.parametrize("back", [MINUTE, timedelta(hours=3), DAY, 3 * DAY])
async def test_a_clock_that_jumps_back_repeats_nothing(lisbon: Team, back: timedelta) -> None:
    for at in (ASKED, REMINDED):
        await lisbon.at(at)
    await lisbon.answers("Ana", TUESDAY)
    await lisbon.at(OVER)
    begin = OVER - back
    for minutes in range(0, int(back / MINUTE) + 120, 60):
        await lisbon.at(begin + minutes * MINUTE)
    assert lisbon.counts("digest") == {"C1": 1}
    assert lisbon.counts("missed") == {}
    days = [each.on for each in await lisbon.standups.occurrences(WORKSPACE, "search", 99)]
    assert len(days) == len(set(days))
    for on in days:
        keys = [each.delivery.key for each in lisbon.sent if on.isoformat() in each.delivery.key]
        assert len(keys) == len(set(keys))
    assert await lisbon.states(TUESDAY) == {"Ana": A, "Bo": U}


async def test_a_clock_that_jumps_ahead_and_back_forgets_nobody(lisbon: Team) -> None:
    await lisbon.at(BEFORE + MINUTE)
    lisbon.clock.time = BEFORE + timedelta(hours=1)
    await lisbon.change(paused=True)
    await lisbon.at(ASKED + 30 * MINUTE)
    await lisbon.change(paused=False)
    assert await lisbon.at(BEFORE + 2 * MINUTE) == []
    assert told(await lisbon.at(ASKED)) == [("prompt", "Ana"), ("prompt", "Bo")]


# -- what goes wrong


@contextmanager
def failing(database: Database, at: int) -> Generator[list[str]]:
    """Let the write number *at* fail, from now on; yields the writes so far."""
    seen: list[str] = []

    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("INSERT", "UPDATE")):
            return
        seen.append(statement)
        if len(seen) == at:
            raise OperationalError(statement, None, OSError("the disk is gone for a moment"))

    event.listen(database.engine.sync_engine, "before_cursor_execute", fail)
    try:
        yield seen
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", fail)


@pytest.mark.parametrize(
    ("begin", "what"),
    [(ASKED, "prompt"), (REMINDED, "reminder"), (OVER, "digest")],
    ids=["asking", "reminding", "posting"],
)
async def test_whichever_write_of_a_tick_fails_the_next_tick_makes_it_good(
    lisbon: Team, begin: datetime, what: str
) -> None:
    await lisbon.change(days=tuple(range(7)))
    expected = {"C1": 1} if what == "digest" else {"Ana": 1, "Bo": 1}
    failed = True
    number = 0
    while failed:
        shift, on = number * DAY, TUESDAY + number * DAY
        number += 1
        if what != "prompt":
            await lisbon.at(ASKED + shift)
        if what == "digest":
            await lisbon.answers("Ana", on)
        lisbon.clock.time = begin + shift
        with failing(lisbon.database, number) as seen:
            failed = await tick_fails(lisbon)
        sent = [*await lisbon.deliver(), *await lisbon.tick()]
        assert counts(sent, what) == expected, seen[-1]
        assert counts(sent, "missed") == {}
        if what != "digest":
            await lisbon.at(OVER + shift)
        assert (await lisbon.occurrence(on)).closed
    assert 3 < number < 20


async def tick_fails(team: Team) -> bool:
    try:
        await team.parts.ticker.tick()
    except StoreUnavailable:
        return True
    return False


@pytest.mark.parametrize("number", range(1, 7))
async def test_whichever_write_of_a_return_fails_the_owner_is_told_once(
    lisbon: Team, number: int
) -> None:
    lisbon.clock.time = OVER
    lisbon.restart()
    with failing(lisbon.database, number):
        await tick_fails(lisbon)
    for _ in range(3):
        await lisbon.tick()
    assert told(lisbon.sent) == [("missed", "owner")]
    assert await lisbon.states(TUESDAY) == {"Ana": M, "Bo": M}


class Unheard(SqlStandups):
    """A store that does what it is asked, but whose answer is lost the first time."""

    def __init__(self, team: Team) -> None:
        super().__init__(team.database, team.clock)
        self.answers = 0

    def _lost(self) -> None:
        self.answers += 1
        if self.answers == 1:
            raise StoreUnavailable

    async def plan(
        self,
        standup: Standup,
        until: datetime,
        check_ins: Sequence[CheckIn],
        prompts: Mapping[str, Delivery],
    ) -> list[CheckIn]:
        new = await super().plan(standup, until, check_ins, prompts)
        self._lost()
        return new

    async def remind(
        self, check_ins: Sequence[CheckIn], reminders: Mapping[str, Delivery]
    ) -> list[CheckIn]:
        done = await super().remind(check_ins, reminders)
        self._lost()
        return done

    async def publish(self, occurrence: Occurrence, digest: Sequence[Delivery]) -> bool:
        done = await super().publish(occurrence, digest)
        self._lost()
        return done


@pytest.mark.parametrize(("at", "messages"), [(ASKED, 2), (REMINDED, 2), (OVER, 1)])
async def test_what_was_stored_without_our_hearing_of_it_is_not_done_again(
    lisbon: Team, at: datetime, messages: int
) -> None:
    for before in (each for each in (ASKED, REMINDED) if each < at):
        await lisbon.at(before)
    if at == OVER:
        await lisbon.answers("Ana", TUESDAY)
    store = Unheard(lisbon)
    ticker = ticking(lisbon, standups=store, asking=Words(lisbon))
    lisbon.clock.time = at
    with pytest.raises(StoreUnavailable):
        await ticker.tick()
    await ticker.tick()
    await ticker.tick()
    assert len(await lisbon.deliver()) == messages


async def test_one_broken_standup_does_not_keep_the_others_waiting(lisbon: Team) -> None:
    for name in ("a-broken", "z-broken"):
        await set_up(lisbon, standup(ANA, BO, id=name))
    lisbon.clock.time = ASKED
    broken = ticking(lisbon, asking=Words(lisbon, "a-broken", "z-broken"))
    await broken.tick()
    assert told(await lisbon.deliver()) == [("prompt", "Ana"), ("prompt", "Bo")]
    assert {each.delivery.key.split(":")[3] for each in lisbon.sent} == {"search"}
    # Once it is mended, they are asked as well.
    assert told(await lisbon.tick()) == [
        ("prompt", "Ana"),
        ("prompt", "Ana"),
        ("prompt", "Bo"),
        ("prompt", "Bo"),
    ]


class Speechless:
    """A writer of digests to whom nothing comes to mind for the standups that are named."""

    def __init__(self, team: Team, *broken: str) -> None:
        self.team = team
        self.broken = broken

    async def digest(
        self, standup: Standup, occurrence: Occurrence, check_ins: Sequence[CheckIn]
    ) -> Sequence[Delivery]:
        if standup.id in self.broken:
            raise RuntimeError("nothing comes to mind")
        return await self.team.parts.telling.digest(standup, occurrence, check_ins)


async def test_a_digest_that_can_not_be_written_is_tried_again(lisbon: Team) -> None:
    await set_up(lisbon, standup(ANA, BO, id="also"))
    await lisbon.at(ASKED)
    for name in ("search", "also"):
        await lisbon.answers("Ana", TUESDAY, standup=name)
    await lisbon.at(REMINDED)
    lisbon.clock.time = OVER
    await ticking(lisbon, digests=Speechless(lisbon, "also")).tick()
    assert [each.delivery.key.split(":")[3] for each in await lisbon.deliver()] == ["search"]
    assert [each.delivery.key.split(":")[3] for each in await lisbon.tick()] == ["also"]


async def test_the_ticker_goes_on_after_a_failure_until_it_is_stopped(lisbon: Team) -> None:
    """Its clock fails once as nothing should, its store once as stores do."""
    stop = asyncio.Event()
    ticks: list[datetime] = []

    def now() -> datetime:
        ticks.append(ASKED)
        if len(ticks) == 1:
            raise RuntimeError("no time")
        if len(ticks) == 4:
            stop.set()
        return ASKED

    ticker = Ticker(
        standups=Unheard(lisbon), asking=Words(lisbon), digests=lisbon.parts.telling, now=now
    )
    await ticker.run(stop, every=0.001)
    assert len(ticks) == 4
    assert told(await lisbon.deliver()) == [("prompt", "Ana"), ("prompt", "Bo")]


async def test_a_ticker_that_is_stopped_does_not_finish_its_pause(lisbon: Team) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(lisbon.parts.ticker.run(stop, every=3_600))
    stop.set()
    await asyncio.wait_for(running, 30)


# -- running it now


async def test_run_now_asks_everybody_at_once_for_as_long_as_ever(lisbon: Team) -> None:
    assert await lisbon.runs_now() == "Asking 2 members of “Search” now."
    assert told(await lisbon.deliver()) == [("prompt", "Ana"), ("prompt", "Bo")]
    (ana, _) = await lisbon.check_ins(TUESDAY)
    assert (ana.opens_at, ana.reminds_at, ana.closes_at) == (
        BEFORE,
        BEFORE + timedelta(hours=3),
        BEFORE + timedelta(hours=4),
    )


async def test_run_now_twice_the_same_day_asks_nobody_again(lisbon: Team) -> None:
    await lisbon.runs_now()
    assert (await lisbon.runs_now()).startswith("Nobody is left to ask")
    lisbon.clock.time = ASKED + timedelta(hours=8)
    lisbon.restart()
    assert (await lisbon.runs_now()).startswith("Nobody is left to ask")
    await lisbon.deliver()
    assert lisbon.counts("prompt") == {"Ana": 1, "Bo": 1}


async def test_who_was_asked_by_hand_is_not_asked_again_by_the_schedule(lisbon: Team) -> None:
    await lisbon.runs_now()
    for hours in range(24):
        await lisbon.at(BEFORE + timedelta(hours=hours))
    assert lisbon.counts("prompt") == {"Ana": 1, "Bo": 1}
    assert counts(await lisbon.at(ASKED + DAY), "prompt") == {"Ana": 1, "Bo": 1}


async def test_who_was_asked_by_the_schedule_is_not_asked_again_by_hand(lisbon: Team) -> None:
    await lisbon.at(ASKED)
    assert (await lisbon.runs_now()).startswith("Nobody is left to ask")
    assert await lisbon.deliver() == []


async def test_run_now_asks_nobody_who_is_off_or_has_quiet_hours(team: Team) -> None:
    team.clock.time = utc(2026, 6, 10, 6)
    await team.lives("Ana", country="PT")
    await team.lives("Cy", muted=True)
    await team.lives("Di", quiet_from=time(20), quiet_until=time(8))
    await set_up(team, standup(ANA, BO, CY, member("Di"), member("Ed")))
    await team.is_away("Bo", date(2026, 6, 10), date(2026, 6, 10))
    assert await team.runs_now() == "Asking 1 member of “Search” now."
    assert told(await team.deliver()) == [("prompt", "Ed")]


async def test_run_now_works_on_a_day_that_is_none_of_the_schedule(team: Team) -> None:
    team.clock.time = utc(2026, 6, 6, 9)  # a Saturday
    await set_up(team, standup(ANA, BO))
    await team.runs_now()
    await team.deliver()
    await team.answers("Ana", date(2026, 6, 6), "On a Saturday.")
    assert told(await team.at(utc(2026, 6, 6, 12))) == [("reminder", "Bo")]
    (digest,) = await team.at(utc(2026, 6, 6, 13))
    assert "On a Saturday." in digest.text


async def test_running_by_hand_hides_nothing_that_was_missed(lisbon: Team) -> None:
    """Ana's time is over when Coach comes back and the owner is faster than the first tick."""
    await lisbon.lives("Ana", "Asia/Kolkata")
    lisbon.clock.time = utc(2026, 6, 4, 2)
    lisbon.restart()
    await lisbon.runs_now()
    sent = [*await lisbon.deliver(), *await lisbon.tick()]
    assert ("missed", "owner") in told(sent)
    assert await lisbon.states(WEDNESDAY) == {"Ana": M, "Bo": M}


async def test_running_by_hand_does_not_put_early_answers_aside(lisbon: Team) -> None:
    await lisbon.answers("Ana", TUESDAY, "Early.")
    assert await lisbon.runs_now() == "Asking 1 member of “Search” now."
    await lisbon.deliver()
    await lisbon.submits("Bo", Asked("search", TUESDAY), {"note": "Me too."})
    (digest,) = await lisbon.at(ASKED)
    assert "Early." in digest.text
    assert "Me too." in digest.text
