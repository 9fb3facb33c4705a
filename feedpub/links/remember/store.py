"""The store of answers in links.db: a check looks up the answers of earlier runs and adds new ones.

A separate thread commits every half second. So a run that any signal stops loses no more than that,
and the next run continues from there. :mod:`feedpub.links.remember.answers` decides which answers
are stored, and for how long they are trusted.
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
    is_trusted,
    is_worth_storing,
    measured_in,
    row_of,
    stored_answer,
)
from feedpub.links.remember.database import (
    NAME,
    DatabaseError,
    connect,
    is_damage,
    open_to_write,
    rename_damaged,
    unusable,
)

_COMMIT_EVERY = 0.5  # seconds
_BATCH = 500

_LOOK_UP = f"SELECT {COLUMNS} FROM answers WHERE url IN ({', '.join('?' * _BATCH)})"  # noqa: S608  # constants
_REPLACE = f"REPLACE INTO answers ({COLUMNS}) VALUES ({', '.join('?' * 14)})"  # noqa: S608
_OLD_ROW = (
    "SELECT CAST(broken_runs AS INTEGER), run, status, failure, is_challenge, failure IS NOT NULL OR status >= 400 "
    "FROM answers WHERE url = ?"
)


class _NewAnswer(NamedTuple):
    """An answer to write."""

    row: Row
    is_broken: bool
    measured: MeasuredMedia | None


class LinkStore:
    """An open links.db, created if it is missing; a context manager that commits at its end.

    ``warning`` says that a damaged file was replaced. Every method except :meth:`close` can be
    called from any thread. All methods and the constructor raise :class:`StorageError` (exit status
    4) if the file cannot be used.
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

    def trusted_answers(
        self, targets: Iterable[LinkTarget], now: datetime, ttl_of: TtlOf
    ) -> Iterator[tuple[LinkTarget, StoredAnswer]]:
        """Yield each target that has a trusted answer, with it. Read ``targets`` in batches."""
        for batch in _batches(targets):
            rows = {row[0]: row for row in self._rows(_LOOK_UP, *_padded([target.url for target in batch]))}
            for target in batch:
                entry = stored_answer(rows[target.url]) if target.url in rows else None
                if entry is not None and is_trusted(target, *entry, now, ttl_of):
                    yield target, entry[0]

    def broken_runs(self, url: str) -> int:
        """Return the number of consecutive runs before this one that found ``url`` broken."""
        rows = self._rows("SELECT CAST(broken_runs AS INTEGER), run FROM answers WHERE url = ?", url)
        return sum(max(int(count) - (run == self._writer.run_number), 0) for count, run in rows)

    def add(self, target: LinkTarget, answer: Answer, verdicts: Iterable[Verdict], now: datetime) -> None:
        """Store ``answer`` with the time ``now``.

        ``verdicts`` are those of the answer for the kinds of links to the URL. An answer that says
        nothing lasting about the link (:func:`feedpub.links.remember.answers.is_worth_storing`)
        does not replace the old one. Return at once: a later call raises the error of a failed
        write.
        """
        verdicts = frozenset(verdicts)
        if is_worth_storing(target, answer, verdicts):
            row = row_of(target, answer, now)
            self._writer.put(_NewAnswer(row, Verdict.BROKEN in verdicts, measured_in(target, answer)))

    def flush(self) -> None:
        """Wait until all added answers are committed."""
        self._writer.flush()

    def close(self) -> None:
        """Commit and close the file. Raise :class:`StorageError` if an answer is not stored."""
        self._db.close()
        self._writer.close()

    def _rows(self, sql: str, *values: str) -> list[Row]:
        try:
            with self._lock:
                return self._db.execute(sql, values).fetchall()
        except DatabaseError as error:
            raise self._writer.fail(error) from None


