"""The file links.db: opened, brought up to date, set aside where it is damaged. SQLite in WAL mode, so that a build
reads it while a check writes (https://www.sqlite.org/wal.html).

It is kept, not a cache: nothing here ever deletes it, and one from a newer feedpub is left alone. What its rows mean is
the business of :mod:`feedpub.links.remember.answers`.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from feedpub.core.errors import StorageError, message_of, printable
from feedpub.links.remember.answers import COLUMNS

NAME = "links.db"

# "fdpb", so that a file of another program is not taken for ours: https://www.sqlite.org/pragma.html#pragma_application_id
_APPLICATION = 0x66647062

# Each makes of a database of its index the next version. What was released is never changed.
_MIGRATIONS = (
    """
    CREATE TABLE answers (
        url TEXT PRIMARY KEY,
        checked_at REAL NOT NULL,
        wanted INTEGER NOT NULL,
        status INTEGER,
        failure TEXT,
        message TEXT NOT NULL,
        final_url TEXT,
        is_challenge INTEGER NOT NULL,
        media_type TEXT,
        length INTEGER,
        elapsed REAL NOT NULL,
        detail BLOB,
        broken_runs INTEGER NOT NULL,
        run INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE media (url TEXT PRIMARY KEY, media_type TEXT, length INTEGER) WITHOUT ROWID;
    CREATE TABLE meta (epoch TEXT NOT NULL, revision INTEGER NOT NULL, run INTEGER NOT NULL);
    INSERT INTO meta VALUES (lower(hex(randomblob(8))), 0, 0);
    """,
)

_BUSY = 10  # seconds to wait for another check's commit

# SQLite quotes what it finds in a damaged file, which need not be text.
DatabaseError = (sqlite3.Error, UnicodeDecodeError)


class DamagedError(Exception):
    """The file is no links.db, or no longer."""


def is_damage(error: sqlite3.Error | UnicodeDecodeError) -> bool:
    """Whether ``error``, of a file that was found whole when it was opened, says that it is damaged."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Python's own; of its sqlite3.Errors it is this one.
        return isinstance(error, UnicodeDecodeError) or "Could not decode" in str(error)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def unusable(file: Path, error: Exception) -> StorageError:
    """What ends a check whose ``file`` cannot be used."""
    what = message_of(error) if isinstance(error, OSError) else printable(str(error))
    return StorageError(f"{file}: cannot be used: {what}")


def open_to_write(folder: Path) -> tuple[sqlite3.Connection, str | None]:
    """links.db in ``folder``, made where it is missing, and a line about the damaged one that was set aside.

    Raises :class:`StorageError` where it cannot be written, or is from a newer feedpub.
    """
    file = folder / NAME
    warning = None
    try:
        with _held(folder):
            try:
                return _opened(file), None
            except DamagedError:
                warning = f"{file}: is damaged; kept as {set_aside(file).name}, and every link is checked anew"
            return _opened(file), warning
    except sqlite3.Error as error:
        raise unusable(file, error) from None
    except FileExistsError:
        raise StorageError(f"{folder}: cannot be written: is a file, not a folder") from None
    except OSError as error:
        raise unusable(file, error) from None


def open_to_read(folder: Path, *, untouched: bool = False) -> sqlite3.Connection | None:
    """links.db in ``folder`` as it is now, in one snapshot; None where there is none, or nothing in it yet.

    ``untouched`` leaves no file beside it that was not there; a check that begins meanwhile may spoil what is read.

    Raises :class:`DamagedError`, :class:`sqlite3.Error` where it cannot be read for now, and :class:`StorageError`
    where it is from a newer feedpub.
    """
    file = folder / NAME
    if not file.exists():
        return None
    db = _readable(file, untouched=untouched)
    try:
        version = _version(db, file)
        if 0 < version < len(_MIGRATIONS):
            db.close()
            open_to_write(folder)[0].close()
            db = _readable(file, untouched=untouched)
        if version:
            db.execute("BEGIN")
            return db
    except BaseException:
        db.close()
        raise
    db.close()
    return None


def set_aside(file: Path) -> Path:
    """Rename a damaged ``file``, with what belongs to it, to a name that is free, and return that."""
    number = 1
    aside = file.with_name(f"{file.name}.damaged")
    while aside.exists():
        number += 1
        aside = file.with_name(f"{file.name}.damaged.{number}")
    # SQLite's tools look for these two names beside the first.
    for suffix in ("-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            os.rename(f"{file}{suffix}", f"{aside}{suffix}")
    return aside


def connect(file: Path, mode: str) -> sqlite3.Connection:
    """A connection without Python's own transactions, for whichever thread holds it."""
    uri = f"{file.absolute().as_uri()}?{mode}"
    return sqlite3.connect(uri, uri=True, timeout=_BUSY, isolation_level=None, check_same_thread=False)


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """One check at a time makes the file, brings it up to date or sets it aside."""
    folder.mkdir(exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # Where a file system has no locks, two first checks at once are the risk of who starts them.
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _opened(file: Path) -> sqlite3.Connection:
    version = _inspect(file)
    if not version:
        _create(file)
    db = connect(file, "mode=rw")
    try:
        db.execute("PRAGMA journal_mode = WAL")
        # A commit survives the process; a power cut costs the last ones, never the file.
        db.execute("PRAGMA synchronous = NORMAL")
        _migrate(db, version or len(_MIGRATIONS))
    except BaseException:
        db.close()
        raise
    return db


def _inspect(file: Path) -> int:
    """The version of ``file``; 0 where there is none. It is only read: SQLite would throw a damaged one's log away."""
    if not file.exists():
        return 0
    if not file.is_file():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    with file.open("rb") as stream:
        header = stream.read(20)
    # Its byte 18 is 1 or 2, or SQLite would not write: https://www.sqlite.org/fileformat2.html#file_format_version_numbers
    is_whole = header[18] in (1, 2) if len(header) == 20 else not header and not os.path.exists(f"{file}-wal")
    if not is_whole:
        raise DamagedError
    with contextlib.closing(_readable(file)) as db:
        return _version(db, file)


def _create(file: Path) -> None:
    """Make an empty database, and then have it in its place: there is none that is half made."""
    new = file.with_name(f"{file.name}.new")
    for name in (new, f"{new}-journal", f"{new}-wal"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
    with contextlib.closing(connect(new, "mode=rwc")) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA application_id = {_APPLICATION}")
        _migrate(db, 0)
    os.rename(new, file)


def _migrate(db: sqlite3.Connection, version: int) -> None:
    for number in range(version, len(_MIGRATIONS)):
        db.executescript(f"BEGIN IMMEDIATE; {_MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;")


def _version(db: sqlite3.Connection, file: Path) -> int:
    """The version of a whole database that is ours; 0 where it is empty."""
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (things,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if not things and not version and not application:
            return 0
        if application != _APPLICATION or version < 1:
            raise DamagedError
        if version > len(_MIGRATIONS):
            raise StorageError(f"{file}: is from a newer feedpub (its version {version}); it is left alone")
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",) or not _has_all(db):
            raise DamagedError
    except DatabaseError as error:
        # A schema that is not ours, or that SQLite cannot read, is a plain error to it.
        if is_damage(error) or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
            raise DamagedError from None
        raise
    return int(version)


def _has_all(db: sqlite3.Connection) -> bool:
    """Whether what is asked of the database can be; an error where not."""
    db.execute(f"SELECT {COLUMNS} FROM answers LIMIT 0")  # noqa: S608  # a constant
    db.execute("SELECT url, media_type, length FROM media LIMIT 0")
    return len(db.execute("SELECT epoch, revision, run FROM meta").fetchall()) == 1


def _readable(file: Path, *, untouched: bool = False) -> sqlite3.Connection:
    """A connection that changes nothing in the database, also where the folder cannot be written."""
    if untouched and not os.path.exists(f"{file}-wal"):
        return connect(file, "mode=ro&immutable=1")
    db = connect(file, "mode=ro")
    try:
        db.execute("PRAGMA schema_version")
    except sqlite3.OperationalError:
        db.close()
        if os.path.exists(f"{file}-wal"):
            raise
        # WAL needs a file beside the database, unless nobody can be writing.
        return connect(file, "mode=ro&immutable=1")
    except sqlite3.DatabaseError:
        # The caller finds it damaged by itself.
        return db
    return db
