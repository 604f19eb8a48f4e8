"""Housekeeping on real stores: what is past its time goes, the rest stays."""

import asyncio
from collections.abc import Callable, MutableMapping
from datetime import timedelta
from typing import Any

import pytest
import structlog

from bot.errors import StoreUnavailable
from bot.housekeeping import Housekeeping, Tidied
from bot.messages import Message
from bot.records import AnswerRecord, Policy, ReviewRecord, Vote
from bot.stores.database import Database
from bot.stores.queues import SqlInbox
from bot.stores.repositories import SqlConversations
from bot.stores.reviews import SqlPolicies, SqlReviews
from tests.conftest import Clock

Make = Callable[..., Message]
Logged = list[MutableMapping[str, Any]]

_DAY = 86_400.0


@pytest.fixture
def housekeeping(database: Database, clock: Clock) -> Housekeeping:
    return Housekeeping(
        reviews=SqlReviews(database),
        conversations=SqlConversations(database),
        policies=SqlPolicies(database),
        now=clock,
    )


async def keep_one_of_each(database: Database, clock: Clock, message: Message) -> None:
    review = ReviewRecord(
        id=message.id, place=message.place, person=message.person, draft=message.text,
        rewrite=message.text, reviewed_at=clock(),
    )  # fmt: skip
    answer = AnswerRecord(
        id=message.id, place=message.place, person=message.person, question=message.text,
        text="An answer.", asked_at=clock(),
    )  # fmt: skip
    await SqlReviews(database).keep(review)
    conversations = SqlConversations(database)
    await conversations.record(answer)
    vote = Vote(answer_id=answer.id, person="U2", helpful=False, at=clock())
    await conversations.vote(message.place.workspace, vote)


async def kept(database: Database, message: Message) -> tuple[bool, bool]:
    """Tell whether the review and the answer of *message* are still there."""
    workspace = message.place.workspace
    return (
        await SqlReviews(database).find(workspace, message.id) is not None,
        await SqlConversations(database).answer(workspace, message.id) is not None,
    )


async def test_each_workspace_keeps_things_as_long_as_it_decided(
    housekeeping: Housekeeping, database: Database, clock: Clock, a_message: Make
) -> None:
    await SqlPolicies(database).decide("T2", Policy(draft_days=60, answer_days=7))
    default, decided = a_message(workspace="T1"), a_message(workspace="T2")
    for message in (default, decided):
        await keep_one_of_each(database, clock, message)

    clock.advance(7 * _DAY)
    assert await housekeeping.tidy() == Tidied()
    clock.advance(1)
    assert await housekeeping.tidy() == Tidied(answers=1)
    assert await kept(database, decided) == (True, False)

    clock.advance(23 * _DAY)
    assert await housekeeping.tidy() == Tidied(reviews=1)
    assert await kept(database, default) == (False, True)

    clock.advance(30 * _DAY)
    assert await housekeeping.tidy() == Tidied(reviews=1)
    clock.advance(305 * _DAY)
    assert await housekeeping.tidy() == Tidied(answers=1)
    assert await SqlConversations(database).gaps(None, 9) == []
    assert await housekeeping.tidy() == Tidied()


async def test_two_replicas_may_tidy_at_once(
    housekeeping: Housekeeping, database: Database, clock: Clock, a_message: Make
) -> None:
    for _ in range(20):
        await keep_one_of_each(database, clock, a_message())
    clock.advance(366 * _DAY)
    one, two = await asyncio.gather(housekeeping.tidy(), housekeeping.tidy())
    assert one + two == Tidied(reviews=20, answers=20)


async def test_text_that_waits_too_long_goes_even_where_nothing_else_is_kept(
    housekeeping: Housekeeping, database: Database, clock: Clock, a_message: Make
) -> None:
    inbox = SqlInbox(database, "one", clock)
    await inbox.put(a_message())
    clock.advance(31 * _DAY)
    await housekeeping.tidy()
    assert await inbox.claim(9) == []


class Failing(SqlReviews):
    """Reviews whose database does not answer at first."""

    def __init__(self, database: Database, errors: list[Exception]) -> None:
        super().__init__(database)
        self.errors = errors
        self.answered = asyncio.Event()

    async def workspaces(self) -> list[str]:
        if self.errors:
            raise self.errors.pop(0)
        found = await super().workspaces()
        self.answered.set()
        return found


async def test_it_runs_on_after_a_failure_and_stops_when_told(
    database: Database, clock: Clock, a_message: Make
) -> None:
    message = a_message("Quokka accuracy")
    await keep_one_of_each(database, clock, message)
    clock.advance(400 * _DAY)
    reviews = Failing(database, [StoreUnavailable(), ValueError("something else")])
    housekeeping = Housekeeping(
        reviews=reviews,
        conversations=SqlConversations(database),
        policies=SqlPolicies(database),
        now=clock,
    )
    stop = asyncio.Event()
    with structlog.testing.capture_logs() as logs:
        running = asyncio.create_task(housekeeping.run(stop, every=0.01))
        await reviews.answered.wait()
        stop.set()
        await running
    assert await kept(database, message) == (False, False)
    events = [line["event"] for line in logs]
    assert events[:3] == ["store_unavailable", "housekeeping_failed", "tidied"]
    assert logs[2] == {"event": "tidied", "log_level": "info", "reviews": 1, "answers": 1}
    assert "Quokka" not in str(logs)


async def test_it_stops_at_once_while_it_waits(
    housekeeping: Housekeeping, database: Database, clock: Clock, a_message: Make
) -> None:
    message = a_message()
    await keep_one_of_each(database, clock, message)
    clock.advance(400 * _DAY)
    stop = asyncio.Event()
    running = asyncio.create_task(housekeeping.run(stop))
    async with asyncio.timeout(timedelta(seconds=30).total_seconds()):
        while await kept(database, message) != (False, False):
            await asyncio.sleep(0.01)
        stop.set()
        await running
