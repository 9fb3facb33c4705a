"""The log of entries: which entries a build published, changed and removed, each exactly once.

``.feedpub/entries-….db`` holds the entries that the last build published, and numbered events.
A build compares its own entries with them, and appends the differences in one transaction: after
the last rename, and before it saves build.db. A build that is killed earlier leaves the differences
for the next; one that is killed later has nothing left to tell. Each output folder has a log.

A cursor names the log and an event in it, such as ``9f31c02a-152``. A log that was lost is begun
anew with another name, so an old cursor never skips events.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from feedpub.core.digests import content_digest
from feedpub.core.errors import AttentionError, StorageError, UsageError, message_of, quoted
from feedpub.state.cache_file import is_damage

KEPT_EVENTS = 10_000
"""The number of last events that a log keeps."""

_VERSION = 1
_SCHEMA = """
BEGIN;
CREATE TABLE meta (name TEXT NOT NULL, last INTEGER NOT NULL);
CREATE TABLE entries (id TEXT PRIMARY KEY, shown BLOB NOT NULL, url TEXT) WITHOUT ROWID;
CREATE TABLE events (number INTEGER PRIMARY KEY, value BLOB NOT NULL);
INSERT INTO meta VALUES (lower(hex(randomblob(4))), 0);
PRAGMA user_version = 1;
COMMIT;
"""
_CURSOR = re.compile(r"([0-9a-f]{8})-([0-9]{1,15})")


class EntryEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event of one entry. The names of its values are those of JSON Feed 1.1."""

    event: Literal["published", "changed", "removed"]
    id: str
    url: str
    title: str = ""
    date_published: datetime | None = None
    date_modified: datetime | None = None
    tags: tuple[str, ...] = ()


class LoggedEntry(NamedTuple):
    """A published entry in the log."""

    shown: bytes
    """The digest of what feeds show of it."""
    url: str | None
    """None if it is the id."""


class EntryChanges(msgspec.Struct, frozen=True, kw_only=True):
    """The differences between two builds."""

    events: tuple[EntryEvent, ...] = ()
    entries: dict[str, LoggedEntry] = {}
    """The entries that are new or differ, by id."""
    removed: tuple[str, ...] = ()
    """The ids of the entries that are gone."""


class EventPage(msgspec.Struct, frozen=True):
    """The events since a cursor."""

    cursor: str
    """The cursor of the last event."""
    events: tuple[EntryEvent, ...]


