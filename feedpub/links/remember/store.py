"""links.db as a check uses it: what earlier runs learned is looked up, and what this one learns is kept at once.

A thread of its own commits every half second, so that a run which is stopped, by whatever signal, loses no more, and
the next goes on from there. What is kept, and for how long, is decided in :mod:`feedpub.links.remember.answers`.
"""

from __future__ import annotations

import itertools
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NamedTuple, Self

from feedpub.core.errors import StorageError
from feedpub.core.models import MeasuredMedia
from feedpub.links.model import Answer, LinkTarget, Verdict
from feedpub.links.remember.answers import (
    COLUMNS,
    Row,
    StoredAnswer,
    TtlOf,
    is_fresh,
    is_kept,
    measured_in,
    remembered,
    row_of,
)
from feedpub.links.remember.database import NAME, DatabaseError, connect, is_damage, open_to_write, set_aside, unusable

_COMMIT_EVERY = 0.5  # seconds
_BATCH = 500

_LOOK_UP = f"SELECT {COLUMNS} FROM answers WHERE url IN ({', '.join('?' * _BATCH)})"  # noqa: S608  # constants
_REPLACE = f"REPLACE INTO answers ({COLUMNS}) VALUES ({', '.join('?' * 14)})"  # noqa: S608
_BEFORE = (
    "SELECT CAST(broken_runs AS INTEGER), run, status, failure, is_challenge, failure IS NOT NULL OR status >= 400 "
    "FROM answers WHERE url = ?"
)


class _News(NamedTuple):
    """What the writer is handed of one answer."""

    row: Row
    is_broken: bool
    measured: MeasuredMedia | None


