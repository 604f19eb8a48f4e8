"""Transactions: all of one is stored, or nothing, whatever stops it."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.errors import StoreUnavailable
from bot.stores.database import Database, open_database
from bot.stores.tables import usage


async def stored(database: Database) -> list[str]:
    async with database.transaction() as connection:
        return list((await connection.execute(select(usage.c.workspace))).scalars())


async def store(database: Database, workspace: str, then: asyncio.Event | None = None) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            insert(usage).values(workspace=workspace, day="2026-11-23", tokens=1)
        )
        if then:
            await then.wait()


async def test_what_is_cancelled_halfway_leaves_nothing_behind(database: Database) -> None:
    for n in range(20):
        task = asyncio.create_task(store(database, f"half {n}", asyncio.Event()))
        await asyncio.sleep(n / 1000)
        task.cancel()
        await asyncio.wait({task})
    await store(database, "whole")
    assert await stored(database) == ["whole"]


async def test_a_database_that_another_process_holds_is_unavailable(tmp_path: Path) -> None:
    file = tmp_path / "coach.sqlite3"
    database = await open_database(f"sqlite+aiosqlite:///{file}")
    async with database.engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA busy_timeout=10")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable):
        await store(database, "refused")
    other.execute("COMMIT")
    other.close()
    await store(database, "taken")
    assert await stored(database) == ["taken"]
    await database.close()
