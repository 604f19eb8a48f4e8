"""The limit for what is stored and read: the same rows, and nothing of Coach but its tables."""

import sqlite3
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path

Rows = Sequence[Sequence[object]]


@contextmanager
def connected(file: Path) -> Generator[sqlite3.Connection]:
    """Open *file* as safely as Coach does, transactions begun by hand."""
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        yield connection
    finally:
        connection.close()


def rows_of(file: Path, query: str, values: Iterable[object] = ()) -> Rows:
    """Return what *query* finds in *file*."""
    with connected(file) as connection:
        return connection.execute(query, tuple(values)).fetchall()


def put(connection: sqlite3.Connection, table: str, rows: Rows) -> None:
    """Add *rows* to *table*, in the place of those that have the same keys."""
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        # The name is one of Coach's own tables.
        connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)  # noqa: S608


def written(connection: sqlite3.Connection, tables: dict[str, Rows]) -> float:
    """Write rows into *tables* in one transaction; return how many seconds that took."""
    started = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for table, rows in tables.items():
        put(connection, table, rows)
    connection.execute("COMMIT")
    return time.perf_counter() - started


def read(file: Path, table: str) -> float:
    """Read all of *table*; return how many seconds that took."""
    started = time.perf_counter()
    with connected(file) as connection:
        connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - as above
    return time.perf_counter() - started
