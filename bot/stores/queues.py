"""The inbox and the outbox: what came in is answered once, what goes out is sent once.

A row that a replica works on carries that replica's name and a lease, which `renew` extends. When
the replica starts again under the same name, or its lease runs out, the row is free to take.

Replicas of two versions may share the queues, during an update and after one is taken back. A row
that a version can't read is not its to give up: it is left, for the length of a lease, to others.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar, cast

import structlog
from pydantic import BaseModel, ValidationError
from sqlalchemy import ColumnElement, Table, and_, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreUnavailable
from bot.messages import Delivery, Message
from bot.stores.database import Database
from bot.stores.tables import UtcDateTime, inbox, outbox

log = structlog.get_logger(__name__)

Stored = TypeVar("Stored", bound=BaseModel)

LEASE = timedelta(seconds=30)
_BATCH = 256
_LONGEST_ID = 200  # of what a platform calls a message
_GATHER_SECONDS = 0.003
_PUT_SECONDS = 2.5  # Slack wants an answer within three


def insert_new(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Build an insert for this database that leaves rows alone whose key is there already."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


async def store_deliveries(
    connection: AsyncConnection, deliveries: Sequence[Delivery], now: datetime
) -> None:
    """Put *deliveries* into the outbox, in the caller's transaction; known keys change nothing."""
    if deliveries:
        new = insert_new(connection, outbox).on_conflict_do_nothing()
        await connection.execute(new, [_row(delivery, now) for delivery in deliveries])


class _Leased:
    """What both queues share: owning rows for a while."""

    def __init__(self, database: Database, replica: str, now: Callable[[], datetime]) -> None:
        self._database = database
        self._replica = replica
        self._now = now

    def _lease(self) -> dict[str, object]:
        return {"owner": self._replica, "lease_until": self._now() + LEASE}

    async def _renew(self, table: Table, state: str) -> None:
        mine = and_(table.c.state == state, table.c.owner == self._replica)
        async with self._database.transaction() as connection:
            await connection.execute(
                update(table).where(mine).values(lease_until=self._now() + LEASE)
            )

    async def _release(self, table: Table, state: str, free: str) -> None:
        mine = and_(table.c.state == state, table.c.owner == self._replica)
        async with self._database.transaction() as connection:
            await connection.execute(update(table).where(mine).values(state=free, owner=None))

    async def _count(self, table: Table, states: Sequence[str]) -> int:
        query = select(func.count()).select_from(table).where(table.c.state.in_(states))
        async with self._database.transaction() as connection:
            return (await connection.execute(query)).scalar_one()


