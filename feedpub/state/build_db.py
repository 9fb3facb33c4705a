"""build.db: what every article file held at the last build, so that the next one reads only what changed.

A cache: it can be deleted, truncated, locked, read-only or of another version at any time, and the next build is
slower, not different. Nothing that goes wrong with it fails a build; it costs one warning. One transaction a build,
after the output is in place, with SQLite's rollback journal.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from feedpub.content import Stamp
from feedpub.content.batches import ArticleRecord
from feedpub.state.records import BuildRecord, FileRecord, Interner, LastBuild, OutputFile, ProblemRow

_VERSION = 4

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, id TEXT, stamp BLOB NOT NULL, record BLOB NOT NULL
);
CREATE INDEX ids ON files (id);
CREATE TABLE groups (folder TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE links (path TEXT PRIMARY KEY, stamp BLOB NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE outputs (output TEXT NOT NULL, path TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (output, path))
    WITHOUT ROWID;
CREATE TABLE problems (path TEXT NOT NULL, digest BLOB NOT NULL, text TEXT NOT NULL, PRIMARY KEY (path, text, digest));
"""

T = TypeVar("T")

decode_stamp = msgspec.msgpack.Decoder(Stamp).decode
decode_record = msgspec.msgpack.Decoder(ArticleRecord).decode

