"""The backlog on its real queues: answered once and sent once, whatever fails in between."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import text

from bot.backlog import Backlog
from bot.delivery import TryLater, Undeliverable
from bot.errors import StoreUnavailable
from bot.messages import Delivery, Message, Platform, Reply
from bot.metrics import Metrics
from bot.stores.database import Database
from bot.stores.queues import LEASE, SqlInbox, SqlOutbox
from tests.conftest import Clock

Make = Callable[..., Message]


class Interrupted(Exception):
    """The connection broke; `arrived` says whether the platform had taken the message."""

    def __init__(self, *, arrived: bool) -> None:
        super().__init__("connection lost")
        self.arrived = arrived


class FakePlatform:
    """A platform that keeps what arrives; `outcomes` are what its next sends come to."""

    def __init__(self) -> None:
        self.arrived: list[str] = []
        self.attempts = 0
        self.looked_up: list[str] = []
        self.outcomes: list[Exception | None] = []
        self.look_up_outcomes: list[Exception | None] = []
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def send(self, delivery: Delivery) -> str:
        self.attempts += 1
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is None or (isinstance(outcome, Interrupted) and outcome.arrived):
            self.arrived.append(delivery.reply.text)
        if outcome:
            raise outcome
        await self.may_end.wait()
        return f"id-{len(self.arrived)}"

    async def find(self, delivery: Delivery) -> str | None:
        self.looked_up.append(delivery.reply.text)
        outcome = self.look_up_outcomes.pop(0) if self.look_up_outcomes else None
        if outcome:
            raise outcome
        return "id-found" if delivery.reply.text in self.arrived else None


class Answerer:
    """Stands where Coach stands: repeats what it hears, when it may."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.silent = False
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def reply(self, message: Message) -> Reply | None:
        self.heard.append(message.text)
        await self.may_answer.wait()
        return None if self.silent else Reply(text=f"Re: {message.text}")


class Running:
    """One replica after the other on the same database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.inbox = SqlInbox(database, "one", clock)
        self.outbox = SqlOutbox(database, "one", clock)
        self.coach = Answerer()
        self.platform = FakePlatform()
        self.metrics = Metrics()
        self.backlog = self.replica()

    def replica(self, workers: int = 8, platform: Platform = Platform.SLACK) -> Backlog:
        """Return a backlog as the wiring makes it, sending to *platform*."""
        self.backlog = Backlog(
            inbox=self.inbox,
            outbox=self.outbox,
            coach=self.coach,
            metrics=self.metrics,
            workers=workers,
        )
        self.backlog.add_sender(platform, self.platform)
        return self.backlog

    async def restart(self) -> None:
        """Start again under the same name, as after a stop or a crash."""
        await self.inbox.recover()
        await self.outbox.recover()
        self.replica().start()

    async def settled(self) -> None:
        """Wait until everything is answered and sent or given up."""
        await until(self._nothing_waits)

    async def _nothing_waits(self) -> bool:
        return await self.inbox.waiting() + await self.outbox.waiting() == 0

    async def row(self) -> dict[str, object]:
        """Return the one row of the outbox."""
        async with self.database.transaction() as connection:
            rows = await connection.execute(text("SELECT * FROM outbox"))
            return dict(rows.mappings().one())


class Outage:
    """The store is away: its two queues can't be reached."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __aenter__(self) -> None:
        await self._rename("", "_away")

    async def __aexit__(self, *_: object) -> None:
        await self._rename("_away", "")

    async def _rename(self, before: str, after: str) -> None:
        async with self._database.transaction() as connection:
            for table in ("inbox", "outbox"):
                await connection.execute(
                    text(f"ALTER TABLE {table}{before} RENAME TO {table}{after}")
                )


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():
            await asyncio.sleep(0.01)


async def seen(condition: Callable[[], bool]) -> None:
    """Wait until *condition* holds."""

    async def holds() -> bool:
        return condition()

    await until(holds)


@pytest.fixture
async def running(database: Database, clock: Clock) -> AsyncIterator[Running]:
    started = Running(database, clock)
    yield started
    started.coach.may_answer.set()
    started.platform.may_end.set()
    await started.backlog.stop()


async def test_an_event_that_comes_three_times_is_answered_once(
    running: Running, a_message: Make
) -> None:
    running.backlog.start()
    message = a_message("Hello", id="Ev1")
    await asyncio.gather(*(running.backlog.accept(message) for _ in range(3)))
    await running.settled()
    await running.backlog.accept(message)
    await running.backlog.accept(a_message("Other", id="Ev2"))
    await running.settled()
    assert running.platform.arrived == ["Re: Hello", "Re: Other"]
    assert running.coach.heard == ["Hello", "Other"]


