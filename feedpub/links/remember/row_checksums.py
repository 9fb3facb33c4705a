"""The checksums of the rows of links.db, as a function in SQL, and the recovery of valid rows.

A row that does not match its checksum counts as missing, so that its link is fetched again.
"""

from __future__ import annotations

import contextlib
import sqlite3
from zlib import crc32

from feedpub.links.remember.answers import COLUMNS
from feedpub.links.remember.copies import COPY_COLUMNS

_COLUMNS = {
    "answers": COLUMNS,
    "media": "url, media_type, length",
    "changes": "revision, url",
    "copies": COPY_COLUMNS,
}
"""The columns that a checksum covers, by table."""


def add_functions(db: sqlite3.Connection) -> None:
    """Define ``row_checksum`` for ``db``, which :func:`valid` and :func:`replace` use."""
    db.create_function("row_checksum", -1, _row_checksum, deterministic=True)


def valid(table: str) -> str:
    """Return ``table`` for a FROM clause, with its valid rows alone."""
    return f"(SELECT {_COLUMNS[table]} FROM {table} WHERE checksum = {_checksum_of(table)})"  # noqa: S608  # constants


def replace(db: sqlite3.Connection, table: str, row: tuple[object, ...]) -> None:
    """Write a row of ``table``, with its checksum."""
    values = ", ".join("?" * len(row))
    db.execute(f"REPLACE INTO {table} ({_COLUMNS[table]}) VALUES ({values})", row)  # noqa: S608
    renew(db, table, row[0])


def renew(db: sqlite3.Connection, table: str, key: object) -> None:
    """Write the checksum of the row of ``table`` with ``key``, which has changed."""
    name = _COLUMNS[table].partition(",")[0]
    db.execute(f"UPDATE {table} SET checksum = {_checksum_of(table)} WHERE {name} = ?", (key,))  # noqa: S608


def _checksum_of(table: str) -> str:
    """Return the expression of the checksum of a row."""
    # A text that is no UTF-8 cannot be an argument of a function, and a blob can.
    arguments = (f"CAST({name} AS BLOB)" for name in _COLUMNS[table].split(", "))
    return f"row_checksum({', '.join(arguments)})"


def recover(damaged: sqlite3.Connection, db: sqlite3.Connection) -> int:
    """Copy the valid rows of a ``damaged`` database into ``db``; return the number of answers.

    SQLite stops at a damaged page, so rows are read from both ends.
    """
    for table in ("answers", "media", "copies"):
        for order in ("ASC", "DESC"):
            with contextlib.suppress(sqlite3.Error, UnicodeDecodeError, MemoryError):
                for row in damaged.execute(f"SELECT * FROM {valid(table)} ORDER BY url {order}"):  # noqa: S608
                    replace(db, table, row)
    return int(db.execute("SELECT count(*) FROM answers").fetchone()[0])


def _row_checksum(*values: bytes | None) -> int:
    """Return the checksum of the values of a row, each as SQLite makes a blob of it."""
    return crc32(repr(values).encode())