class EventLog:
    """The log of the output folder that the state in ``folder`` calls ``output``."""

    def __init__(self, folder: Path, output: str) -> None:
        self.file = folder / f"entries-{content_digest(output.encode()).hex()[:16]}.db"
        self.warning: str | None = None

    def is_ready(self) -> bool:
        """Return whether there is a log to append to; rename a damaged one."""
        try:
            with self._opened() as db:
                return db is not None
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise self._unusable(error) from None
            self._set_aside()
            return False

    def entries(self, ids: Iterable[str] | None = None) -> dict[str, LoggedEntry]:
        """Return the published entries by id: all, or those with one of ``ids``."""
        with self._reading() as db:
            if ids is None:
                rows: Iterable[tuple[str, bytes, str | None]] = db.execute("SELECT id, shown, url FROM entries")
            else:
                select = "SELECT id, shown, url FROM entries WHERE id = ?"
                rows = (row for one in ids for row in db.execute(select, (one,)))
            return {entry_id: LoggedEntry(shown, url) for entry_id, shown, url in rows}

    def append(self, changes: EntryChanges) -> None:
        """Append ``changes`` in one transaction, to a new log if there is none.

        Raise :class:`~feedpub.core.errors.StorageError` if the log cannot be written.
        """
        try:
            with self._opened(create=True) as db, db or contextlib.nullcontext():
                if db is not None:
                    _append(db, changes)
        except sqlite3.Error as error:
            raise self._unusable(error, "written") from None

    def since(self, cursor: str | None) -> EventPage:
        """Return the events after ``cursor``, or all that are kept.

        Raise :class:`~feedpub.core.errors.UsageError` if ``cursor`` is none, or if nothing was
        published yet, and :class:`~feedpub.core.errors.AttentionError` if events after it are lost.
        """
        match = _CURSOR.fullmatch(cursor or "")
        if cursor is not None and match is None:
            raise UsageError(f"--since: {quoted(cursor)} is no cursor such as 9f31c02a-152")
        again = "read the feeds, and go on with the cursor that 'feedpub entries' prints without --since"
        with self._reading() as db:
            name, last = db.execute("SELECT name, last FROM meta").fetchone()
            number = int(match[2]) if match else 0
            if match and (match[1] != name or number > last):
                raise AttentionError(f"--since: {match[0]} is of a log that was lost; {again}")
            if match and number < last - KEPT_EVENTS:
                raise AttentionError(f"--since: events after {match[0]} are lost, as {KEPT_EVENTS} are kept; {again}")
            rows = db.execute("SELECT value FROM events WHERE number > ? ORDER BY number", (number,))
            decode = msgspec.msgpack.Decoder(EntryEvent).decode
            return EventPage(f"{name}-{last}", tuple(decode(value) for (value,) in rows))

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Open the log. Raise UsageError if there is none, AttentionError if it is damaged."""
        try:
            with self._opened() as db:
                if db is None:
                    raise UsageError("there is no log of entries yet; 'feedpub build' begins it")
                yield db
        except (sqlite3.Error, msgspec.DecodeError, UnicodeDecodeError, TypeError) as error:
            if not is_damage(error):
                raise self._unusable(error) from None
            raise AttentionError(f"{self.file}: is damaged; the next 'feedpub build' begins it anew") from None

    @contextlib.contextmanager
    def _opened(self, *, create: bool = False) -> Iterator[sqlite3.Connection | None]:
        """Open the log; yield None if there is none. Raise :class:`sqlite3.Error`."""
        if not create and not os.path.lexists(self.file):
            yield None
            return
        mode = "rwc" if create else "rw" if os.access(self.file, os.W_OK) else "ro"
        uri = f"{self.file.absolute().as_uri()}?mode={mode}"
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=5)) as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0 and create:
                db.executescript(_SCHEMA)
            elif version not in (0, _VERSION):
                raise sqlite3.DatabaseError("another version")
            yield db if version or create else None

    def _set_aside(self) -> None:
        damaged = self.file.with_suffix(".damaged")
        try:
            os.replace(self.file, damaged)
        except OSError as error:
            raise StorageError(f"{self.file}: is damaged, and cannot be renamed: {message_of(error)}") from None
        self.warning = (
            f"{self.file}: was damaged or of another version, and is now {damaged.name}; "
            "'feedpub entries' begins anew, with no event for entries that are published"
        )

    def _unusable(self, error: Exception, use: str = "read") -> StorageError:
        return StorageError(f"{self.file}: cannot be {use}: {error}")


def _append(db: sqlite3.Connection, changes: EntryChanges) -> None:
    (last,) = db.execute("SELECT last FROM meta").fetchone()
    db.executemany("DELETE FROM entries WHERE id = ?", ((entry_id,) for entry_id in changes.removed))
    rows = ((entry_id, entry.shown, entry.url) for entry_id, entry in changes.entries.items())
    db.executemany("REPLACE INTO entries VALUES (?, ?, ?)", rows)
    encode = msgspec.msgpack.Encoder().encode
    numbered = enumerate(changes.events, last + 1)
    db.executemany("INSERT INTO events VALUES (?, ?)", ((number, encode(event)) for number, event in numbered))
    last += len(changes.events)
    db.execute("UPDATE meta SET last = ?", (last,))
    db.execute("DELETE FROM events WHERE number <= ?", (last - KEPT_EVENTS,))
