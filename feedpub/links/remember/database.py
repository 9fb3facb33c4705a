"""The file links.db: opening, migration, and renaming of a damaged file.

It is an SQLite database in WAL mode, so that a build can read while a check writes
(https://www.sqlite.org/wal.html). It is not a cache: this module never deletes it, and does not
change one from a newer feedpub. :mod:`feedpub.links.remember.answers` defines the meaning of the
rows.
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
from feedpub.links.remember.copies import COPY_COLUMNS
from feedpub.links.remember.migrations import MIGRATIONS
from feedpub.links.remember.row_checksums import add_functions, recover

NAME = "links.db"

# "fdpb". It identifies the files of feedpub:
# https://www.sqlite.org/pragma.html#pragma_application_id
_APPLICATION = 0x66647062

_BUSY = 10  # seconds to wait for another check's commit

# An error message of SQLite can contain bytes of a damaged file that are not UTF-8.
DatabaseError = (sqlite3.Error, UnicodeDecodeError)


class DamagedError(Exception):
    """A file that is damaged, or not a links.db."""


def is_damage(error: sqlite3.Error | UnicodeDecodeError) -> bool:
    """Return whether ``error`` means that a file that was valid when opened is damaged."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # An error of Python's sqlite3 module itself has no code.
        return isinstance(error, UnicodeDecodeError) or "Could not decode" in str(error)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def unusable(file: Path, error: Exception) -> StorageError:
    """Return the error that ends a check because its ``file`` cannot be used."""
    reason = message_of(error) if isinstance(error, OSError) else printable(str(error))
    return StorageError(f"{file}: cannot be used: {reason}")


def open_to_write(folder: Path) -> tuple[sqlite3.Connection, str | None]:
    """Return a connection to links.db in ``folder``, and a warning if a damaged file was renamed.

    Create the file if it is missing. Raise :class:`StorageError` if it cannot be written, or is
    from a newer feedpub.
    """
    file = folder / NAME
    try:
        with _folder_lock(folder):
            try:
                return _open(file), None
            except DamagedError:
                kept, count = replace_damaged(file)
            others = f"; {count} answers were recovered, and the other" if count else ", and all"
            return _open(file), f"{file}: is damaged; kept as {kept.name}{others} links are checked again"
    except sqlite3.Error as error:
        raise unusable(file, error) from None
    except FileExistsError:
        raise StorageError(f"{folder}: cannot be written: is a file, not a folder") from None
    except OSError as error:
        raise unusable(file, error) from None


def open_to_read(folder: Path, *, read_only: bool = False) -> sqlite3.Connection | None:
    """Return a connection to the current snapshot of links.db in ``folder``; None without content.

    With ``read_only``, no new file is created beside it, and a file from an older feedpub is
    migrated in memory. Then a check that starts meanwhile can make the result inconsistent.

    Raise :class:`DamagedError` if it is damaged, :class:`sqlite3.Error` if it cannot be read for
    now, and :class:`StorageError` if it is from a newer feedpub.
    """
    file = folder / NAME
    if not file.exists():
        return None
    db = _readable(file, read_only=read_only)
    try:
        version = _version(db, file)
        if 0 < version < len(MIGRATIONS):
            if read_only:
                db = _in_memory(db)
                _migrate(db, version)
            else:
                db.close()
                open_to_write(folder)[0].close()
                db = _readable(file)
        if version:
            db.execute("BEGIN")
            return db
    except BaseException:
        db.close()
        raise
    db.close()
    return None


def _in_memory(db: sqlite3.Connection) -> sqlite3.Connection:
    """Return a copy of ``db``, which is closed."""
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    add_functions(copy)
    with contextlib.closing(db):
        db.backup(copy)
    return copy


