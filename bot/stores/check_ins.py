"""Check-ins in SQL: their rows, and the steps of the transactions that change them."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, RowMapping, Table, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Person
from bot.standup_records import CheckIn, CheckInState, Occurrence, Standup
from bot.stores.log_tables import check_in_versions, check_ins, occurrences, plans
from bot.stores.queues import insert_new
from bot.stores.tables import outbox


def of(table: Table, workspace: str, standup_id: str) -> ColumnElement[bool]:
    """Match the rows of *table* that belong to a standup."""
    return and_(table.c.workspace == workspace, table.c.standup == standup_id)


def at(table: Table, workspace: str, standup_id: str, on: date) -> ColumnElement[bool]:
    """Match the rows of *table* that belong to an occurrence."""
    return and_(of(table, workspace, standup_id), table.c.on == on)


def its_row(check_in: CheckIn) -> ColumnElement[bool]:
    """Match the stored row of *check_in*."""
    its_day = at(check_ins, check_in.workspace, check_in.standup, check_in.on)
    return and_(its_day, check_ins.c.person == check_in.person.id)


# -- rows


def _row(check_in: CheckIn) -> dict[str, object]:
    return {
        **check_in.model_dump(exclude={"person", "answers"}),
        "person": check_in.person.id,
        "name": check_in.person.name,
        "answers": json.dumps(check_in.answers, ensure_ascii=False),
    }


def check_in_of(row: RowMapping) -> CheckIn:
    """Return the check-in, or version of one, in *row*."""
    known = {name: row[name] for name in CheckIn.model_fields}
    told = {
        "person": Person(id=row["person"], name=row["name"]),
        "answers": json.loads(row["answers"]),
    }
    return CheckIn.model_validate({**known, **told})


# -- steps of a transaction


async def open_days(connection: AsyncConnection, planned: Sequence[CheckIn]) -> None:
    """Store the occurrences of *planned* that there are not yet, and lock all of them.

    All do so in the same order; what else is done about an occurrence is done under this lock.
    """
    days = _days(planned)
    rows = [
        Occurrence(workspace=w, standup=s, on=on, closes_at=last).model_dump()
        for (w, s, on), last in days.items()
    ]
    if rows:
        await connection.execute(insert_new(connection, occurrences).on_conflict_do_nothing(), rows)
    for day in days:
        lock = select(occurrences.c.on).where(at(occurrences, *day)).with_for_update()
        await connection.execute(lock)


async def put_off_closing(connection: AsyncConnection, new: Sequence[CheckIn]) -> None:
    """Let each occurrence close no sooner than the last of its *new* check-ins."""
    for day, last in _days(new).items():
        sooner = and_(at(occurrences, *day), occurrences.c.closes_at < last)
        await connection.execute(update(occurrences).where(sooner).values(closes_at=last))


def _days(check_ins: Sequence[CheckIn]) -> dict[tuple[str, str, date], datetime]:
    """Return when the last of *check_ins* closes, by occurrence, in the order of locking."""
    closes: dict[tuple[str, str, date], datetime] = {}
    for each in check_ins:
        day = (each.workspace, each.standup, each.on)
        closes[day] = max(each.closes_at, closes.get(day, each.closes_at))
    return dict(sorted(closes.items()))


async def insert_new_ones(connection: AsyncConnection, planned: Sequence[CheckIn]) -> list[CheckIn]:
    """Store those of *planned* that are new, and return them."""
    by_key = {(each.standup, each.on, each.person.id): each for each in planned}
    if not by_key:
        return []
    new = insert_new(connection, check_ins).on_conflict_do_nothing()
    stored = new.returning(check_ins.c.standup, check_ins.c.on, check_ins.c.person)
    rows = [_row(each) for each in by_key.values()]
    keys = {tuple(row) for row in await connection.execute(stored, rows)}
    return [each for key, each in by_key.items() if key in keys]


async def mark_planned(connection: AsyncConnection, standup: Standup, until: datetime) -> None:
    """Keep up to when *standup* was planned, unless that was later already."""
    new = insert_new(connection, plans).values(
        workspace=standup.workspace, standup=standup.id, until=until
    )
    key = ["workspace", "standup"]
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=key, set_={"until": until}, where=plans.c.until < until
        )
    )


async def mark_reminded(connection: AsyncConnection, check_in: CheckIn) -> bool:
    """Note that *check_in* was reminded; False unless it still waits and was not."""
    waits = and_(
        its_row(check_in),
        check_ins.c.state == CheckInState.ASKED,
        check_ins.c.reminded.is_(False),
    )
    marked = update(check_ins).where(waits).values(reminded=True)
    return (await connection.execute(marked)).rowcount == 1


async def is_settled(connection: AsyncConnection, workspace: str, event: str) -> bool:
    """Tell whether what a person did with *event* is stored."""
    query = select(check_in_versions.c.revision).where(
        check_in_versions.c.workspace == workspace, check_in_versions.c.event == _digest(event)
    )
    return (await connection.execute(query)).first() is not None


async def counted_on(connection: AsyncConnection, said: CheckIn) -> CheckIn:
    """Return the stored check-in, if there is one, with what was *said* and the next revision."""
    found = await connection.execute(select(check_ins).where(its_row(said)))
    row = found.mappings().one_or_none()
    stored = check_in_of(row) if row else said.model_copy(update={"revision": 0})
    answer = said.model_dump(include={"state", "answers", "answered_at"})
    return stored.model_copy(update={**answer, "revision": stored.revision + 1})


async def keep_version(connection: AsyncConnection, check_in: CheckIn, event: str) -> bool:
    """Keep *check_in* as one of its versions; False if another replica worked on *event*."""
    row = {**_row(check_in), "event": _digest(event)}
    new = insert_new(connection, check_in_versions).values(row).on_conflict_do_nothing()
    stored = await connection.execute(new.returning(check_in_versions.c.revision))
    return stored.first() is not None


async def store(connection: AsyncConnection, check_in: CheckIn) -> None:
    """Store *check_in*, or what was said in it if it is there."""
    row = _row(check_in)
    said = {name: row[name] for name in ("state", "answers", "answered_at", "revision")}
    new = insert_new(connection, check_ins).values(row)
    key = ["workspace", "standup", "on", "person"]
    await connection.execute(new.on_conflict_do_update(index_elements=key, set_=said))


async def note_settled(connection: AsyncConnection, check_in: CheckIn) -> None:
    """Count what a person did for the occurrence, whose digest is outdated by it if it is out."""
    its = at(occurrences, check_in.workspace, check_in.standup, check_in.on)
    noted = {"settled": occurrences.c.settled + 1, "outdated": occurrences.c.closed}
    await connection.execute(update(occurrences).where(its).values(noted))
    await put_off_closing(connection, [check_in])


def _digest(event: str) -> str:
    return sha256(event.encode()).hexdigest()


# -- forgetting a person


async def forget(connection: AsyncConnection, workspace: str, person: str, pseudonym: str) -> int:
    """Leave of the person's check-ins what can be counted; return how many there are."""
    theirs = and_(check_ins.c.workspace == workspace, check_ins.c.person == person)
    rows = (await connection.execute(select(check_ins).where(theirs))).mappings().all()
    await _drop_deliveries(connection, workspace, person, [check_in_of(row).key for row in rows])
    nameless = {"person": pseudonym, "name": "", "answers": "{}"}
    before = and_(check_in_versions.c.workspace == workspace, check_in_versions.c.person == person)
    found = await connection.execute(update(check_ins).where(theirs).values(nameless))
    await connection.execute(
        update(check_in_versions).where(before).values({**nameless, "event": None})
    )
    return found.rowcount


async def _drop_deliveries(
    connection: AsyncConnection, workspace: str, person: str, keys: Sequence[str]
) -> None:
    """Delete what was or will be sent for the check-ins with *keys*, which name *person*."""
    here = and_(outbox.c.workspace == workspace, outbox.c.key.contains(person, autoescape=True))
    sent = (await connection.execute(select(outbox.c.key).where(here))).scalars().all()
    # A key ends with that of the check-in, or goes on after a colon.
    theirs = [name for name in sent if any(f":{key}:" in f"{name}:" for key in keys)]
    for name in theirs:
        await connection.execute(delete(outbox).where(outbox.c.key == name))
