"""The contract of the inbox and the outbox, on SQLite and PostgreSQL."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import delete, update

from bot.errors import StoreUnavailable
from bot.messages import Delivery, Message, Submission
from bot.stores.database import Database
from bot.stores.queues import LEASE, SqlInbox, SqlOutbox
from bot.stores.tables import inbox as inbox_table
from bot.stores.tables import outbox as outbox_table
from tests.conftest import Clock

Make = Callable[..., Message]
MakeDelivery = Callable[..., Delivery]


class NewerMessage(Message):
    """A message as a version of Coach writes it that this one does not know."""

    mood: str = ""


class NewerDelivery(Delivery):
    """A delivery as a version of Coach writes it that this one does not know."""

    tone: str = ""


def newer_message(message: Message, mood: str = "") -> NewerMessage:
    return NewerMessage.model_validate({**message.model_dump(), "mood": mood})


def newer_delivery(delivery: Delivery, tone: str = "") -> NewerDelivery:
    return NewerDelivery.model_validate({**delivery.model_dump(), "tone": tone})


async def become_readable(
    database: Database, message: Message | None = None, delivery: Delivery | None = None
) -> None:
    """Stand in for the newer version: the row reads for it as *message* or *delivery*."""
    async with database.transaction() as connection:
        if message:
            await connection.execute(
                update(inbox_table)
                .where(inbox_table.c.event_id == message.id)
                .values(message=message.model_dump_json())
            )
        if delivery:
            await connection.execute(
                update(outbox_table)
                .where(outbox_table.c.key == delivery.key)
                .values(delivery=delivery.model_dump_json())
            )


@pytest.fixture
def inbox(database: Database, clock: Clock) -> SqlInbox:
    return SqlInbox(database, "one", clock)


@pytest.fixture
def outbox(database: Database, clock: Clock) -> SqlOutbox:
    return SqlOutbox(database, "one", clock)


async def test_an_event_delivered_three_times_is_claimed_once(
    inbox: SqlInbox, a_message: Make
) -> None:
    message = a_message(id="Ev1")
    await asyncio.gather(*(inbox.put(message) for _ in range(3)))
    await inbox.put(message)
    assert await inbox.claim(10) == [message]
    assert await inbox.claim(10) == []


async def test_what_a_person_does_is_worked_on_in_turn(
    inbox: SqlInbox, database: Database, clock: Clock, a_message: Make
) -> None:
    """An edit that overtook the answer that it corrects would be lost."""
    other = SqlInbox(database, "two", clock)
    form = Submission(action="check_in", value="", answers={})
    answer, edit = (a_message(id=name, submission=form) for name in ("Ev1", "Ev2"))
    question = a_message(id="Ev3")
    for message in (answer, edit, question):
        await inbox.put(message)
        clock.advance(1)
    assert await inbox.claim(10) == [answer, question]
    assert await other.claim(10) == []
    assert await inbox.finish(answer, [])
    assert await other.claim(10) == [edit]


async def test_the_acts_of_two_people_do_not_wait_for_each_other(
    inbox: SqlInbox, a_message: Make
) -> None:
    form = Submission(action="check_in", value="", answers={})
    both = [a_message(id=name, submission=form, person=name) for name in ("Ev1", "Ev2")]
    for message in both:
        await inbox.put(message)
    assert {message.id for message in await inbox.claim(10)} == {"Ev1", "Ev2"}


async def test_a_finished_event_stays_known(inbox: SqlInbox, a_message: Make) -> None:
    message = a_message(id="Ev1")
    await inbox.put(message)
    await inbox.claim(1)
    assert await inbox.finish(message, [])
    await inbox.put(message)
    assert await inbox.claim(10) == []


async def test_the_same_event_id_in_two_workspaces_is_two_events(
    inbox: SqlInbox, a_message: Make
) -> None:
    await inbox.put(a_message(id="Ev1", workspace="T1"))
    await inbox.put(a_message(id="Ev1", workspace="T2"))
    assert {m.place.workspace for m in await inbox.claim(10)} == {"T1", "T2"}


async def test_messages_are_claimed_in_the_order_they_came(
    inbox: SqlInbox, a_message: Make, clock: Clock
) -> None:
    for number in range(5):
        await inbox.put(a_message(id=f"Ev{number}"))
        clock.advance(1)
    claimed = [m.id for m in await inbox.claim(3)] + [m.id for m in await inbox.claim(3)]
    assert claimed == [f"Ev{number}" for number in range(5)]


async def test_two_replicas_never_claim_the_same_message(
    database: Database, clock: Clock, a_message: Make
) -> None:
    replicas = [SqlInbox(database, name, clock) for name in ("one", "two")]
    messages = [a_message(id=f"Ev{number}") for number in range(60)]
    await asyncio.gather(*(replicas[0].put(message) for message in messages))
    claimed = await asyncio.gather(*(replicas[n % 2].claim(7) for n in range(20)))
    ids = [message.id for batch in claimed for message in batch]
    assert sorted(ids) == sorted(message.id for message in messages)


async def test_a_dead_replicas_message_is_taken_over_when_its_lease_ends(
    database: Database, clock: Clock, a_message: Make
) -> None:
    dead, living = SqlInbox(database, "dead", clock), SqlInbox(database, "living", clock)
    message = a_message()
    await dead.put(message)
    await dead.claim(1)
    assert await living.claim(1) == []
    clock.advance(LEASE.total_seconds() + 1)
    assert await living.claim(1) == [message]
    assert not await dead.finish(message, []), "the stopped replica must not answer any more"
    assert await living.finish(message, [])


async def test_a_renewed_lease_keeps_the_message(
    database: Database, clock: Clock, a_message: Make
) -> None:
    slow, other = SqlInbox(database, "slow", clock), SqlInbox(database, "other", clock)
    await slow.put(a_message())
    await slow.claim(1)
    for _ in range(4):
        clock.advance(LEASE.total_seconds() - 1)
        await slow.renew()
        assert await other.claim(1) == []


async def test_a_restarted_replica_takes_up_its_own_work_at_once(
    database: Database, clock: Clock, a_message: Make
) -> None:
    message = a_message()
    before = SqlInbox(database, "one", clock)
    await before.put(message)
    await before.claim(1)
    after = SqlInbox(database, "one", clock)
    await after.recover()
    assert await after.claim(1) == [message]


async def test_finishing_stores_the_deliveries_with_it(
    inbox: SqlInbox, outbox: SqlOutbox, a_message: Make, a_delivery: MakeDelivery
) -> None:
    message, delivery = a_message(), a_delivery()
    await inbox.put(message)
    await inbox.claim(1)
    await inbox.finish(message, [delivery])
    assert await inbox.waiting() == 0
    assert await outbox.claim(10) == [delivery]
    assert await outbox.claim(10) == []


async def deliver(inbox: SqlInbox, make: Make, delivery: Delivery) -> None:
    """Bring a delivery into the outbox the way it gets there."""
    message = make()
    await inbox.put(message)
    await inbox.claim(1)
    await inbox.finish(message, [delivery])


async def test_a_key_is_delivered_once(
    inbox: SqlInbox, outbox: SqlOutbox, a_message: Make, a_delivery: MakeDelivery
) -> None:
    await deliver(inbox, a_message, a_delivery("k1", "first"))
    await deliver(inbox, a_message, a_delivery("k1", "second"))
    claimed = await outbox.claim(10)
    assert [delivery.reply.text for delivery in claimed] == ["first"]
    await outbox.sent("k1", "ts1")
    await deliver(inbox, a_message, a_delivery("k1", "third"))
    assert await outbox.claim(10) == []
    assert await outbox.waiting() == 0


async def test_a_delivery_put_off_waits_its_time(
    inbox: SqlInbox, outbox: SqlOutbox, a_message: Make, a_delivery: MakeDelivery, clock: Clock
) -> None:
    await deliver(inbox, a_message, a_delivery())
    await outbox.claim(1)
    await outbox.retry("k1", 30)
    clock.advance(29)
    assert await outbox.claim(1) == []
    clock.advance(2)
    assert len(await outbox.claim(1)) == 1


async def test_a_delivery_given_up_is_not_sent_again(
    inbox: SqlInbox, outbox: SqlOutbox, a_message: Make, a_delivery: MakeDelivery
) -> None:
    await deliver(inbox, a_message, a_delivery())
    await outbox.claim(1)
    await outbox.failed("k1", "is_archived")
    assert await outbox.claim(1) == []
    assert await outbox.waiting() == 0


async def test_a_send_cut_off_by_a_crash_becomes_an_orphan(
    database: Database,
    inbox: SqlInbox,
    a_message: Make,
    a_delivery: MakeDelivery,
    clock: Clock,
) -> None:
    await deliver(inbox, a_message, a_delivery())
    before = SqlOutbox(database, "one", clock)
    await before.claim(1)
    assert await before.orphans() == [], "it is being sent at this moment"
    after = SqlOutbox(database, "one", clock)
    await after.recover()
    assert [delivery.key for delivery in await after.orphans()] == ["k1"]
    assert await after.orphans() == [], "one of them looks it up"


async def test_an_unreachable_database_refuses_to_store(
    database: Database, clock: Clock, a_message: Make
) -> None:
    inbox = SqlInbox(database, "one", clock)
    async with database.transaction() as connection:
        await connection.exec_driver_sql("DROP TABLE inbox")
    with pytest.raises(StoreUnavailable):
        await inbox.put(a_message())


async def test_a_row_that_cannot_be_read_does_not_stop_the_others(
    database: Database,
    inbox: SqlInbox,
    outbox: SqlOutbox,
    a_message: Make,
    a_delivery: MakeDelivery,
) -> None:
    await deliver(inbox, a_message, a_delivery("k1"))
    await deliver(inbox, a_message, a_delivery("k2"))
    for number in range(2):
        await inbox.put(a_message(id=f"Ev{number}"))
    async with database.transaction() as connection:
        for statement in (
            "UPDATE inbox SET message = '{\"from\": \"another version\"}' WHERE event_id = 'Ev0'",
            "UPDATE outbox SET delivery = '{}' WHERE key = 'k1'",
        ):
            await connection.exec_driver_sql(statement)
    assert [message.id for message in await inbox.claim(9)] == ["Ev1"]
    assert [delivery.key for delivery in await outbox.claim(9)] == ["k2"]
    assert await inbox.claim(9) == []


async def test_a_version_reads_what_a_newer_one_wrote_without_using_anything_new(
    inbox: SqlInbox, outbox: SqlOutbox, a_message: Make, a_delivery: MakeDelivery
) -> None:
    message, delivery = a_message(), a_delivery()
    await inbox.put(newer_message(message))
    assert await inbox.claim(9) == [message]
    await inbox.finish(message, [newer_delivery(delivery)])
    assert await outbox.claim(9) == [delivery]


async def test_a_message_that_a_version_cannot_read_waits_for_one_that_can(
    database: Database, clock: Clock, a_message: Make
) -> None:
    older, newer = SqlInbox(database, "older", clock), SqlInbox(database, "newer", clock)
    message = a_message()
    await newer.put(newer_message(message, mood="glad"))
    assert await older.claim(9) == []
    assert await older.waiting() == 1, "it must neither be given up nor look finished"
    clock.advance(LEASE.total_seconds() - 1)
    await older.renew()
    clock.advance(2)
    await become_readable(database, message=message)
    assert await newer.claim(9) == [message]
    assert await newer.finish(message, [])


async def test_a_delivery_that_a_version_cannot_read_waits_for_one_that_can(
    database: Database, inbox: SqlInbox, clock: Clock, a_message: Make, a_delivery: MakeDelivery
) -> None:
    older, newer = SqlOutbox(database, "older", clock), SqlOutbox(database, "newer", clock)
    delivery = a_delivery()
    await deliver(inbox, a_message, newer_delivery(delivery, tone="warm"))
    assert await older.claim(9) == []
    assert await older.waiting() == 1, "it must neither be given up nor look sent"
    clock.advance(LEASE.total_seconds() - 1)
    await older.renew()
    clock.advance(2)
    await become_readable(database, delivery=delivery)
    assert await newer.orphans() == [], "nobody has tried to send it"
    assert await newer.claim(9) == [delivery]


async def test_an_orphan_that_a_version_cannot_read_is_looked_up_by_one_that_can(
    database: Database, inbox: SqlInbox, clock: Clock, a_message: Make, a_delivery: MakeDelivery
) -> None:
    dead, older, newer = (SqlOutbox(database, name, clock) for name in ("dead", "older", "newer"))
    delivery = a_delivery()
    await deliver(inbox, a_message, delivery)
    await dead.claim(1)
    async with database.transaction() as connection:
        written = newer_delivery(delivery, tone="warm").model_dump_json()
        await connection.execute(update(outbox_table).values(delivery=written))
    clock.advance(LEASE.total_seconds() + 1)
    assert await older.orphans() == []
    clock.advance(LEASE.total_seconds() - 1)
    await older.renew()
    clock.advance(2)
    await become_readable(database, delivery=delivery)
    assert await newer.claim(9) == [], "it may have arrived"
    assert await newer.orphans() == [delivery]


async def test_many_rows_that_cannot_be_read_do_not_hold_up_those_that_can(
    inbox: SqlInbox, outbox: SqlOutbox, clock: Clock, a_message: Make, a_delivery: MakeDelivery
) -> None:
    for number in range(7):
        unread = newer_delivery(a_delivery(f"k{number}"), tone="warm")
        await deliver(inbox, a_message, unread)
        clock.advance(1)
    await deliver(inbox, a_message, a_delivery("last"))
    for number in range(7):
        await inbox.put(newer_message(a_message(id=f"Ev{number}"), mood="glad"))
        clock.advance(1)
    await inbox.put(a_message(id="last"))
    assert [message.id for message in await inbox.claim(2)] == ["last"]
    assert [delivery.key for delivery in await outbox.claim(2)] == ["last"]


# -- replacing what was sent before


def an_update(delivery: Delivery, key: str, replaces: str) -> Delivery:
    return delivery.model_copy(update={"key": key, "replaces": replaces})


async def test_an_update_learns_the_id_of_the_message_that_it_replaces(
    inbox: SqlInbox, outbox: SqlOutbox, a_message: Make, a_delivery: MakeDelivery
) -> None:
    await deliver(inbox, a_message, a_delivery("k1"))
    await outbox.claim(1)
    await outbox.sent("k1", "ts1")
    update = an_update(a_delivery(), "k2", replaces="k1")
    await deliver(inbox, a_message, update)
    await deliver(inbox, a_message, a_delivery("k3"))
    claimed = {delivery.key: delivery for delivery in await outbox.claim(9)}
    assert claimed["k2"] == update.model_copy(update={"replaced_id": "ts1"})
    assert claimed["k3"].replaced_id == ""


async def test_an_update_waits_until_what_it_replaces_is_settled(
    inbox: SqlInbox, outbox: SqlOutbox, a_message: Make, a_delivery: MakeDelivery, clock: Clock
) -> None:
    await deliver(inbox, a_message, a_delivery("k1"))
    await deliver(inbox, a_message, an_update(a_delivery(), "k2", replaces="k1"))
    await deliver(inbox, a_message, an_update(a_delivery(), "k3", replaces="k2"))
    await deliver(inbox, a_message, a_delivery("k4"))
    assert {delivery.key for delivery in await outbox.claim(9)} == {"k1", "k4"}
    assert await outbox.claim(9) == [], "it is being sent"
    await outbox.retry("k1", 30)
    assert await outbox.claim(9) == [], "it was put off"
    clock.advance(31)
    assert [delivery.key for delivery in await outbox.claim(9)] == ["k1"]
    for key, platform_id in (("k1", "ts1"), ("k2", "ts1")):
        await outbox.sent(key, platform_id)
        (update,) = await outbox.claim(9)
        assert (update.replaces, update.replaced_id) == (key, platform_id)
    assert await outbox.waiting() == 2


async def test_an_update_of_what_was_given_up_or_never_sent_replaces_nothing(
    inbox: SqlInbox, outbox: SqlOutbox, a_message: Make, a_delivery: MakeDelivery
) -> None:
    await deliver(inbox, a_message, a_delivery("k1"))
    await outbox.claim(1)
    await outbox.failed("k1", "is_archived")
    for key, replaces in (("k2", "k1"), ("k3", "unknown")):
        await deliver(inbox, a_message, an_update(a_delivery(), key, replaces))
    claimed = await outbox.claim(9)
    assert sorted(delivery.key for delivery in claimed) == ["k2", "k3"]
    assert {delivery.replaced_id for delivery in claimed} == {""}


async def test_an_update_cut_off_by_a_crash_still_knows_what_it_replaces(
    database: Database, inbox: SqlInbox, a_message: Make, a_delivery: MakeDelivery, clock: Clock
) -> None:
    before, after = SqlOutbox(database, "one", clock), SqlOutbox(database, "one", clock)
    await deliver(inbox, a_message, a_delivery("k1"))
    await before.claim(1)
    await before.sent("k1", "ts1")
    await deliver(inbox, a_message, an_update(a_delivery(), "k2", replaces="k1"))
    (claimed,) = await before.claim(1)
    await after.recover()
    assert await after.orphans() == [claimed]
    await after.retry("k2", 0)
    assert await after.claim(1) == [claimed]


async def test_many_updates_that_wait_do_not_hold_up_what_comes_after_them(
    inbox: SqlInbox, outbox: SqlOutbox, clock: Clock, a_message: Make, a_delivery: MakeDelivery
) -> None:
    await deliver(inbox, a_message, a_delivery("k1"))
    await outbox.claim(1)
    for number in range(5):
        await deliver(inbox, a_message, an_update(a_delivery(), f"u{number}", replaces="k1"))
        clock.advance(1)
    await deliver(inbox, a_message, a_delivery("last"))
    assert [delivery.key for delivery in await outbox.claim(2)] == ["last"]


async def test_replicas_send_updates_one_after_the_other(
    database: Database, inbox: SqlInbox, clock: Clock, a_message: Make, a_delivery: MakeDelivery
) -> None:
    replicas = [SqlOutbox(database, name, clock) for name in ("one", "two")]
    await deliver(inbox, a_message, a_delivery("k0"))
    for number in range(1, 6):
        await deliver(inbox, a_message, an_update(a_delivery(), f"k{number}", f"k{number - 1}"))
    for number in range(6):
        claimed = await asyncio.gather(*(replicas[n % 2].claim(9) for n in range(6)))
        assert [delivery.key for batch in claimed for delivery in batch] == [f"k{number}"]
        await replicas[number % 2].sent(f"k{number}", "ts1")


async def test_a_row_of_the_version_before_that_replaces_nothing_is_sent(
    database: Database,
    inbox: SqlInbox,
    outbox: SqlOutbox,
    a_message: Make,
    a_delivery: MakeDelivery,
) -> None:
    await deliver(inbox, a_message, a_delivery("k1"))
    async with database.transaction() as connection:
        names = "key, workspace, delivery, state, not_before, created_at"
        await connection.exec_driver_sql(
            f"INSERT INTO outbox ({names}) SELECT 'k2', workspace, REPLACE(delivery, 'k1', 'k2'), "  # noqa: S608 - no input
            "state, not_before, created_at FROM outbox"
        )
    assert {delivery.key for delivery in await outbox.claim(9)} == {"k1", "k2"}


async def test_whoever_should_hear_of_a_failure_does_unless_it_was_erased(
    database: Database,
    inbox: SqlInbox,
    outbox: SqlOutbox,
    a_message: Make,
    a_delivery: MakeDelivery,
) -> None:
    for key in ("k1", "k2"):
        await deliver(inbox, a_message, a_delivery(key))
    await outbox.claim(9)
    async with database.transaction() as connection:
        await connection.execute(delete(outbox_table).where(outbox_table.c.key == "k2"))
    for key in ("k1", "k2", "k1"):
        await outbox.failed(key, "is_archived", a_delivery(f"{key}:complaint"))
    assert [delivery.key for delivery in await outbox.claim(9)] == ["k1:complaint"]
