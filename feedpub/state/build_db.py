"""The cache build.db, with which a build reads only the files that changed since the last.

If build.db is deleted, truncated, locked, read-only or from another version, the next build is
slower and gives the same output. No fault of build.db stops a build; it costs one warning. A build
writes one transaction, after the last rename, with SQLite's rollback journal.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from feedpub.content import Stamp
from feedpub.content.batches import ArticleRecord
from feedpub.content.bodies import name_of
from feedpub.state.records import BuildRecord, FileRecord, Interner, LastBuild, OutputFile, ProblemRow

_VERSION = 5

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, id TEXT, name TEXT NOT NULL, stamp BLOB NOT NULL,
    record BLOB NOT NULL
);
CREATE INDEX ids ON files (id);
CREATE INDEX names ON files (name);
CREATE TABLE groups (folder TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE links (path TEXT PRIMARY KEY, stamp BLOB NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE outputs (output TEXT NOT NULL, path TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (output, path))
    WITHOUT ROWID;
CREATE TABLE problems (path TEXT NOT NULL, digest BLOB NOT NULL, text TEXT NOT NULL, PRIMARY KEY (path, text, digest));
"""

T = TypeVar("T")

decode_stamp = msgspec.msgpack.Decoder(Stamp).decode
decode_record = msgspec.msgpack.Decoder(ArticleRecord).decode

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