async def test_many_events_are_each_answered_once(running: Running, a_message: Make) -> None:
    running.backlog.start()
    names = [f"Question {number}" for number in range(40)]
    events = [a_message(name, id=name) for name in names]
    await asyncio.gather(*(running.backlog.accept(event) for event in [*events, *events]))
    await running.settled()
    assert sorted(running.platform.arrived) == sorted(f"Re: {name}" for name in names)


async def test_what_was_accepted_before_the_start_is_answered(
    running: Running, a_message: Make
) -> None:
    await running.backlog.accept(a_message("Early"))
    running.backlog.start()
    await running.settled()
    assert running.platform.arrived == ["Re: Early"]


async def test_where_silence_is_right_nothing_is_sent(running: Running, a_message: Make) -> None:
    running.coach.silent = True
    running.backlog.start()
    await running.backlog.accept(a_message("gm"))
    await running.settled()
    assert running.coach.heard == ["gm"]
    assert running.platform.attempts == 0


async def test_events_and_sends_are_counted(running: Running, a_message: Make) -> None:
    running.platform.outcomes = [Undeliverable("channel_not_found"), None]
    running.backlog.start()
    for name in ("one", "two"):
        await running.backlog.accept(a_message(name))
        await running.settled()
    await running.backlog.stop()
    counted = running.metrics.text().decode()
    assert 'coach_events_total{platform="slack"} 2.0' in counted
    assert 'coach_deliveries_total{outcome="failed",platform="slack"} 1.0' in counted
    assert 'coach_deliveries_total{outcome="sent",platform="slack"} 1.0' in counted
    assert 'coach_answer_seconds_count{platform="slack"} 2.0' in counted


async def test_a_platform_that_asks_for_patience_gets_it(
    running: Running, a_message: Make, clock: Clock
) -> None:
    running.platform.outcomes = [TryLater(30)]
    running.backlog.start()
    await running.backlog.accept(a_message("Hello"))
    await until(lambda: is_waiting(running))
    clock.advance(29)
    await running.backlog.accept(a_message("Another"))
    await seen(lambda: running.platform.arrived == ["Re: Another"])
    clock.advance(2)
    await running.settled()
    assert running.platform.arrived == ["Re: Another", "Re: Hello"]
    assert running.platform.attempts == 3


async def is_waiting(running: Running) -> bool:
    if running.platform.attempts == 0:
        return False
    return (await running.row())["state"] == "waiting"


async def test_what_a_platform_never_takes_is_given_up_with_its_reason(
    running: Running, a_message: Make
) -> None:
    running.platform.outcomes = [Undeliverable("channel_not_found")]
    running.backlog.start()
    await running.backlog.accept(a_message("Hello"))
    await running.settled()
    row = await running.row()
    assert (row["state"], row["problem"]) == ("failed", "channel_not_found")
    assert running.platform.attempts == 1


async def test_a_reply_to_a_platform_that_is_not_configured_is_given_up(
    running: Running, a_message: Make
) -> None:
    running.replica(platform=Platform.WEB).start()
    await running.backlog.accept(a_message("Hello"))
    await running.settled()
    row = await running.row()
    assert (row["state"], row["problem"]) == ("failed", "slack is not configured")


async def test_an_interrupted_send_that_arrived_is_not_repeated(
    running: Running, a_message: Make
) -> None:
    running.platform.outcomes = [Interrupted(arrived=True)]
    running.backlog.start()
    await running.backlog.accept(a_message("Hello"))
    await running.settled()
    assert running.platform.arrived == ["Re: Hello"]
    assert running.platform.looked_up == ["Re: Hello"]
    row = await running.row()
    assert (row["state"], row["platform_id"]) == ("sent", "id-found")


async def test_an_interrupted_send_that_did_not_arrive_is_repeated(
    running: Running, a_message: Make
) -> None:
    running.platform.outcomes = [Interrupted(arrived=False)]
    running.backlog.start()
    await running.backlog.accept(a_message("Hello"))
    await running.settled()
    assert running.platform.arrived == ["Re: Hello"]
    assert running.platform.attempts == 2


