"""Which event a platform's message answers, on SQLite and PostgreSQL."""

from bot.messages import Delivery, Person, Place, Platform, Reply
from bot.stores.database import Database
from bot.stores.queues import SqlOutbox, store_deliveries
from bot.stores.sent import SqlSent
from tests.conftest import Clock


async def send(
    database: Database, clock: Clock, event: str, number: str, workspace: str = "T1"
) -> None:
    """Have the answer to *event* sent; the platform calls it *number*."""
    outbox = SqlOutbox(database, "one", clock)
    place = Place(platform=Platform.TEAMS, workspace=workspace, channel="c")
    key = f"teams:{workspace}:{event}"
    delivery = Delivery(key=key, place=place, person=Person(id="p"), reply=Reply(text="."))
    async with database.transaction() as connection:
        await store_deliveries(connection, [delivery], clock())
    assert await outbox.claim(1)
    await outbox.sent(key, number)


async def test_the_event_behind_a_message_is_told(database: Database, clock: Clock) -> None:
    await send(database, clock, "a:1|17", "1800")
    assert await SqlSent(database).event_of("T1", "a:1", "1800") == "a:1|17"


async def test_what_was_not_sent_there_is_unknown(database: Database, clock: Clock) -> None:
    await send(database, clock, "a:1|17", "1800")
    sent = SqlSent(database)
    assert await sent.event_of("T2", "a:1", "1800") == ""
    assert await sent.event_of("T1", "a:1", "1801") == ""


async def test_the_same_number_in_two_conversations_is_told_apart(
    database: Database, clock: Clock
) -> None:
    await send(database, clock, "a:1|17", "1800")
    await send(database, clock, "a:2|17", "1800")
    sent = SqlSent(database)
    assert await sent.event_of("T1", "a:2", "1800") == "a:2|17"
    assert await sent.event_of("T1", "a:3", "1800") == ""
