"""The SQLite file of the cache: opening, creating anew, and the guard around every use of it.

No fault of the file stops a build. Whatever SQLite raises, or a row that does not match its
checksum, closes the database with one warning, and a damaged file is replaced by an empty one.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from feedpub.core.errors import printable
from feedpub.state.checksums import ChecksumError

VERSION = 6

_SCHEMA = (
    "CREATE TABLE files (number INTEGER PRIMARY KEY, path TEXT UNIQUE, stamp BLOB NOT NULL, record BLOB NOT NULL)",
    "CREATE TABLE groups (folder TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE links (path TEXT PRIMARY KEY, stamp BLOB NOT NULL, value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE lookups (bucket INTEGER PRIMARY KEY, value BLOB NOT NULL)",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
)

T = TypeVar("T")

# A message of SQLite can hold bytes of a damaged file, and a damaged length can ask for any memory.
_FAULTS = (
    sqlite3.Error,
    sqlite3.Warning,
    msgspec.MsgspecError,
    ChecksumError,
    UnicodeDecodeError,
    OverflowError,
    MemoryError,
    OSError,
)

# The database may be whole, but this process cannot use it now.
_UNUSABLE_NOW = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    )
)


class CacheFile:
    """The open database. ``warning`` says why it cannot be used, or was created anew."""

    def __init__(self, folder: Path, name: str = "build.db", *, read_only: bool = False) -> None:
        self.file = folder / name
        self.warning: str | None = None
        self._read_only = read_only
        self._db: sqlite3.Connection | None = None
        self._guard(self._open)

    @property
    def is_open(self) -> bool:
        """True if the database is open, and so every result so far is complete.

        After a failure, a method returns an empty result, as if nothing were stored.
        """
        return self._db is not None

    def attempt(self, action: Callable[[], T]) -> T | None:
        """Return the result of ``action``; None if the database fails, which is then closed."""
        return self._guard(action) if self.is_open else None

    def read(self, action: Callable[[], T]) -> T:
        """Return the result of ``action``; raise :class:`LookupError` if the database fails."""
        result = self.attempt(action)
        if not self.is_open:
            raise LookupError(str(self.file))
        return cast(T, result)

    def rows(self, sql: str, *values: str | int) -> list[Any]:
        """Return the rows that ``sql`` selects; none if the database cannot be used."""
        db = self._db
        return (self.attempt(lambda: db.execute(sql, values).fetchall()) or []) if db is not None else []

    def iterate(self, sql: str) -> Iterable[Any]:
        """Return an iterator of the rows that ``sql`` selects, for use in :meth:`attempt`.

        It holds one row in memory at a time. Raise :class:`sqlite3.Error` if the database fails.
        """
        return self._db.execute(sql) if self._db is not None else ()

    def write(self, action: Callable[[sqlite3.Connection], None]) -> None:
        """Call ``action`` in one transaction, if the database is open for writing."""
        db = self._db
        if db is None or self._read_only:
            return

        def transaction() -> None:
            with db:
                action(db)

        self.attempt(transaction)

    def close(self) -> None:
        """Close the database."""
        if self._db is not None:
            with contextlib.suppress(sqlite3.Error):
                self._db.close()
            self._db = None

    def _guard(self, action: Callable[[], T]) -> T | None:
        try:
            return action()
        except _FAULTS as error:
            if self.warning and not self.is_open:
                # An attempt within this one failed and closed the database.
                return None
            self.close()
            if self._read_only or not is_damage(error):
                self._give_up(error)
                return None
            try:
                self._create()
            except (sqlite3.Error, OSError) as again:
                self.close()
                self._give_up(again)
            else:
                # The next build fills it: this build may lack a part of what it would have to save.
                self.close()
                self.warning = self._damaged
            return None

    def _open(self) -> None:
        exists = self.file.exists()
        self._db = self._connect() if exists else None
        if self._db is not None or self._read_only:
            return
        if exists:
            self.warning = self._damaged
        self._create()

    def _create(self) -> None:
        """Create a new database in the place of the old one and its journal."""
        for name in (self.file, f"{self.file}-journal"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
        self._db = sqlite3.connect(self.file, timeout=1)
        self._db.executescript(f"BEGIN; {'; '.join(_SCHEMA)}; PRAGMA user_version = {VERSION}; COMMIT;")

    def _connect(self) -> sqlite3.Connection | None:
        """Return a connection to the database; None if it is damaged or of another version."""
        if not _has_rollback_journal(self.file):
            return None
        mode = "ro" if self._read_only else "rw"
        db = sqlite3.connect(f"{self.file.absolute().as_uri()}?mode={mode}", uri=True, timeout=1)
        try:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            schema = db.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").fetchall()
        except sqlite3.OperationalError:
            # The database is locked or unreadable, but may be whole.
            db.close()
            raise
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            version, schema = None, []
        if version != VERSION or tuple(sql for (sql,) in schema) != _SCHEMA:
            db.close()
            return None
        return db

    @property
    def _damaged(self) -> str:
        return f"{self.file}: is damaged or from another version; started afresh"

    def _give_up(self, error: Exception) -> None:
        self.warning = f"{self.file}: cannot be used ({printable(str(error))}); everything is read again"


def _has_rollback_journal(file: Path) -> bool:
    """Return whether the header names no other journal, with which SQLite refuses to write.

    The format has both bytes at 18 (https://www.sqlite.org/fileformat2.html).
    """
    if not file.is_file():
        return True
    with file.open("rb") as stream:
        return stream.read(20)[18:] == b"\1\1"


def is_damage(error: BaseException) -> bool:
    """Return whether ``error`` means that a database is damaged, and not only unusable now."""
    return not isinstance(error, OSError) and getattr(error, "sqlite_errorcode", 0) & 0xFF not in _UNUSABLE_NOW