def rename_damaged(file: Path) -> Path:
    """Rename a damaged ``file`` and its log files to an unused name, and return that name."""
    number = 1
    unused = file.with_name(f"{file.name}.damaged")
    while unused.exists():
        number += 1
        unused = file.with_name(f"{file.name}.damaged.{number}")
    # The tools of SQLite expect the log files under these names.
    for suffix in ("-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            os.rename(f"{file}{suffix}", f"{unused}{suffix}")
    return unused


def replace_damaged(file: Path) -> tuple[Path, int]:
    """Rename a damaged ``file``, and create a new one with its valid answers.

    Return the new name, and the number of answers.
    """
    kept = rename_damaged(file)
    with contextlib.closing(_open(file)) as db:
        try:
            damaged = _readable(kept)
        except DatabaseError:
            return kept, 0
        with contextlib.closing(damaged):
            db.execute("BEGIN")
            count = recover(damaged, db)
            db.execute("COMMIT")
    return kept, count


def connect(file: Path, mode: str) -> sqlite3.Connection:
    """Return a connection in autocommit mode, which any thread can use."""
    uri = f"{file.absolute().as_uri()}?{mode}"
    db = sqlite3.connect(uri, uri=True, timeout=_BUSY, isolation_level=None, check_same_thread=False)
    add_functions(db)
    return db


@contextlib.contextmanager
def _folder_lock(folder: Path) -> Iterator[None]:
    """Lock ``folder``, so that one check at a time creates, migrates or renames the file."""
    folder.mkdir(exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # A few file systems have no locks. There, two first checks must not run at the same time.
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _open(file: Path) -> sqlite3.Connection:
    version = _inspect(file)
    if not version:
        _create(file)
    db = connect(file, "mode=rw")
    try:
        db.execute("PRAGMA journal_mode = WAL")
        # A commit survives the process. A power failure can lose the last commits, not the file.
        db.execute("PRAGMA synchronous = NORMAL")
        _migrate(db, version or len(MIGRATIONS))
    except BaseException:
        db.close()
        raise
    return db


def _inspect(file: Path) -> int:
    """Return the version of ``file``; 0 if it does not exist.

    Open it only for reading, because SQLite would delete the log of a damaged file.
    """
    if not file.exists():
        return 0
    if not file.is_file():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    with file.open("rb") as stream:
        header = stream.read(20)
    # Byte 18 is the write version, 1 or 2:
    # https://www.sqlite.org/fileformat2.html#file_format_version_numbers
    is_whole = header[18] in (1, 2) if len(header) == 20 else not header and not os.path.exists(f"{file}-wal")
    if not is_whole:
        raise DamagedError
    with contextlib.closing(_readable(file)) as db:
        return _version(db, file)


def _create(file: Path) -> None:
    """Create an empty database under another name and rename it, so that it is always complete."""
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
    for number in range(version, len(MIGRATIONS)):
        db.executescript(f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;")


def _version(db: sqlite3.Connection, file: Path) -> int:
    """Return the version of a links.db; 0 if it is empty. Raise DamagedError if it is not valid."""
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if not tables and not version and not application:
            return 0
        if application != _APPLICATION or version < 1:
            raise DamagedError
        if version > len(MIGRATIONS):
            raise StorageError(f"{file}: is from a newer feedpub (its version {version}); it is left alone")
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",) or not _has_tables(db, version):
            raise DamagedError
    except DatabaseError as error:
        # Another schema, or one that SQLite cannot read, is a general error (SQLITE_ERROR).
        if is_damage(error) or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
            raise DamagedError from None
        raise
    return int(version)


def _has_tables(db: sqlite3.Connection, version: int) -> bool:
    """Return whether ``meta`` has one row.

    Raise sqlite3.Error if a table or column of this ``version`` is missing.
    """
    db.execute(f"SELECT {COLUMNS} FROM answers LIMIT 0")  # noqa: S608  # a constant
    db.execute("SELECT url, media_type, length FROM media LIMIT 0")
    if version > 1:
        db.execute("SELECT revision, url FROM changes LIMIT 0")
    if version > 3:
        for table in ("answers", "media", "changes", "copies"):
            db.execute(f"SELECT checksum FROM {table} LIMIT 0")  # noqa: S608  # constants
    if version > 2:
        db.execute(f"SELECT {COPY_COLUMNS} FROM copies LIMIT 0")  # noqa: S608  # a constant
    return len(db.execute("SELECT epoch, revision, run FROM meta").fetchall()) == 1


def _readable(file: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Return a read-only connection, also if the folder cannot be written."""
    if read_only and not os.path.exists(f"{file}-wal"):
        return connect(file, "mode=ro&immutable=1")
    db = connect(file, "mode=ro")
    try:
        db.execute("PRAGMA schema_version")
    except sqlite3.OperationalError:
        db.close()
        if os.path.exists(f"{file}-wal"):
            raise
        # WAL mode needs a second file, except for a database that no process can write.
        return connect(file, "mode=ro&immutable=1")
    except sqlite3.DatabaseError:
        # The caller finds the damage when it reads.
        return db
    return db