class SqlInbox(_Leased):
    """The durable inbox. Arrivals are written in groups: one commit serves all that wait for it."""

    def __init__(
        self,
        database: Database,
        replica: str,
        now: Callable[[], datetime],
        patience: float = _PUT_SECONDS,
    ) -> None:
        """Work in *database* under the name *replica*; *now* gives aware times.

        What is not stored within *patience* (seconds) is refused, to be sent again.
        """
        super().__init__(database, replica, now)
        self._patience = patience
        self._arrivals: list[tuple[Message, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def put(self, message: Message) -> None:
        """See `bot.ports.Inbox.put`."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrivals.append((message, stored))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_arrivals())
        try:
            await asyncio.wait_for(stored, self._patience)
        except TimeoutError:
            raise StoreUnavailable from None

    async def _write_arrivals(self) -> None:
        while self._arrivals:
            batch, self._arrivals = self._arrivals[:_BATCH], self._arrivals[_BATCH:]
            waiting = [(message, stored) for message, stored in batch if not stored.done()]
            try:
                await self._insert([message for message, _ in waiting])
            except Exception as error:  # noqa: BLE001 - whoever waits has to hear of any
                self._resolve(waiting, error)
            else:
                self._resolve(waiting, None)
            # Under load a commit costs more than the wait that lets it serve several times as many.
            await asyncio.sleep(_GATHER_SECONDS)

    @staticmethod
    def _resolve(
        batch: list[tuple[Message, asyncio.Future[None]]], error: Exception | None
    ) -> None:
        for _, stored in batch:
            if stored.done():
                continue
            if error:
                stored.set_exception(error)
            else:
                stored.set_result(None)

    async def _insert(self, messages: list[Message]) -> None:
        if not messages:
            return
        now = self._now()
        rows = [
            {
                "workspace": message.place.workspace,
                "event_id": message.id,
                "message": _written(message),
                "state": "waiting",
                "received_at": now,
                "in_turn": _in_turn(message),
            }
            for message in messages
        ]
        if self._database.is_sqlite:
            await self._database.run_alone(*_insertion(rows))
            return
        async with self._database.transaction() as connection:
            await connection.execute(insert_new(connection, inbox).on_conflict_do_nothing(), rows)

    async def recover(self) -> None:
        """Free what this replica was working on when it last stopped. Call once, at start."""
        await self._release(inbox, "working", "waiting")

    async def claim(self, limit: int) -> list[Message]:
        """See `bot.ports.Inbox.claim`."""
        while True:
            taken, messages = await self._take(limit)
            if messages or not taken:
                return messages

    async def _take(self, limit: int) -> tuple[int, list[Message]]:
        """Lease up to *limit* messages; return how many, and those that this version can read."""
        free = or_(
            inbox.c.state == "waiting",
            and_(inbox.c.state == "working", inbox.c.lease_until < self._now()),
        )
        oldest = (
            select(inbox.c.workspace, inbox.c.event_id)
            .where(free, _nothing_before())
            .order_by(inbox.c.received_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._database.transaction() as connection:
            keys = (await connection.execute(oldest)).all()
            if not keys:
                return 0, []
            chosen = or_(*(_is(key.workspace, key.event_id) for key in keys))
            take = update(inbox).where(chosen).values(state="working", **self._lease())
            rows = await connection.execute(
                take.returning(
                    inbox.c.workspace, inbox.c.event_id, inbox.c.message, inbox.c.received_at
                )
            )
            ordered = sorted(rows.all(), key=lambda row: row.received_at)
            read = [(row, _read(Message, row.event_id, row.message)) for row in ordered]
            broken = [_is(row.workspace, row.event_id) for row, message in read if message is None]
            if broken:
                # Without an owner nobody renews the lease.
                await connection.execute(update(inbox).where(or_(*broken)).values(owner=None))
        return len(keys), [message for _, message in read if message]

    async def finish(self, message: Message, deliveries: Sequence[Delivery]) -> bool:
        """See `bot.ports.Inbox.finish`."""
        mine = and_(
            _is(message.place.workspace, message.id),
            inbox.c.state == "working",
            inbox.c.owner == self._replica,
        )
        # The text is kept no longer than it is worked on; the key stays, to know repeats.
        done = update(inbox).where(mine).values(state="done", message="", owner=None, in_turn=None)
        async with self._database.transaction() as connection:
            if (await connection.execute(done)).rowcount != 1:
                return False
            await store_deliveries(connection, deliveries, self._now())
        return True

    async def renew(self) -> None:
        """See `bot.ports.Inbox.renew`."""
        await self._renew(inbox, "working")

    async def waiting(self) -> int:
        """See `bot.ports.Inbox.waiting`."""
        return await self._count(inbox, ("waiting", "working"))


def _insertion(rows: Sequence[Mapping[str, object]]) -> tuple[str, list[object]]:
    """Return a statement of SQLite that adds the *rows* that are new, and its values."""
    marks = f"({', '.join('?' * len(rows[0]))})"
    # The names are the table's own.
    statement = (
        f"INSERT INTO {inbox.name} ({', '.join(rows[0])})"  # noqa: S608
        f" VALUES {', '.join([marks] * len(rows))} ON CONFLICT DO NOTHING"
    )
    return statement, [_bound(value) for row in rows for value in row.values()]


def _bound(value: object) -> object:
    """Return *value* as SQLAlchemy keeps it in SQLite."""
    return _kept(value) if isinstance(value, datetime) else value


_SQLITE = sqlite.dialect()
_kept = cast(
    "Callable[[datetime], object]", UtcDateTime().dialect_impl(_SQLITE).bind_processor(_SQLITE)
)


def _written(item: BaseModel) -> str:
    # What is at its default is left out, so that a version without that field can read the row.
    # What is not, an older version must not act on without understanding it; see `_read`.
    return item.model_dump_json(exclude_defaults=True)


def _read(kind: type[Stored], key: str, text: str) -> Stored | None:
    """Return what `_written` wrote; None if this version does not understand it."""
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        log.error("row_unreadable", kind=kind.__name__, key=key, problems=error.error_count())  # noqa: TRY400 - it quotes what people wrote
        return None


def _is(workspace: str, event_id: str) -> ColumnElement[bool]:
    return and_(inbox.c.workspace == workspace, inbox.c.event_id == event_id)


def _in_turn(message: Message) -> str | None:
    """Return whose acts have to be worked on one after the other: an edit comes after its answer.

    Questions and drafts may overtake each other.
    """
    return message.person.id if message.submission or message.press else None


def _nothing_before() -> ColumnElement[bool]:
    """Match messages that come after none of the same person that is not done."""
    earlier = inbox.alias()
    came_before = or_(
        earlier.c.received_at < inbox.c.received_at,
        and_(earlier.c.received_at == inbox.c.received_at, earlier.c.event_id < inbox.c.event_id),
    )
    waits = exists().where(
        earlier.c.state.in_(("waiting", "working")),
        earlier.c.workspace == inbox.c.workspace,
        earlier.c.in_turn == inbox.c.in_turn,
        came_before,
    )
    return or_(inbox.c.in_turn.is_(None), ~waits)


def _row(delivery: Delivery, now: datetime) -> dict[str, object]:
    return {
        "key": delivery.key,
        "workspace": delivery.place.workspace,
        "delivery": _written(delivery),
        "state": "waiting",
        "not_before": now,
        "created_at": now,
        "replaces": delivery.replaces or None,
        "bulk": delivery.bulk,
    }


def _its_turn() -> ColumnElement[bool]:
    """Match deliveries that replace nothing, or something that is no longer on its way."""
    earlier = outbox.alias()
    on_its_way = earlier.c.state.in_(("waiting", "sending"))
    return ~exists().where(earlier.c.key == outbox.c.replaces, on_its_way)


async def _addressed(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Fill in the platform's id of the message that each of *deliveries* replaces."""
    replaced = {delivery.replaces for delivery in deliveries if delivery.replaces}
    if not replaced:
        return list(deliveries)
    query = select(outbox.c.key, outbox.c.platform_id).where(
        outbox.c.key.in_(replaced), outbox.c.state == "sent"
    )
    sent = {row.key: row.platform_id for row in await connection.execute(query)}
    return [
        delivery.model_copy(update={"replaced_id": sent.get(delivery.replaces) or ""})
        for delivery in deliveries
    ]


class SqlOutbox(_Leased):
    """The durable outbox."""

    async def claim(self, limit: int) -> list[Delivery]:
        """See `bot.ports.Outbox.claim`."""
        while True:
            now = self._now()
            due = and_(outbox.c.state == "waiting", outbox.c.not_before <= now, _its_turn())
            taken, deliveries = await self._take(
                due, limit, unread={"state": "waiting", "not_before": now + LEASE}
            )
            if deliveries or not taken:
                return deliveries

    async def orphans(self) -> list[Delivery]:
        """See `bot.ports.Outbox.orphans`."""
        orphaned = and_(outbox.c.state == "sending", outbox.c.lease_until < self._now())
        _, deliveries = await self._take(orphaned, _BATCH, unread={})
        return deliveries

    async def recover(self) -> None:
        """Make this replica's own unfinished sends orphans. Call once, at start."""
        mine = and_(outbox.c.state == "sending", outbox.c.owner == self._replica)
        expired = self._now() - timedelta(seconds=1)
        async with self._database.transaction() as connection:
            await connection.execute(update(outbox).where(mine).values(lease_until=expired))

    async def _take(
        self, which: ColumnElement[bool], limit: int, unread: Mapping[str, object]
    ) -> tuple[int, list[Delivery]]:
        """Lease up to *limit* deliveries; return how many, and those that this version can read.

        The others get the values *unread*, and lose their owner: nobody renews their lease.
        """
        oldest = (
            select(outbox.c.key)
            .where(which)
            .order_by(outbox.c.bulk.is_(True), outbox.c.not_before)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._database.transaction() as connection:
            keys = (await connection.execute(oldest)).scalars().all()
            if not keys:
                return 0, []
            chosen = outbox.c.key.in_(keys)
            take = update(outbox).where(chosen).values(state="sending", **self._lease())
            rows = await connection.execute(take.returning(outbox.c.key, outbox.c.delivery))
            read = {row.key: _read(Delivery, row.key, row.delivery) for row in rows}
            broken = [key for key, delivery in read.items() if delivery is None]
            if broken:
                left = update(outbox).where(outbox.c.key.in_(broken))
                await connection.execute(left.values(owner=None, **unread))
            readable = [delivery for delivery in read.values() if delivery]
            return len(keys), await _addressed(connection, readable)

    async def renew(self) -> None:
        """See `bot.ports.Outbox.renew`."""
        await self._renew(outbox, "sending")

    async def sent(self, key: str, platform_id: str) -> None:
        """See `bot.ports.Outbox.sent`."""
        await self._settle(key, state="sent", platform_id=platform_id[:_LONGEST_ID], delivery="")

    async def retry(self, key: str, seconds: float) -> None:
        """See `bot.ports.Outbox.retry`."""
        await self._settle(
            key, state="waiting", not_before=self._now() + timedelta(seconds=seconds)
        )

    async def failed(self, key: str, reason: str, notice: Delivery | None = None) -> None:
        """See `bot.ports.Outbox.failed`."""
        # Nobody reads the text of what was given up, so it is not kept either.
        given_up = {"state": "failed", "problem": reason, "delivery": "", "owner": None}
        async with self._database.transaction() as connection:
            change = update(outbox).where(outbox.c.key == key).values(given_up)
            # What was erased meanwhile is not spoken of.
            if (await connection.execute(change)).rowcount and notice:
                await store_deliveries(connection, [notice], self._now())

    async def _settle(self, key: str, **values: object) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(
                update(outbox).where(outbox.c.key == key).values(owner=None, **values)
            )

    async def waiting(self) -> int:
        """See `bot.ports.Outbox.waiting`."""
        return await self._count(outbox, ("waiting", "sending"))
