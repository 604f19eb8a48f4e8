"""Where people, channels and groups are reached, in SQL."""

from sqlalchemy import ColumnElement, RowMapping, and_, case, delete, select

from bot.ports import Address
from bot.stores.database import Database
from bot.stores.queues import insert_new
from bot.stores.tables import addresses

_KEY = ("workspace", "id")
_FILLED_IN = ("service_url", "conversation", "member", "bot", "team", "name", "zone")


class SqlAddresses:
    """See `bot.ports.Addresses`."""

    def __init__(self, database: Database) -> None:
        """Keep addresses in *database*."""
        self._database = database

    async def learn(self, address: Address) -> None:
        """See `bot.ports.Addresses.learn`; one statement, so that two replicas lose nothing."""
        async with self._database.transaction() as connection:
            new = insert_new(connection, addresses).values(address.model_dump())
            told = {
                name: case((new.excluded[name] != "", new.excluded[name]), else_=addresses.c[name])
                for name in _FILLED_IN
            }
            always = {name: new.excluded[name] for name in ("kind", "installed")}
            await connection.execute(
                new.on_conflict_do_update(index_elements=_KEY, set_={**told, **always})
            )

    async def find(self, workspace: str, id_: str) -> Address | None:
        """See `bot.ports.Addresses.find`."""
        named = and_(addresses.c.workspace == workspace, addresses.c.id == id_)
        async with self._database.transaction() as connection:
            row = (await connection.execute(select(addresses).where(named))).mappings().first()
        return _address(row) if row else None

    async def people(self, workspace: str) -> list[Address]:
        """See `bot.ports.Addresses.people`."""
        return await self._named(workspace, addresses.c.kind == "person")

    async def rooms(self, workspace: str) -> list[Address]:
        """See `bot.ports.Addresses.rooms`."""
        return await self._named(workspace, addresses.c.kind != "person")

    async def any(self, workspace: str) -> Address | None:
        """See `bot.ports.Addresses.any`."""
        here = and_(addresses.c.workspace == workspace, addresses.c.service_url != "")
        query = select(addresses).where(here).order_by(addresses.c.installed.desc()).limit(1)
        async with self._database.transaction() as connection:
            row = (await connection.execute(query)).mappings().first()
        return _address(row) if row else None

    async def _named(self, workspace: str, which: ColumnElement[bool]) -> list[Address]:
        query = select(addresses).where(addresses.c.workspace == workspace, which)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return sorted(map(_address, rows), key=lambda each: (each.name.casefold(), each.id))

    async def forget_person(self, workspace: str, person: str) -> int:
        """See `bot.ports.Addresses.forget_person`."""
        theirs = and_(
            addresses.c.workspace == workspace,
            addresses.c.id == person,
            addresses.c.kind == "person",
        )
        async with self._database.transaction() as connection:
            return (await connection.execute(delete(addresses).where(theirs))).rowcount


def _address(row: RowMapping) -> Address:
    return Address.model_validate(dict(row))