async def test_a_look_up_that_has_to_wait_is_repeated(running: Running, a_message: Make) -> None:
    running.platform.outcomes = [Interrupted(arrived=True)]
    running.platform.look_up_outcomes = [TryLater(0.01), TryLater(0.01)]
    running.backlog.start()
    await running.backlog.accept(a_message("Hello"))
    await running.settled()
    assert running.platform.arrived == ["Re: Hello"]
    assert len(running.platform.looked_up) == 3


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_was_being_sent_when_the_process_died_is_looked_up_at_the_next_start(
    running: Running, a_message: Make, *, arrived: bool
) -> None:
    message = a_message("Hello")
    await running.inbox.put(message)
    await running.inbox.claim(1)
    reply = Reply(text="Re: Hello")
    delivery = Delivery(key="k", place=message.place, person=message.person, reply=reply)
    await running.inbox.finish(message, [delivery])
    assert await running.outbox.claim(1) == [delivery]
    if arrived:
        await running.platform.send(delivery)
    await running.restart()
    await running.settled()
    assert running.platform.arrived == ["Re: Hello"]
    assert running.platform.looked_up == ["Re: Hello"]


async def test_what_was_being_answered_when_the_process_died_is_answered_at_the_next_start(
    running: Running, a_message: Make
) -> None:
    message = a_message("Hello")
    await running.inbox.put(message)
    assert await running.inbox.claim(1) == [message]
    await running.restart()
    await running.settled()
    assert running.platform.arrived == ["Re: Hello"]


async def test_another_replica_takes_over_from_one_that_died(
    running: Running, a_message: Make, database: Database, clock: Clock
) -> None:
    message = a_message("Hello")
    dead = SqlInbox(database, "dead", clock)
    await dead.put(message)
    assert await dead.claim(1) == [message]
    clock.advance(LEASE.total_seconds() + 1)
    running.backlog.start()
    await running.settled()
    assert running.platform.arrived == ["Re: Hello"]
    assert not await dead.finish(message, []), "the dead one comes back too late"


async def test_a_stop_finishes_what_is_running_and_keeps_the_rest_for_the_next_start(
    running: Running, a_message: Make
) -> None:
    running.coach.may_answer.clear()
    running.replica(workers=1).start()
    for number in range(3):
        await running.backlog.accept(a_message(f"{number}", id=f"Ev{number}"))
    await seen(lambda: bool(running.coach.heard))
    stopping = asyncio.create_task(running.backlog.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    running.coach.may_answer.set()
    await stopping
    assert len(running.coach.heard) == 1
    assert await running.inbox.waiting() == 2
    await running.restart()
    await running.settled()
    assert sorted(running.platform.arrived) == ["Re: 0", "Re: 1", "Re: 2"]
    assert sorted(running.coach.heard) == ["0", "1", "2"]


async def test_a_stop_lets_a_send_end(running: Running, a_message: Make) -> None:
    running.platform.may_end.clear()
    running.backlog.start()
    await running.backlog.accept(a_message("Hello"))
    await seen(lambda: bool(running.platform.arrived))
    stopping = asyncio.create_task(running.backlog.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    running.platform.may_end.set()
    await stopping
    assert (await running.row())["state"] == "sent"


async def test_a_stop_before_the_start_is_fine(running: Running) -> None:
    await running.backlog.stop()


async def test_an_outage_while_answering_loses_nothing(running: Running, a_message: Make) -> None:
    running.coach.may_answer.clear()
    running.backlog.start()
    first, second = a_message("First"), a_message("Second")
    await running.backlog.accept(first)
    await seen(lambda: bool(running.coach.heard))
    async with Outage(running.database):
        running.coach.may_answer.set()
        with pytest.raises(StoreUnavailable):
            await running.backlog.accept(second)
    await running.backlog.accept(second)  # the platform delivers again what was not acknowledged
    await running.settled()
    assert sorted(running.platform.arrived) == ["Re: First", "Re: Second"]
    assert sorted(running.coach.heard) == ["First", "Second"]


async def test_an_outage_after_a_send_sends_nothing_twice(
    running: Running, a_message: Make
) -> None:
    running.platform.may_end.clear()
    running.backlog.start()
    await running.backlog.accept(a_message("Hello"))
    await seen(lambda: bool(running.platform.arrived))
    async with Outage(running.database):
        running.platform.may_end.set()
        with pytest.raises(StoreUnavailable):
            await running.outbox.waiting()
    await running.settled()
    assert running.platform.arrived == ["Re: Hello"]
    assert running.platform.attempts == 1
    assert (await running.row())["state"] == "sent"


async def test_an_outage_while_idle_ends_by_itself(running: Running, a_message: Make) -> None:
    async with Outage(running.database):
        running.backlog.start()
        with pytest.raises(StoreUnavailable):
            await running.backlog.accept(a_message("Lost"))
    await running.backlog.accept(a_message("Kept"))
    await running.settled()
    assert running.platform.arrived == ["Re: Kept"]