class BuildCache:
    """The open database. ``warning`` says why it cannot be used, or was created anew."""

    def __init__(self, folder: Path, name: str = "build.db", *, read_only: bool = False) -> None:
        self.file = folder / name
        self.warning: str | None = None
        self._read_only = read_only
        self._db: sqlite3.Connection | None = None
        self.attempt(self._open)

    @property
    def is_open(self) -> bool:
        """True if the database is open, and so every result so far is complete.

        After a failure, a method returns an empty result, as if nothing were stored.
        """
        return self._db is not None

    def article_count(self) -> int:
        """Return the number of article files that the last build could read; 0 if unknown."""
        return self.value("articles", int) or 0

    def last_start(self) -> int:
        """Return the start of the last build, in nanoseconds since the epoch; 0 if unknown."""
        return self.value("started", int) or 0

    def last_build(self, output: str) -> LastBuild | None:
        """Return the last build into the folder ``output``."""
        return self.value(f"last {output}", LastBuild)

    def problems(self) -> frozenset[ProblemRow]:
        """Return the problems that the last build named."""
        return frozenset(self.rows("SELECT path, digest, text FROM problems"))

    def files(self, reading: bytes) -> dict[str, FileRecord]:
        """Return every article file by path, if the fingerprint of reading was the same."""
        if self.value("reading", bytes) != reading:
            return {}
        return self.attempt(self._files) or {}

    def file_numbers(self) -> dict[str, int]:
        """Return the number of every article file, by path."""
        return dict(self.rows("SELECT path, number FROM files"))

    def group_inputs(self) -> bytes:
        """Return the digest of everything that the stored groups depend on."""
        return self.value("tree", bytes) or b""

    def folders(self) -> dict[str, bytes]:
        """Return the digest of the stamps of each folder's files, by path."""
        return self.value("folders", dict[str, bytes]) or {}

    def outputs(self, output: str) -> dict[str, OutputFile]:
        """Return the files of the folder ``output``, by relative path."""
        rows = self.rows("SELECT path, value FROM outputs WHERE output = ?", output)
        decode = msgspec.msgpack.Decoder(OutputFile).decode
        return self.attempt(lambda: {path: decode(value) for path, value in rows}) or {}

    def save(self, record: BuildRecord) -> None:
        """Store ``record`` in one transaction."""
        self.write(lambda db: self._save(db, record))

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
            self._db.close()
            self._db = None

    def _save(self, db: sqlite3.Connection, record: BuildRecord) -> None:
        encode = msgspec.msgpack.Encoder().encode
        meta = {
            "articles": record.articles,
            "started": record.started,
            "reading": record.reading,
            "tree": record.group_inputs,
            "folders": record.folders,
        }
        if self.value("reading", bytes) != record.reading:
            db.execute("DELETE FROM files")
        rows = [(key, encode(value)) for key, value in meta.items()]
        db.executemany("REPLACE INTO meta VALUES (?, ?)", [*rows, (f"last {record.output}", encode(record.last))])
        db.executemany("DELETE FROM files WHERE path = ?", ((path,) for path in record.gone))
        db.executemany(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE"
            " SET id = excluded.id, stamp = excluded.stamp, record = excluded.record",
            (
                (record.file_numbers[path], path, file.id, name_of(path), encode(file.stamp), encode(file.record))
                for path, file in sorted(record.changed.items())
            ),
        )
        if record.has_all_groups:
            db.execute("DELETE FROM groups")
        db.executemany(
            "REPLACE INTO groups VALUES (?, ?)",
            ((folder, encode(group)) for folder, group in sorted(record.groups.items())),
        )
        self._save_outputs(db, record.output, record.outputs)
        if self.problems() != record.problems:
            db.execute("DELETE FROM problems")
            db.executemany("INSERT INTO problems VALUES (?, ?, ?)", sorted(record.problems))

    def _save_outputs(self, db: sqlite3.Connection, output: str, files: Mapping[str, OutputFile]) -> None:
        """Save the ``files`` of the folder ``output``, as far as they changed."""
        encode = msgspec.msgpack.Encoder().encode
        last = self.outputs(output)
        gone = ((output, path) for path in last if path not in files)
        db.executemany("DELETE FROM outputs WHERE output = ? AND path = ?", gone)
        changed = ((output, path, encode(file)) for path, file in files.items() if last.get(path) != file)
        db.executemany("REPLACE INTO outputs VALUES (?, ?, ?)", changed)

    def _files(self) -> dict[str, FileRecord]:
        interner = Interner()
        return {
            path: FileRecord(decode_stamp(stamp), interner.intern(decode_record(record)))
            for path, stamp, record in self.rows("SELECT path, stamp, record FROM files")
        }

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
        self._db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")

    def _connect(self) -> sqlite3.Connection | None:
        """Return a connection to the database; None if it is damaged or of another version."""
        mode = "ro" if self._read_only else "rw"
        db = sqlite3.connect(f"{self.file.absolute().as_uri()}?mode={mode}", uri=True, timeout=1)
        try:
            version = db.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.OperationalError:
            # The database is locked or unreadable, but may be whole.
            db.close()
            raise
        except sqlite3.DatabaseError:
            version = None
        if version != _VERSION:
            db.close()
            return None
        return db

    def value(self, key: str, kind: type[T]) -> T | None:
        """Return the value of ``key`` in the table ``meta``."""
        rows = self.rows("SELECT value FROM meta WHERE key = ?", key)
        return self.attempt(lambda: msgspec.msgpack.decode(rows[0][0], type=kind)) if rows else None

    def rows(self, sql: str, *values: str | int) -> list[Any]:
        """Return the rows that ``sql`` selects; none if the database cannot be used."""
        db = self._db
        return (self.attempt(lambda: db.execute(sql, values).fetchall()) or []) if db is not None else []

    def iterate(self, sql: str) -> Iterable[Any]:
        """Return an iterator of the rows that ``sql`` selects, for use in :meth:`attempt`.

        It holds one row in memory at a time. Raise :class:`sqlite3.Error` if the database fails.
        """
        return self._db.execute(sql) if self._db is not None else ()

    def attempt(self, action: Callable[[], T]) -> T | None:
        """Return the result of ``action``; None if the database fails, which is then closed."""
        try:
            return action()
        except (sqlite3.Error, msgspec.DecodeError, OSError) as error:
            if self.warning and not self.is_open:
                # An attempt within this one failed and closed the database.
                return None
            is_damaged = (
                not isinstance(error, OSError) and getattr(error, "sqlite_errorcode", 0) & 0xFF not in _UNUSABLE_NOW
            )
            self.close()
            if not is_damaged or self._read_only:
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

    @property
    def _damaged(self) -> str:
        return f"{self.file}: is damaged or from another version; started afresh"

    def _give_up(self, error: Exception) -> None:
        self.warning = f"{self.file}: cannot be used ({error}); everything is read again"