class _Writer(threading.Thread):
    """The thread that writes."""

    def __init__(self, file: Path, db: sqlite3.Connection) -> None:
        super().__init__(name=NAME, daemon=True)
        self.run_number: int | None = None
        """The number of this run; None before its first commit."""
        self._file = file
        self._db = db
        self._queue: SimpleQueue[_NewAnswer | threading.Event | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._failure: Exception | None = None

    def put(self, answer: _NewAnswer) -> None:
        """Queue ``answer``, to be committed within a second."""
        self._raise_failure()
        self._queue.put(answer)

    def flush(self) -> None:
        """Wait until all queued answers are committed."""
        done = threading.Event()
        self._queue.put(done)
        while self.is_alive() and not done.wait(0.05):
            pass
        self._raise_failure()

    def close(self) -> None:
        """Commit the queued answers, and end the thread."""
        self._queue.put(None)
        self.join()
        self._db.close()
        self._raise_failure()

    def run(self) -> None:
        """Commit the answers of the queue until :meth:`close` ends the thread."""
        try:
            is_open = True
            while is_open:
                batch, flushed, is_open = self._next_batch()
                if batch:
                    self._commit(batch)
                if flushed:
                    flushed.set()
        except DatabaseError as error:
            self.fail(error)
        except Exception as error:  # noqa: BLE001  # raised in the threads that add answers
            self._failure = error

    def fail(self, error: sqlite3.Error | UnicodeDecodeError) -> Exception:
        """Record and return the first error of the run. Rename the file if it is damaged."""
        with self._lock:
            if self._failure is None and is_damage(error):
                new_name = rename_damaged(self._file).name
                self._failure = StorageError(f"{self._file}: is damaged; kept as {new_name}; run the check again")
            self._failure = self._failure or unusable(self._file, error)
            return self._failure

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _next_batch(self) -> tuple[list[_NewAnswer], threading.Event | None, bool]:
        """Return the answers to commit, the event to set afterwards, and whether more may come."""
        batch: list[_NewAnswer] = []
        item = self._queue.get()
        until = time.monotonic() + _COMMIT_EVERY
        while isinstance(item, _NewAnswer):
            batch.append(item)
            try:
                item = self._queue.get(timeout=max(until - time.monotonic(), 0))
            except Empty:
                return batch, None, True
        return batch, item, item is not None

    def _commit(self, batch: Iterable[_NewAnswer]) -> None:
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        if self.run_number is None:
            db.execute("UPDATE meta SET run = run + 1")
            (self.run_number,) = db.execute("SELECT run FROM meta").fetchone()
        changes = sum(map(self._write, batch))
        db.execute("UPDATE meta SET revision = revision + ?", (changes,))
        db.execute("COMMIT")

    def _write(self, answer: _NewAnswer) -> bool:
        """Write one answer. Return whether it can change the feeds of the next build."""
        url, status, failure, is_challenge = answer.row[0], *answer.row[3:5], answer.row[7]
        old_row = self._db.execute(_OLD_ROW, (url,)).fetchone()
        count, run, *old, was_suspect = old_row or (0, None, None, None, None, False)
        is_counted = run == self.run_number and count > 0
        broken_runs = count + (not is_counted) if answer.is_broken else 0
        self._db.execute(_REPLACE, (*answer.row, broken_runs, self.run_number))
        is_suspect = failure is not None or (status or 0) >= 400
        is_changed = [*old, count] != [status, failure, is_challenge, broken_runs]
        can_change_feeds = is_changed and (is_suspect or was_suspect)
        return self._write_measured(url, answer.measured) or bool(can_change_feeds)

    def _write_measured(self, url: str, measured: MeasuredMedia | None) -> bool:
        if measured is None:
            return False
        values = (measured.media_type, measured.length)
        if self._db.execute("SELECT media_type, length FROM media WHERE url = ?", (url,)).fetchone() == values:
            return False
        self._db.execute("REPLACE INTO media VALUES (?, ?, ?)", (url, *values))
        return True


def _batches(targets: Iterable[LinkTarget]) -> Iterator[list[LinkTarget]]:
    rest = iter(targets)
    while batch := list(itertools.islice(rest, _BATCH)):
        yield batch


def _padded(urls: list[str]) -> list[str]:
    """Return ``urls`` padded with the first one, so that all lookups use one prepared statement."""
    return urls + urls[:1] * (_BATCH - len(urls))
