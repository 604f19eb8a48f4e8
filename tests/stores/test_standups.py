"""The contract of standups, their occurrences and check-ins, on SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.errors import StoreUnavailable
from bot.log_records import Outcome, Result
from bot.messages import Delivery, Person, Place, Platform, Reply, Venue
from bot.standup_records import (
    Absence,
    CheckIn,
    CheckInState,
    Member,
    Occurrence,
    Profile,
    Standup,
)
from bot.stores.database import Database, open_database
from bot.stores.log import SqlLog, new_pseudonym
from bot.stores.log_tables import metadata
from bot.stores.log_tables import standups as standups_table
from bot.stores.queues import SqlOutbox, store_deliveries
from bot.stores.standups import SqlStandups
from bot.stores.tables import outbox as outbox_table
from tests.conftest import Clock

DAY = date(2026, 3, 2)
HOSTILE = "Ünïcode \\ \"quoted\" 🐨 'x' %_ \u2028\t\n\u202e"


@pytest.fixture
def standups(database: Database, clock: Clock) -> SqlStandups:
    return SqlStandups(database, clock)


@pytest.fixture
def log(database: Database) -> SqlLog:
    return SqlLog(database)


@pytest.fixture
def outbox(database: Database, clock: Clock) -> SqlOutbox:
    return SqlOutbox(database, "one", clock)


@pytest.fixture
async def replicas(
    database_url: str, database: Database, clock: Clock
) -> AsyncIterator[list[SqlStandups]]:
    """Two stores with a connection pool each, on one database.

    SQLite has one writer, whom both share.
    """
    if database_url.startswith("sqlite"):
        yield [SqlStandups(database, clock), SqlStandups(database, clock)]
        return
    other = await open_database(database_url)
    yield [SqlStandups(database, clock), SqlStandups(other, clock)]
    await other.close()


def a_standup(clock: Clock, *members: str, **fields: object) -> Standup:
    place = Place(platform=Platform.SLACK, workspace="T1", channel="C1", venue=Venue.CHANNEL)
    return Standup.model_validate(
        {
            "workspace": "T1",
            "id": "daily",
            "name": "Daily",
            "place": place,
            "owner": Person(id="U1", name="Ada"),
            "members": tuple(
                Member(person=Person(id=each, name=f"Name of {each}"), joined_at=clock())
                for each in members
            ),
            "starts": DAY,
            "at": time(9, 30),
            "zone": "Europe/Lisbon",
            "created_at": clock(),
            "edited_by": "U1",
            "edited_at": clock(),
            **fields,
        }
    )


def a_check_in(clock: Clock, person: str = "U1", name: str = "", **fields: object) -> CheckIn:
    return CheckIn.model_validate(
        {
            "workspace": "T1",
            "standup": "daily",
            "on": DAY,
            "person": Person(id=person, name=name or f"Name of {person}"),
            "opens_at": clock(),
            "reminds_at": clock() + timedelta(hours=3),
            "closes_at": clock() + timedelta(hours=4),
            **fields,
        }
    )


def answered(check_in: CheckIn, at: datetime, said: str = "Done.") -> CheckIn:
    answer = {"state": CheckInState.ANSWERED, "answers": {"How?": said}, "answered_at": at}
    return check_in.model_copy(update=answer)


def a_delivery(check_in: CheckIn, what: str = "check-in") -> Delivery:
    place = Place(platform=Platform.SLACK, workspace=check_in.workspace, channel=check_in.person.id)
    key = f"slack:{check_in.workspace}:{what}:{check_in.key}"
    return Delivery(key=key, place=place, person=check_in.person, reply=Reply(text="Well?"))


def a_digest(occurrence: Occurrence) -> Delivery:
    place = Place(platform=Platform.SLACK, workspace=occurrence.workspace, channel="C1")
    on, number = occurrence.on.isoformat(), occurrence.revision + 1
    key = f"slack:{occurrence.workspace}:digest:{occurrence.standup}:{on}:{number}"
    return Delivery(key=key, place=place, person=Person(id="U1"), reply=Reply(text="Digest"))


def an_outcome(check_in: CheckIn, event: str, **fields: object) -> Outcome:
    return Outcome.model_validate(
        {
            "workspace": check_in.workspace,
            "id": f"{event}:larger-model",
            "hypothesis": "larger-model",
            "person": check_in.person.id,
            "at": check_in.opens_at,
            "on": check_in.on,
            "result": Result.STILL_RUNNING,
            "check_in": check_in.key,
            **fields,
        }
    )


async def ask(standups: SqlStandups, clock: Clock, *check_ins: CheckIn) -> list[CheckIn]:
    """Plan *check_ins* with a prompt for each."""
    prompts = {each.key: a_delivery(each) for each in check_ins}
    return await standups.plan(a_standup(clock), clock(), check_ins, prompts)


async def keys(outbox: SqlOutbox) -> list[str]:
    """Return the keys of all that is to be sent, in their order."""
    return sorted(delivery.key for delivery in await outbox.claim(100_000))


async def only(standups: SqlStandups) -> Occurrence:
    (occurrence,) = await standups.unfinished("T1", "daily")
    return occurrence


async def everything(database: Database) -> str:
    """Return the contents of every table in one string."""
    rows: list[Any] = []
    async with database.transaction() as connection:
        for table in metadata.sorted_tables:
            rows.extend((await connection.execute(select(table))).all())
    return "\n".join(map(str, rows))


# -- standups


async def test_a_standup_is_found_as_it_was_saved(standups: SqlStandups, clock: Clock) -> None:
    written = a_standup(clock, "U1", "U2", name=HOSTILE[:100], questions=(HOSTILE,), own_zone=False)
    saved = await standups.save(written)
    assert saved == written.model_copy(update={"version": 1})
    assert await standups.find("T1", "daily") == saved
    assert await standups.find("T2", "daily") is None
    assert await standups.find("T1", "weekly") is None
    assert await standups.versions("T1", "daily") == [saved]
    assert await standups.versions("T2", "daily") == []


async def test_every_edit_is_kept_and_the_newest_is_in_force(
    standups: SqlStandups, clock: Clock
) -> None:
    first = await standups.save(a_standup(clock))
    assert first is not None
    second = await standups.save(first.model_copy(update={"paused": True}))
    assert await standups.save(first.model_copy(update={"name": "Too late"})) is None
    assert await standups.save(a_standup(clock)) is None
    assert await standups.find("T1", "daily") == second
    assert await standups.versions("T1", "daily") == [second, first]


async def test_of_those_who_edit_the_same_version_at_once_one_is_faster(
    replicas: list[SqlStandups], clock: Clock
) -> None:
    kept = a_standup(clock)
    for number in range(5):
        edits = [kept.model_copy(update={"name": f"Name {number}.{n}"}) for n in range(8)]
        saved = await asyncio.gather(*(replicas[n % 2].save(edit) for n, edit in enumerate(edits)))
        (kept,) = [each for each in saved if each]
        assert kept.version == number + 1
        assert await replicas[0].everywhere() == [kept]


async def test_a_standup_that_a_newer_replica_wrote_stops_none_of_the_others(
    standups: SqlStandups, database: Database, clock: Clock
) -> None:
    daily = await standups.save(a_standup(clock))
    await standups.save(a_standup(clock, id="newer"))
    async with database.transaction() as connection:
        newer = update(standups_table).where(standups_table.c.id == "newer")
        await connection.execute(newer.values(record='{"mood": "asked for from version 9 on"}'))
    assert await standups.everywhere() == [daily]


async def test_a_removed_standup_is_listed_nowhere_and_still_found(
    standups: SqlStandups, clock: Clock
) -> None:
    weekly = await standups.save(a_standup(clock, id="weekly", name="a weekly", paused=True))
    daily = await standups.save(a_standup(clock))
    elsewhere = await standups.save(a_standup(clock, workspace="T2"))
    assert daily is not None
    assert await standups.all("T1") == [weekly, daily]
    assert len(await standups.everywhere()) == 3
    removed = await standups.save(daily.model_copy(update={"removed": True}))
    assert removed is not None
    assert await standups.find("T1", "daily") == removed
    assert await standups.all("T1") == [weekly]
    assert [each for each in await standups.everywhere() if each.workspace == "T2"] == [elsewhere]
    back = await standups.save(removed.model_copy(update={"removed": False}))
    assert await standups.all("T1") == [weekly, back]


# -- what people say of themselves


async def test_a_profile_takes_the_place_of_the_earlier_one(standups: SqlStandups) -> None:
    first = Profile(workspace="T1", person="U1", zone="Europe/Lisbon")
    second = first.model_copy(
        update={"zone": "Asia/Kolkata", "quiet_from": time(22), "quiet_until": time(7, 30)}
    )
    other = Profile(workspace="T1", person="U2", muted=True)
    elsewhere = Profile(workspace="T2", person="U1", country="BR-SP")
    for profile in (first, second, other, elsewhere):
        await standups.save_profile(profile)
    assert await standups.profiles("T1") == {"U1": second, "U2": other}
    assert await standups.profiles("T2") == {"U1": elsewhere}
    assert await standups.profiles("T3") == {}


async def test_absences_come_earliest_first_and_each_once(standups: SqlStandups) -> None:
    late = Absence(workspace="T1", person="U1", first=date(2026, 8, 1), last=date(2026, 8, 9))
    soon = late.model_copy(update={"first": date(2026, 4, 1), "person": "U2"})
    elsewhere = late.model_copy(update={"workspace": "T2"})
    for absence in (late, soon, late, elsewhere):
        await standups.add_absence(absence)
    assert await standups.absences("T1") == [soon, late]
    assert await standups.remove_absence(late)
    assert not await standups.remove_absence(late)
    assert await standups.absences("T1") == [soon]
    assert await standups.absences("T2") == [elsewhere]


# -- planning


async def test_planning_stores_check_ins_with_what_is_sent_for_them(
    standups: SqlStandups, outbox: SqlOutbox, clock: Clock
) -> None:
    late = a_check_in(clock, "U2", closes_at=clock() + timedelta(hours=9))
    check_ins = [a_check_in(clock, "U1"), late, a_check_in(clock, "U3")]
    assert await standups.planned_until("T1", "daily") is None
    assert await ask(standups, clock, *check_ins) == check_ins
    assert await standups.planned_until("T1", "daily") == clock()
    assert await standups.check_ins("T1", "daily", DAY) == check_ins
    assert await standups.check_in("T1", "daily", DAY, "U2") == late
    assert await standups.waiting("T1", "daily") == check_ins
    assert await standups.occurrences("T1", "daily", 9) == [
        Occurrence(workspace="T1", standup="daily", on=DAY, closes_at=late.closes_at)
    ]
    assert await keys(outbox) == [f"slack:T1:check-in:daily:2026-03-02:U{n}" for n in (1, 2, 3)]


async def test_planning_again_asks_only_who_is_new(
    standups: SqlStandups, outbox: SqlOutbox, clock: Clock
) -> None:
    first = a_check_in(clock, "U1")
    await ask(standups, clock, first)
    assert len(await keys(outbox)) == 1
    clock.advance(60)
    moved = a_check_in(clock, "U1", closes_at=clock() + timedelta(days=1))
    new = a_check_in(clock, "U2")
    assert await ask(standups, clock, moved, new, new) == [new]
    assert await standups.check_ins("T1", "daily", DAY) == [first, new]
    assert [o.closes_at for o in await standups.occurrences("T1", "daily", 9)] == [new.closes_at]
    assert await keys(outbox) == ["slack:T1:check-in:daily:2026-03-02:U2"]


async def test_each_date_has_its_own_occurrence(standups: SqlStandups, clock: Clock) -> None:
    tomorrow = a_check_in(clock, "U2", on=DAY + timedelta(days=1))
    await ask(standups, clock, tomorrow, a_check_in(clock, "U1"))
    assert [each.on for each in await standups.unfinished("T1", "daily")] == [DAY, tomorrow.on]
    assert [each.on for each in await standups.occurrences("T1", "daily", 9)] == [
        tomorrow.on, DAY,
    ]  # fmt: skip
    assert [each.on for each in await standups.occurrences("T1", "daily", 1)] == [tomorrow.on]
    assert await standups.check_ins("T1", "daily", tomorrow.on) == [tomorrow]


async def test_how_far_was_planned_never_goes_back(standups: SqlStandups, clock: Clock) -> None:
    noon = clock()
    for hours, kept in ((0, 0), (2, 2), (1, 2), (3, 3)):
        until = noon + timedelta(hours=hours)
        assert await standups.plan(a_standup(clock), until, [], {}) == []
        assert await standups.planned_until("T1", "daily") == noon + timedelta(hours=kept)
    assert await standups.planned_until("T2", "daily") is None
    assert await standups.occurrences("T1", "daily", 9) == []


async def test_a_check_in_that_nobody_was_asked_for_is_stored_without_a_prompt(
    standups: SqlStandups, outbox: SqlOutbox, clock: Clock
) -> None:
    missed = a_check_in(clock, state=CheckInState.MISSED_BY_US)
    assert await standups.plan(a_standup(clock), clock(), [missed], {}) == [missed]
    assert await standups.waiting("T1", "daily") == []
    assert await keys(outbox) == []


async def test_replicas_that_plan_the_same_ask_everybody_once(
    replicas: list[SqlStandups], outbox: SqlOutbox, clock: Clock
) -> None:
    days = [DAY + timedelta(days=n) for n in range(2)]
    check_ins = [a_check_in(clock, f"U{n}", on=on) for n in range(100) for on in days]
    random = Random(3)  # noqa: S311 - repeatable choices
    orders = [random.sample(check_ins, len(check_ins)) for _ in range(6)]
    planned = await asyncio.gather(
        *(ask(replicas[n % 2], clock, *order) for n, order in enumerate(orders))
    )
    assert sorted(each.key for found in planned for each in found) == sorted(
        each.key for each in check_ins
    )
    assert len(await keys(outbox)) == len(check_ins)
    assert len(await replicas[0].occurrences("T1", "daily", 9)) == 2


async def test_nothing_of_a_plan_is_stored_without_its_prompts(
    standups: SqlStandups, database: Database, clock: Clock
) -> None:
    async with database.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE outbox RENAME TO elsewhere")
    with pytest.raises(StoreUnavailable):
        await ask(standups, clock, a_check_in(clock))
    assert await standups.check_ins("T1", "daily", DAY) == []
    assert await standups.occurrences("T1", "daily", 9) == []
    assert await standups.planned_until("T1", "daily") is None


async def test_five_thousand_are_planned_in_one_go(
    standups: SqlStandups, outbox: SqlOutbox, clock: Clock
) -> None:
    check_ins = [a_check_in(clock, f"U{n:04}") for n in range(5_000)]
    assert await ask(standups, clock, *check_ins) == check_ins
    assert await ask(standups, clock, *check_ins) == []
    assert len(await standups.check_ins("T1", "daily", DAY)) == 5_000
    assert await outbox.waiting() == 5_000


# -- reminding


async def test_who_has_not_answered_is_reminded_once(
    standups: SqlStandups, outbox: SqlOutbox, clock: Clock
) -> None:
    silent, busy = a_check_in(clock, "U1"), a_check_in(clock, "U2")
    await ask(standups, clock, silent, busy)
    await standups.settle(answered(busy, clock()), event="Ev1")
    await keys(outbox)
    stranger = a_check_in(clock, "U3")
    everybody = [silent, busy, stranger]
    reminders = {each.key: a_delivery(each, "reminder") for each in everybody}
    assert await standups.remind(everybody, reminders) == [silent]
    assert await standups.remind([silent], {silent.key: a_delivery(silent, "another")}) == []
    assert await keys(outbox) == ["slack:T1:reminder:daily:2026-03-02:U1"]
    assert await standups.waiting("T1", "daily") == [silent.model_copy(update={"reminded": True})]


async def test_replicas_remind_once(
    replicas: list[SqlStandups], outbox: SqlOutbox, clock: Clock
) -> None:
    check_in = a_check_in(clock)
    await ask(replicas[0], clock, check_in)
    reminded = await asyncio.gather(
        *(
            replicas[n % 2].remind([check_in], {check_in.key: a_delivery(check_in, f"r{n}")})
            for n in range(8)
        )
    )
    assert sorted(reminded, key=len) == [[]] * 7 + [[check_in]]
    assert len(await keys(outbox)) == 2


# -- settling


async def test_an_answer_is_stored_with_its_outcomes_and_its_versions(
    standups: SqlStandups, log: SqlLog, clock: Clock
) -> None:
    check_in = a_check_in(clock)
    await ask(standups, clock, check_in)
    first = answered(check_in, clock(), HOSTILE)
    outcome = an_outcome(check_in, "Ev1", tried=HOSTILE)
    assert await standups.settle(first, event="Ev1", outcomes=[outcome])
    stored = first.model_copy(update={"revision": 1})
    assert await standups.check_in("T1", "daily", DAY, "U1") == stored
    clock.advance(60)
    second = answered(stored, clock(), "Better.")
    assert await standups.settle(second, event="Ev2")
    edited = second.model_copy(update={"revision": 2})
    assert await standups.check_ins("T1", "daily", DAY) == [edited]
    assert await standups.answer_versions("T1", "daily", DAY, "U1") == [edited, stored]
    assert await standups.answer_versions("T1", "daily", DAY, "U2") == []
    assert await log.outcomes("T1") == [outcome]


async def test_working_on_the_same_event_again_changes_nothing(
    standups: SqlStandups, log: SqlLog, clock: Clock
) -> None:
    check_in = a_check_in(clock)
    await ask(standups, clock, check_in)
    first = answered(check_in, clock())
    assert await standups.settle(first, event="Ev1", outcomes=[an_outcome(check_in, "Ev1")])
    (occurrence,) = await standups.unfinished("T1", "daily")
    clock.advance(60)
    again = answered(check_in, clock(), "Said again.")
    other = an_outcome(check_in, "Ev1b")
    assert not await standups.settle(again, event="Ev1", outcomes=[other])
    elsewhere = again.model_copy(update={"on": DAY + timedelta(days=1)})
    assert not await standups.settle(elsewhere, event="Ev1")
    assert len(await standups.answer_versions("T1", "daily", DAY, "U1")) == 1
    assert await log.outcomes("T1") == [an_outcome(check_in, "Ev1")]
    assert await standups.unfinished("T1", "daily") == [occurrence]
    in_another_workspace = again.model_copy(update={"workspace": "T2"})
    assert await standups.settle(in_another_workspace, event="Ev1")


async def test_replicas_that_work_on_the_same_event_settle_it_once(
    replicas: list[SqlStandups], log: SqlLog, clock: Clock
) -> None:
    check_in = a_check_in(clock)
    await ask(replicas[0], clock, check_in)
    outcomes = [an_outcome(check_in, "Ev1")]
    settled = await asyncio.gather(
        *(
            replicas[n % 2].settle(answered(check_in, clock()), event="Ev1", outcomes=outcomes)
            for n in range(8)
        )
    )
    assert sorted(settled) == [False] * 7 + [True]
    assert len(await replicas[0].answer_versions("T1", "daily", DAY, "U1")) == 1
    assert await log.outcomes("T1") == outcomes


async def test_answers_at_the_same_moment_are_all_kept(
    replicas: list[SqlStandups], clock: Clock
) -> None:
    people = [a_check_in(clock, f"U{n}") for n in range(6)]
    await ask(replicas[0], clock, *people[:3])
    settled = await asyncio.gather(
        *(
            replicas[n % 2].settle(answered(each, clock(), f"{n}"), event=f"{each.key}:{n}")
            for each in people
            for n in range(5)
        )
    )
    assert all(settled)
    for each in people:
        versions = await replicas[0].answer_versions("T1", "daily", DAY, each.person.id)
        assert [version.revision for version in versions] == [5, 4, 3, 2, 1]
        assert sorted(version.answers["How?"] for version in versions) == list("01234")
        assert await replicas[1].check_in("T1", "daily", DAY, each.person.id) == versions[0]


async def test_an_early_answer_makes_the_check_in_and_is_not_asked_for_again(
    standups: SqlStandups, outbox: SqlOutbox, clock: Clock
) -> None:
    early = a_check_in(clock, "U1")
    await standups.settle(answered(early, clock()), event="Ev1")
    assert [o.closes_at for o in await standups.unfinished("T1", "daily")] == [early.closes_at]
    later = a_check_in(clock, "U2", closes_at=early.closes_at + timedelta(hours=1))
    assert await ask(standups, clock, early, later) == [later]
    assert await keys(outbox) == ["slack:T1:check-in:daily:2026-03-02:U2"]
    states = [each.state for each in await standups.check_ins("T1", "daily", DAY)]
    assert states == [CheckInState.ANSWERED, CheckInState.ASKED]
    assert [o.closes_at for o in await standups.unfinished("T1", "daily")] == [later.closes_at]


async def test_answering_early_and_being_asked_at_the_same_moment_both_work(
    replicas: list[SqlStandups], outbox: SqlOutbox, clock: Clock
) -> None:
    check_ins = [a_check_in(clock, f"U{n}") for n in range(12)]
    work = [
        *(replicas[1].settle(answered(each, clock()), event=each.key) for each in check_ins),
        ask(replicas[0], clock, *check_ins),
    ]
    await asyncio.gather(*work)
    states = {each.state for each in await replicas[0].check_ins("T1", "daily", DAY)}
    assert states == {CheckInState.ANSWERED}
    assert len(await keys(outbox)) <= 12


async def test_a_reminder_is_not_forgotten_when_an_answer_was_read_before_it(
    standups: SqlStandups, clock: Clock
) -> None:
    check_in = a_check_in(clock)
    await ask(standups, clock, check_in)
    await standups.remind([check_in], {check_in.key: a_delivery(check_in, "reminder")})
    await standups.settle(answered(check_in, clock()), event="Ev1")
    kept = await standups.check_in("T1", "daily", DAY, "U1")
    assert kept is not None
    assert kept.reminded


async def test_a_persons_latest_check_ins_are_those_of_all_standups(
    standups: SqlStandups, clock: Clock
) -> None:
    days = [
        a_check_in(clock, on=DAY + timedelta(days=n), standup=name)
        for n, name in enumerate(("daily", "weekly", "daily"))
    ]
    await ask(standups, clock, *days, a_check_in(clock, "U2"))
    assert await standups.latest("T1", "U1", 9) == list(reversed(days))
    assert await standups.latest("T1", "U1", 2) == [days[2], days[1]]
    assert await standups.latest("T2", "U1", 9) == []


async def test_check_ins_come_by_the_names_of_people(standups: SqlStandups, clock: Clock) -> None:
    for id, name in (("U1", "mia"), ("U2", "Zoe"), ("U3", "Ada"), ("U4", "ada")):
        await ask(standups, clock, a_check_in(clock, id, name))
    found = await standups.check_ins("T1", "daily", DAY)
    assert [each.person.id for each in found] == ["U3", "U4", "U1", "U2"]


# -- publishing


async def test_publishing_closes_the_occurrence_and_sends_its_digest(
    standups: SqlStandups, outbox: SqlOutbox, clock: Clock
) -> None:
    silent, busy = a_check_in(clock, "U1"), a_check_in(clock, "U2")
    await ask(standups, clock, silent, busy)
    await standups.settle(answered(busy, clock()), event="Ev1")
    await keys(outbox)
    occurrence = await only(standups)
    assert await standups.publish(occurrence, [a_digest(occurrence)])
    assert await keys(outbox) == ["slack:T1:digest:daily:2026-03-02:1"]
    assert await standups.unfinished("T1", "daily") == []
    assert await standups.waiting("T1", "daily") == []
    (closed,) = await standups.occurrences("T1", "daily", 9)
    assert (closed.closed, closed.revision, closed.outdated) == (True, 1, False)
    states = [each.state for each in await standups.check_ins("T1", "daily", DAY)]
    assert states == [CheckInState.UNANSWERED, CheckInState.ANSWERED]


async def test_an_occurrence_that_changed_since_it_was_read_is_not_published(
    standups: SqlStandups, outbox: SqlOutbox, clock: Clock
) -> None:
    await ask(standups, clock, a_check_in(clock))
    before = await only(standups)
    assert await standups.publish(before, [a_digest(before)])
    await keys(outbox)
    again = a_digest(before).model_copy(update={"key": "another"})
    assert not await standups.publish(before, [again])
    await standups.settle(answered(a_check_in(clock), clock()), event="Ev1")
    assert not await standups.publish(before, [again])
    elsewhere = before.model_copy(update={"workspace": "T2"})
    assert not await standups.publish(elsewhere, [again])
    assert await keys(outbox) == []


async def test_a_late_answer_outdates_the_digest_until_the_next_one(
    standups: SqlStandups, outbox: SqlOutbox, clock: Clock
) -> None:
    await ask(standups, clock, a_check_in(clock))
    first = await only(standups)
    await standups.publish(first, [a_digest(first)])
    late = (await standups.check_ins("T1", "daily", DAY))[0]
    await standups.settle(answered(late, clock()), event="Ev1")
    second = await only(standups)
    assert (second.closed, second.outdated, second.revision) == (True, True, 1)
    assert await standups.publish(second, [a_digest(second)])
    assert await standups.unfinished("T1", "daily") == []
    assert await keys(outbox) == [
        "slack:T1:check-in:daily:2026-03-02:U1",
        "slack:T1:digest:daily:2026-03-02:1",
        "slack:T1:digest:daily:2026-03-02:2",
    ]


@pytest.mark.parametrize("late", [False, True])
async def test_an_answer_that_comes_while_the_digest_is_written_is_in_the_next_one(
    standups: SqlStandups, clock: Clock, late: bool
) -> None:
    check_ins = [a_check_in(clock, f"U{n}") for n in range(3)]
    await ask(standups, clock, *check_ins)
    if late:
        await standups.publish(await only(standups), [])
        await standups.settle(answered(check_ins[2], clock()), event="Ev0")
    being_written = await only(standups)
    await standups.settle(answered(check_ins[0], clock()), event="Ev1")
    assert await standups.publish(being_written, [a_digest(being_written)])
    again = await only(standups)
    assert again.outdated
    assert await standups.publish(again, [a_digest(again)])
    assert await standups.unfinished("T1", "daily") == []


async def test_a_digest_with_nothing_to_send_closes_without_counting(
    standups: SqlStandups, outbox: SqlOutbox, clock: Clock
) -> None:
    await standups.plan(a_standup(clock), clock(), [a_check_in(clock)], {})
    assert await standups.publish(await only(standups), [])
    (closed,) = await standups.occurrences("T1", "daily", 9)
    assert (closed.closed, closed.revision) == (True, 0)
    assert await keys(outbox) == []


async def test_replicas_publish_each_digest_once(
    replicas: list[SqlStandups], outbox: SqlOutbox, clock: Clock
) -> None:
    await ask(replicas[0], clock, a_check_in(clock))
    for number in range(3):
        occurrence = await only(replicas[0])
        digests = [
            a_digest(occurrence).model_copy(update={"key": f"{number}.{n}"}) for n in range(8)
        ]
        published = await asyncio.gather(
            *(replicas[n % 2].publish(occurrence, [each]) for n, each in enumerate(digests))
        )
        assert sorted(published) == [False] * 7 + [True]
        await replicas[0].settle(answered(a_check_in(clock), clock()), event=f"Ev{number}")
    assert len(await keys(outbox)) == 1 + 3


async def test_no_answer_is_lost_however_it_meets_the_digest(
    replicas: list[SqlStandups], clock: Clock
) -> None:
    check_ins = [a_check_in(clock, f"U{n}") for n in range(20)]
    await ask(replicas[0], clock, *check_ins)
    seen: set[str] = set()

    async def publish(standups: SqlStandups) -> None:
        for occurrence in await standups.unfinished("T1", "daily"):
            found = await standups.check_ins("T1", "daily", DAY)
            if await standups.publish(occurrence, [a_digest(occurrence)]):
                seen.clear()
                seen.update(_answered(found))

    await asyncio.gather(
        *(
            replicas[n % 2].settle(answered(each, clock()), event=each.key)
            for n, each in enumerate(check_ins)
        ),
        *(publish(replicas[n % 2]) for n in range(6)),
    )
    for _ in range(3):
        await publish(replicas[0])
    assert await replicas[0].unfinished("T1", "daily") == []
    assert seen == {each.key for each in check_ins}


def _answered(check_ins: Sequence[CheckIn]) -> set[str]:
    return {each.key for each in check_ins if each.state == CheckInState.ANSWERED}


async def test_asking_answering_reminding_and_publishing_at_once_never_stand_still(
    replicas: list[SqlStandups], clock: Clock
) -> None:
    days = [DAY + timedelta(days=n) for n in range(3)]
    check_ins = [a_check_in(clock, f"U{n}", on=on) for n in range(8) for on in days]
    random = Random(5)  # noqa: S311 - repeatable choices

    async def replica(standups: SqlStandups, number: int) -> None:
        for each in random.sample(check_ins, len(check_ins)):
            await ask(standups, clock, *random.sample(check_ins, 6))
            await standups.remind(
                check_ins, {every.key: a_delivery(every, "reminder") for every in check_ins}
            )
            event = f"{each.key}:{random.randrange(2)}"
            await standups.settle(answered(each, clock(), f"{number}"), event=event)
            for occurrence in await standups.unfinished("T1", "daily"):
                await standups.publish(occurrence, [a_digest(occurrence)])

    await asyncio.gather(*(replica(replicas[n % 2], n) for n in range(4)))
    for on in days:
        found = await replicas[0].check_ins("T1", "daily", on)
        assert len(found) == 8
        for each in found:
            versions = await replicas[0].answer_versions("T1", "daily", on, each.person.id)
            assert len(versions) == each.revision <= 2


# -- forgetting a person

PLANTED = ("quokka", "periwinkle", "Zaphod", "U100", "Asia/Kolkata")


async def store_too(database: Database, clock: Clock, delivery: Delivery) -> None:
    async with database.transaction() as connection:
        await store_deliveries(connection, [delivery], clock())


async def fill(
    standups: SqlStandups, database: Database, clock: Clock, person: str = "U100"
) -> None:
    """Let *person* leave their words and id wherever standups have room for them."""
    someone = Person(id=person, name="Zaphod")
    member = Member(person=someone, joined_at=clock())
    other = Member(person=Person(id="U2", name="Ada"), joined_at=clock())
    first = await standups.save(
        a_standup(clock, owner=someone, edited_by=person, members=(member, other))
    )
    assert first is not None
    await standups.save(first.model_copy(update={"paused": True}))
    await standups.save_profile(Profile(workspace="T1", person=person, zone="Asia/Kolkata"))
    await standups.add_absence(Absence(workspace="T1", person=person, first=DAY, last=DAY))
    for days in range(2):
        each = a_check_in(clock, person, "Zaphod", on=DAY + timedelta(days=days))
        await ask(standups, clock, each)
        await standups.remind([each], {each.key: a_delivery(each, "reminder")})
        complaint = a_delivery(each).model_copy(update={"key": f"{a_delivery(each).key}:complaint"})
        await store_too(database, clock, complaint)
        await standups.settle(answered(each, clock(), "quokka"), event=f"{person}:{days}")
        await standups.settle(answered(each, clock(), "periwinkle"), event=f"{each.key}")


async def send_everything(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(update(outbox_table).values(state="sent", delivery=""))


@pytest.mark.parametrize("sent", [False, True])
async def test_a_forgotten_person_leaves_what_counts_and_nothing_else(
    standups: SqlStandups, database: Database, clock: Clock, sent: bool
) -> None:
    await fill(standups, database, clock)
    other = a_check_in(clock, "U2")
    await ask(standups, clock, other)
    if sent:
        await send_everything(database)
    assert await standups.forget_person("T1", "U100") == 2

    kept = await everything(database)
    assert [planted for planted in PLANTED if planted in kept] == []
    assert "check-in:daily:2026-03-02:U2" in kept, "of others it is still known what was sent"
    (theirs,) = [
        each for each in await standups.check_ins("T1", "daily", DAY) if each.person.id != "U2"
    ]
    assert (theirs.state, theirs.revision, theirs.person.name) == (CheckInState.ANSWERED, 2, "")
    versions = await standups.answer_versions("T1", "daily", DAY, theirs.person.id)
    assert versions[0] == theirs
    assert [version.answers for version in versions] == [{}, {}]
    latest = await standups.latest("T1", theirs.person.id, 9)
    assert len(latest) == 2, "the pseudonym is the same for all of theirs"
    assert await standups.check_in("T1", "daily", DAY, "U2") == other
    assert await standups.forget_person("T1", "U100") == 0


async def test_a_forgotten_person_is_no_longer_in_any_version_of_a_standup(
    standups: SqlStandups, database: Database, clock: Clock
) -> None:
    await fill(standups, database, clock)
    before = await standups.find("T1", "daily")
    assert before is not None
    await standups.forget_person("T1", "U100")
    kept = await standups.find("T1", "daily")
    assert kept is not None
    assert kept.owner == Person(id="")
    assert [member.person.id for member in kept.members] == ["U2"]
    for version in await standups.versions("T1", "daily"):
        assert version.members == kept.members
    edit = before.model_copy(update={"name": "Edited by somebody who saw them in it"})
    assert await standups.save(edit) is None
    assert await standups.save(kept) is not None


async def test_forgetting_a_person_leaves_others_and_elsewhere_alone(
    standups: SqlStandups, database: Database, clock: Clock
) -> None:
    await fill(standups, database, clock, "U100")
    await standups.save(a_standup(clock, "U10", workspace="T2", owner=Person(id="U10")))
    elsewhere = a_check_in(clock, "U10", workspace="T2")
    await standups.plan(
        a_standup(clock), clock(), [elsewhere], {elsewhere.key: a_delivery(elsewhere)}
    )
    await standups.save_profile(Profile(workspace="T2", person="U10"))
    before = await everything(database)
    for person in ("U10", "U1000", "u100", "U_00", "100"):
        assert await standups.forget_person("T1", person) == 0
    assert await everything(database) == before


@pytest.mark.parametrize("person", ["U_1", "U%", 'U"1', "Ü1\\", "a:b"])
async def test_a_person_with_any_id_can_be_forgotten(
    standups: SqlStandups, database: Database, clock: Clock, person: str
) -> None:
    await fill(standups, database, clock, person)
    assert await standups.forget_person("T1", person) == 2
    kept = await everything(database)
    assert [planted for planted in (*PLANTED, f":{person}") if planted in kept] == []
    standup = await standups.find("T1", "daily")
    assert standup is not None
    assert len(standup.members) == 1


async def test_a_forgotten_persons_outcomes_stay_with_their_check_ins(
    standups: SqlStandups, log: SqlLog, clock: Clock
) -> None:
    check_in = a_check_in(clock)
    await standups.settle(
        answered(check_in, clock()), event="Ev1", outcomes=[an_outcome(check_in, "Ev1")]
    )
    pseudonym = new_pseudonym()
    await log.forget_person("T1", "U1", pseudonym)
    await standups.forget_person("T1", "U1", pseudonym)
    (kept,) = await standups.check_ins("T1", "daily", DAY)
    (outcome,) = await log.outcomes("T1")
    assert (outcome.person, outcome.check_in) == (kept.person.id, kept.key)


async def test_a_prompt_that_is_being_sent_to_a_forgotten_person_is_not_sent_again(
    standups: SqlStandups, outbox: SqlOutbox, clock: Clock
) -> None:
    check_in = a_check_in(clock)
    await ask(standups, clock, check_in)
    (prompt,) = await outbox.claim(9)
    await standups.forget_person("T1", "U1")
    await outbox.retry(prompt.key, 0)
    assert await outbox.claim(9) == []
    assert await outbox.waiting() == 0


async def test_people_are_forgotten_while_standups_are_edited_and_answered(
    replicas: list[SqlStandups], database: Database, clock: Clock
) -> None:
    people = [f"U{number}" for number in range(100, 106)]
    kept = await replicas[0].save(a_standup(clock, *people, "U2", edited_by="U2"))
    assert kept is not None
    check_ins = [a_check_in(clock, person) for person in people]
    await ask(replicas[0], clock, *check_ins)
    for each in check_ins:
        await replicas[0].settle(answered(each, clock(), "quokka"), event=each.key)
    other = a_check_in(clock, "U2")
    counts = await asyncio.gather(
        *(replicas[n % 2].forget_person("T1", person) for n, person in enumerate(people)),
        *(replicas[n % 2].save(kept.model_copy(update={"name": f"{n}"})) for n in range(4)),
        *(replicas[n % 2].settle(answered(other, clock()), event=f"Ev{n}") for n in range(4)),
    )
    assert counts[: len(people)] == [1] * len(people)
    stored = await everything(database)
    assert [planted for planted in ("quokka", *people) if planted in stored] == []
    now = await replicas[0].find("T1", "daily")
    assert now is not None
    assert [member.person.id for member in now.members] == ["U2"]
