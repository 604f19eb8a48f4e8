"""Records that are edited by adding versions, in SQL: the highest one is in force."""

import json
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

import structlog
from pydantic import ValidationError
from sqlalchemy import ColumnElement, Table, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import faults
from bot.log_records import Hypothesis, Objective
from bot.standup_records import Standup
from bot.stores.queues import insert_new

_LARGE = 50_000  # characters: a standup of 5,000 members takes 50 ms to read, each time
_REMEMBERED = 20

log = structlog.get_logger(__name__)

Kept = TypeVar("Kept", Objective, Hypothesis, Standup)


class Versions(Generic[Kept]):
    """The versions of one kind of record, in the table of that kind."""

    def __init__(
        self, table: Table, kind: type[Kept], columns: Callable[[Kept], Mapping[str, object]]
    ) -> None:
        """Keep *kind* in *table*, whose own *columns* say what is looked for."""
        self._table = table
        self._kind = kind
        self._columns = columns
        self._large: dict[str, Kept] = {}

    async def add(self, connection: AsyncConnection, record: Kept) -> Kept | None:
        """Store *record* as the version after its own number; None if there is one already."""
        saved = record.model_copy(update={"version": record.version + 1})
        all_of_it = self._named(record.workspace, record.id)
        # The lock comes before the insert here as in `rewrite`, or the two could wait for each
        # other.
        latest = select(self._table.c.version).where(all_of_it)
        newest = latest.order_by(self._table.c.version.desc()).limit(1).with_for_update()
        if ((await connection.execute(newest)).scalar_one_or_none() or 0) >= saved.version:
            return None
        new = insert_new(connection, self._table).values(self._row(saved))
        stored = new.on_conflict_do_nothing().returning(self._table.c.version)
        if (await connection.execute(stored)).scalar_one_or_none() is None:
            return None
        earlier = and_(all_of_it, self._table.c.in_force, self._table.c.version < saved.version)
        await connection.execute(update(self._table).where(earlier).values(in_force=False))
        return saved

    async def find(self, connection: AsyncConnection, workspace: str, name: str) -> Kept | None:
        """Return the version in force of the record with the id *name*."""
        # By its number: SQLite would read all that is in force to find one among them.
        versions = select(self._table.c.record).where(self._named(workspace, name))
        query = versions.order_by(self._table.c.version.desc()).limit(1)
        text = (await connection.execute(query)).scalar_one_or_none()
        return None if text is None else self._read(text)

    async def in_force(
        self, connection: AsyncConnection, *which: ColumnElement[bool]
    ) -> list[Kept]:
        """Return the versions in force among *which*, the oldest record first."""
        query = select(self._table.c.record).where(self._table.c.in_force, *which)
        found = [self._read(text) for text in (await connection.execute(query)).scalars()]
        return sorted(found, key=lambda record: (record.created_at, record.id))

    async def readable(
        self, connection: AsyncConnection, *which: ColumnElement[bool]
    ) -> list[Kept]:
        """Return as `in_force`, without those that a newer replica wrote and this one can't read.

        For work that must go on for all the others.
        """
        query = select(self._table.c.record).where(self._table.c.in_force, *which)
        found: list[Kept] = []
        for text in (await connection.execute(query)).scalars():
            try:
                found.append(self._read(text))
            except ValidationError as error:
                log.error("record_unreadable", table=self._table.name, fault=faults.told(error))  # noqa: TRY400 - its words quote the record
        return sorted(found, key=lambda record: (record.created_at, record.id))

    async def all(self, connection: AsyncConnection, workspace: str, name: str) -> list[Kept]:
        """Return every version of the record with the id *name*, newest first."""
        versions = select(self._table.c.record).where(self._named(workspace, name))
        query = versions.order_by(self._table.c.version.desc())
        return [self._read(text) for text in (await connection.execute(query)).scalars()]

    async def all_of(self, connection: AsyncConnection, workspace: str) -> list[Kept]:
        """Return every version of every record of *workspace*, the oldest version first."""
        versions = select(self._table.c.record).where(self._table.c.workspace == workspace)
        query = versions.order_by(self._table.c.version, self._table.c.id)
        return [self._read(text) for text in (await connection.execute(query)).scalars()]

    async def rewrite(
        self,
        connection: AsyncConnection,
        workspace: str,
        person: str,
        change: Callable[[Kept], Kept],
    ) -> list[Kept]:
        """Make *change* to every version that names *person*, in place.

        Returns the versions that it changed. Repeat until there are none: who was saving one at
        that moment may have added it meanwhile.
        """
        here = self._table.c.workspace == workspace
        named = self._table.c.record.contains(as_written(person), autoescape=True)
        theirs = select(self._table.c.record).where(here, named)
        query = theirs.order_by(self._table.c.id, self._table.c.version).with_for_update()
        found = [self._read(text) for text in (await connection.execute(query)).scalars()]
        changed = [new for old in found if (new := change(old)) != old]
        for record in changed:
            one = and_(self._named(workspace, record.id), self._table.c.version == record.version)
            text = record.model_dump_json(exclude_defaults=True)
            await connection.execute(update(self._table).where(one).values(record=text))
        return changed

    def _named(self, workspace: str, name: str) -> ColumnElement[bool]:
        return and_(self._table.c.workspace == workspace, self._table.c.id == name)

    def _row(self, record: Kept) -> dict[str, object]:
        return {
            "workspace": record.workspace,
            "id": record.id,
            "version": record.version,
            "in_force": True,
            "record": record.model_dump_json(exclude_defaults=True),
            **self._columns(record),
        }

    def _read(self, text: str) -> Kept:
        if len(text) < _LARGE:
            return self._kind.model_validate_json(text)
        if text not in self._large:
            if len(self._large) >= _REMEMBERED:
                self._large.pop(next(iter(self._large)))
            self._large[text] = self._kind.model_validate_json(text)
        return self._large[text]


def as_written(identifier: str) -> str:
    """Return *identifier* as it stands between quotes in JSON."""
    return json.dumps(identifier, ensure_ascii=False)[1:-1]