_NOT_NOW = frozenset(
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
    """build.db, open. ``warning`` says what is amiss with it."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.file = folder / "build.db"
        self.warning: str | None = None
        self._read_only = read_only
        self._db: sqlite3.Connection | None = None
        self.attempt(self._open)

    @property
    def is_open(self) -> bool:
        """Whether everything that was asked of it, it has told: what comes of a failure looks like nothing kept."""
        return self._db is not None

    def articles(self) -> int:
        """How many articles the last build found; 0 where that is not known."""
        return self.meta("articles", int) or 0

    def started(self) -> int:
        """When the last build started, in nanoseconds since the epoch."""
        return self.meta("started", int) or 0

    def last(self, output: str) -> LastBuild | None:
        """The last build into ``output``."""
        return self.meta(f"last {output}", LastBuild)

    def known(self) -> frozenset[ProblemRow]:
        """The problems that the last build met."""
        return frozenset(self.rows("SELECT path, digest, text FROM problems"))

    def files(self, reading: bytes) -> dict[str, FileRecord]:
        """Every article file, where they were read as they would be now."""
        if self.meta("reading", bytes) != reading:
            return {}
        return self.attempt(self._files) or {}

    def numbers(self) -> dict[str, int]:
        """The number of every file."""
        return dict(self.rows("SELECT path, number FROM files"))

    def tree(self) -> bytes:
        """What the groups were made of."""
        return self.meta("tree", bytes) or b""

    def folders(self) -> dict[str, bytes]:
        """A digest of the stamps of each folder's files."""
        return self.meta("folders", dict[str, bytes]) or {}

    def outputs(self, output: str) -> dict[str, OutputFile]:
        """The files in ``output``, by relative path."""
        rows = self.rows("SELECT path, value FROM outputs WHERE output = ?", output)
        decode = msgspec.msgpack.Decoder(OutputFile).decode
        return self.attempt(lambda: {path: decode(value) for path, value in rows}) or {}

    def save(self, memory: BuildRecord) -> None:
        """Keep ``memory``, in one transaction."""
        self.change(lambda db: self._save(db, memory))

    def change(self, action: Callable[[sqlite3.Connection], None]) -> None:
        """Have ``action`` write, in one transaction; nothing where the database cannot be used, or only be read."""
        db = self._db
        if db is None or self._read_only:
            return

        def act() -> None:
            with db:
                action(db)

        self.attempt(act)

    def close(self) -> None:
        """Let go of the file."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _save(self, db: sqlite3.Connection, memory: BuildRecord) -> None:
        encode = msgspec.msgpack.Encoder().encode
        meta = {
            "articles": memory.articles,
            "started": memory.started,
            "reading": memory.reading,
            "tree": memory.tree,
            "folders": memory.folders,
        }
        if self.meta("reading", bytes) != memory.reading:
            db.execute("DELETE FROM files")
        rows = [(key, encode(value)) for key, value in meta.items()]
        db.executemany("REPLACE INTO meta VALUES (?, ?)", [*rows, (f"last {memory.output}", encode(memory.last))])
        db.executemany("DELETE FROM files WHERE path = ?", ((path,) for path in memory.gone))
        db.executemany(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE"
            " SET id = excluded.id, stamp = excluded.stamp, record = excluded.record",
            (
                (memory.numbers[path], path, file.id, encode(file.stamp), encode(file.record))
                for path, file in sorted(memory.changed.items())
            ),
        )
        if memory.is_whole:
            db.execute("DELETE FROM groups")
        db.executemany(
            "REPLACE INTO groups VALUES (?, ?)",
            ((folder, encode(group)) for folder, group in sorted(memory.groups.items())),
        )
        kept = self.outputs(memory.output)
        db.executemany(
            "DELETE FROM outputs WHERE output = ? AND path = ?",
            ((memory.output, path) for path in kept if path not in memory.outputs),
        )
        db.executemany(
            "REPLACE INTO outputs VALUES (?, ?, ?)",
            ((memory.output, path, encode(file)) for path, file in memory.outputs.items() if kept.get(path) != file),
        )
        if self.known() != memory.problems:
            db.execute("DELETE FROM problems")
            db.executemany("INSERT INTO problems VALUES (?, ?, ?)", sorted(memory.problems))

    def _files(self) -> dict[str, FileRecord]:
        shared = Interner()
        return {
            path: FileRecord(decode_stamp(stamp), shared.record(decode_record(record)))
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
        """Begin a new database; what lies in its place goes, with its journal."""
        for name in (self.file, f"{self.file}-journal"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
        self._db = sqlite3.connect(self.file, timeout=1)
        self._db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")

    def _connect(self) -> sqlite3.Connection | None:
        """The database that is there, if it is ours."""
        mode = "ro" if self._read_only else "rw"
        db = sqlite3.connect(f"{self.file.absolute().as_uri()}?mode={mode}", uri=True, timeout=1)
        try:
            version = db.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.OperationalError:
            # Locked, or not to be read: it may be whole, so it is left alone.
            db.close()
            raise
        except sqlite3.DatabaseError:
            version = None
        if version != _VERSION:
            db.close()
            return None
        return db

    def meta(self, key: str, kind: type[T]) -> T | None:
        """What is kept under ``key``."""
        rows = self.rows("SELECT value FROM meta WHERE key = ?", key)
        return self.attempt(lambda: msgspec.msgpack.decode(rows[0][0], type=kind)) if rows else None

    def rows(self, sql: str, *values: str | int) -> list[Any]:
        """What ``sql`` selects; nothing where the database cannot be used."""
        db = self._db
        return (self.attempt(lambda: db.execute(sql, values).fetchall()) or []) if db is not None else []

    def each(self, sql: str) -> Iterable[Any]:
        """The same, one row after the other, for :meth:`attempt`: not all are held. Raises :class:`sqlite3.Error`."""
        return self._db.execute(sql) if self._db is not None else ()

    def attempt(self, action: Callable[[], T]) -> T | None:
        """What ``action`` gives; None where the database fails, which then is not used again in this build."""
        try:
            return action()
        except (sqlite3.Error, msgspec.DecodeError, OSError) as error:
            if self.warning and not self.is_open:
                # It failed within an attempt within this one.
                return None
            # Locked or not to be read or written: it may be whole, so it is left alone.
            is_damaged = not isinstance(error, OSError) and getattr(error, "sqlite_errorcode", 0) & 0xFF not in _NOT_NOW
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
                # Empty, for the next build: this one may not know all that it would have to keep.
                self.close()
                self.warning = self._damaged
            return None

    @property
    def _damaged(self) -> str:
        return f"{self.file}: is damaged or from another version; started afresh"

    def _give_up(self, error: Exception) -> None:
        self.warning = f"{self.file}: cannot be used ({error}); everything is read again"