class LinkStore:
    """links.db, open to look up and to add; made where it is missing. A context manager: what was added is kept.

    ``warning`` says what was amiss with it. Every method but :meth:`close` may be called from any thread and raises
    :class:`StorageError`, as opening does; the exit status of that is 4.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME
        db, self.warning = open_to_write(folder)
        self._writer = _Writer(self._file, db)
        self._db = connect(self._file, "mode=rw")
        self._lock = threading.Lock()
        self._writer.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def fresh(
        self, targets: Iterable[LinkTarget], now: datetime, ttl_of: TtlOf
    ) -> Iterator[tuple[LinkTarget, StoredAnswer]]:
        """Those of ``targets`` that need not be fetched, with their answers; ``targets`` is taken in small batches."""
        for batch in _batches(targets):
            known = {row[0]: row for row in self._rows(_LOOK_UP, *_padded([target.url for target in batch]))}
            for target in batch:
                found = remembered(known[target.url]) if target.url in known else None
                if found is not None and is_fresh(target, *found, now, ttl_of):
                    yield target, found[0]

    def broken_runs(self, url: str) -> int:
        """In how many runs on end before this one ``url`` was found broken."""
        rows = self._rows("SELECT CAST(broken_runs AS INTEGER), run FROM answers WHERE url = ?", url)
        return sum(max(int(count) - (run == self._writer.run_number), 0) for count, run in rows)

    def add(self, target: LinkTarget, answer: Answer, verdicts: Iterable[Verdict], now: datetime) -> None:
        """Keep ``answer``, which was given ``now`` and means ``verdicts`` for the kinds of link that have the URL.

        What says nothing about the link (:func:`feedpub.links.remember.answers.is_kept`) is passed over, so that what was
        known of it stays. Returns at once; a failure to write is raised by a later call.
        """
        found = frozenset(verdicts)
        if is_kept(target, answer, found):
            news = _News(row_of(target, answer, now), Verdict.BROKEN in found, measured_in(target, answer))
            self._writer.put(news)

    def flush(self) -> None:
        """Wait until everything that was added is committed."""
        self._writer.flush()

    def close(self) -> None:
        """Commit and let go of the file. Raises :class:`StorageError` where something could not be kept."""
        self._db.close()
        self._writer.close()

    def _rows(self, sql: str, *values: str) -> list[Row]:
        try:
            with self._lock:
                return self._db.execute(sql, values).fetchall()
        except DatabaseError as error:
            raise self._writer.fail(error) from None


class _Writer(threading.Thread):
    """The one thread that writes."""

    def __init__(self, file: Path, db: sqlite3.Connection) -> None:
        super().__init__(name=NAME, daemon=True)
        self.run_number: int | None = None
        """Of this run; None before its first commit."""
        self._file = file
        self._db = db
        self._queue: SimpleQueue[_News | threading.Event | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._failure: Exception | None = None

    def put(self, news: _News) -> None:
        """Have ``news`` committed within a second."""
        self._check()
        self._queue.put(news)

    def flush(self) -> None:
        """Wait until what was put is committed."""
        done = threading.Event()
        self._queue.put(done)
        while self.is_alive() and not done.wait(0.05):
            pass
        self._check()

    def close(self) -> None:
        """Commit what was put, and end."""
        self._queue.put(None)
        self.join()
        self._db.close()
        self._check()

    def run(self) -> None:
        """Commit what comes, until the end is put."""
        try:
            is_open = True
            while is_open:
                batch, flushed, is_open = self._gather()
                if batch:
                    self._commit(batch)
                if flushed:
                    flushed.set()
        except DatabaseError as error:
            self.fail(error)
        except Exception as error:  # noqa: BLE001  # raised in the threads that add
            self._failure = error

    def fail(self, error: sqlite3.Error | UnicodeDecodeError) -> Exception:
        """What ends the run: the first error. A file that it finds damaged is set aside."""
        with self._lock:
            if self._failure is None and is_damage(error):
                aside = set_aside(self._file).name
                self._failure = StorageError(f"{self._file}: is damaged; kept as {aside}; run the check again")
            self._failure = self._failure or unusable(self._file, error)
            return self._failure

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _gather(self) -> tuple[list[_News], threading.Event | None, bool]:
        """What is to be committed, what waits for that, and whether more may come."""
        batch: list[_News] = []
        news = self._queue.get()
        until = time.monotonic() + _COMMIT_EVERY
        while isinstance(news, _News):
            batch.append(news)
            try:
                news = self._queue.get(timeout=max(until - time.monotonic(), 0))
            except Empty:
                return batch, None, True
        return batch, news, news is not None

    def _commit(self, batch: Iterable[_News]) -> None:
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        if self.run_number is None:
            db.execute("UPDATE meta SET run = run + 1")
            (self.run_number,) = db.execute("SELECT run FROM meta").fetchone()
        changes = sum(map(self._write, batch))
        db.execute("UPDATE meta SET revision = revision + ?", (changes,))
        db.execute("COMMIT")

    def _write(self, news: _News) -> bool:
        """Write one answer, and tell whether a build learns from it what it did not know."""
        url, status, failure, is_challenge = news.row[0], *news.row[3:5], news.row[7]
        before = self._db.execute(_BEFORE, (url,)).fetchone()
        count, run, *old, was_suspect = before or (0, None, None, None, None, False)
        is_counted = run == self.run_number and count > 0
        broken_runs = count + (not is_counted) if news.is_broken else 0
        self._db.execute(_REPLACE, (*news.row, broken_runs, self.run_number))
        is_suspect = failure is not None or (status or 0) >= 400
        is_other = [*old, count] != [status, failure, is_challenge, broken_runs]
        is_news = is_other and (is_suspect or was_suspect)
        return self._measure(url, news.measured) or bool(is_news)

    def _measure(self, url: str, measured: MeasuredMedia | None) -> bool:
        if measured is None:
            return False
        found = (measured.media_type, measured.length)
        if self._db.execute("SELECT media_type, length FROM media WHERE url = ?", (url,)).fetchone() == found:
            return False
        self._db.execute("REPLACE INTO media VALUES (?, ?, ?)", (url, *found))
        return True


def _batches(targets: Iterable[LinkTarget]) -> Iterator[list[LinkTarget]]:
    rest = iter(targets)
    while batch := list(itertools.islice(rest, _BATCH)):
        yield batch


def _padded(urls: list[str]) -> list[str]:
    """``urls``, repeated until they fill the one statement that SQLite has to prepare."""
    return urls + urls[:1] * (_BATCH - len(urls))
