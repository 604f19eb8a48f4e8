"""Opening the database: engine, SQLite's pragmas, migrations, and one error for every outage."""

import sqlite3
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, cast

import aiosqlite
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, text
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import PoolResetState

from bot.errors import StoreUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """A connection pool whose failures read as StoreUnavailable."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use *engine*; `open_database` makes one."""
        self.engine = engine

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    async def run_alone(self, statement: str, values: Sequence[object]) -> None:
        """Run one *statement* of SQLite that is a transaction of its own.

        It takes one turn of SQLite's thread, where `transaction` takes five.
        """
        with _outages():
            async with self.engine.connect() as connection:
                pooled = await connection.get_raw_connection()
                driver = cast("aiosqlite.Connection", pooled.driver_connection)
                await driver.execute(statement, values)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncConnection]:
        """Run the block in one transaction: all of it is stored, or nothing."""
        with _outages():
            async with self.engine.begin() as connection:
                yield connection

    async def ping(self) -> None:
        """Raise StoreUnavailable unless the database answers."""
        async with self.transaction() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()


@contextmanager
def _outages() -> Generator[None]:
    """Let every failure of the database read as StoreUnavailable."""
    try:
        yield
    except (DBAPIError, SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise StoreUnavailable from error


async def open_database(url: str) -> Database:
    """Connect to *url* (SQLite or PostgreSQL) and bring its tables up to date."""
    try:
        database = Database(_engine(url))
    except OSError as error:
        raise StoreUnavailable from error
    try:
        async with database.transaction() as connection:
            await connection.run_sync(_migrate)
    except BaseException:
        await database.close()
        raise
    return database


def _engine(url: str) -> AsyncEngine:
    # hide_parameters: what people write must not stand in an error that is logged.
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_async_engine(
            url,
            pool_size=8,
            max_overflow=0,
            pool_pre_ping=True,
            pool_timeout=2.5,
            hide_parameters=True,
        )
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # SQLite has one writer: one connection queues fairly where several would meet SQLITE_BUSY.
    engine = create_async_engine(
        url, pool_size=1, max_overflow=0, pool_reset_on_return=None, hide_parameters=True
    )
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    event.listen(engine.sync_engine, "reset", _roll_back)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    # SQLite works in a thread of its own. Each call to it waits for a turn of the event loop, so
    # that under load their number decides how soon an event is acknowledged: a cursor takes three.
    adapted = cast("AsyncAdapt_aiosqlite_connection", connection.connection.dbapi_connection)
    adapted.run_async(lambda driver: driver.execute("BEGIN IMMEDIATE"))


def _roll_back(
    connection: AsyncAdapt_aiosqlite_connection, _record: object, state: PoolResetState
) -> None:
    """Leave no transaction open on a connection that goes back; most have none."""
    if not state.terminate_only and connection.driver_connection.in_transaction:
        connection.rollback()


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Replicas that start together migrate one after the other.
        connection.execute(text("SELECT pg_advisory_xact_lock(20190307)"))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
