"""The store of answers in links.db: a check looks up the answers of earlier runs and adds new ones.

Answers that arrive together are committed together, and at once, so that a run that any signal
stops loses none that it has received, and the next run continues from there.
:mod:`feedpub.links.remember.answers` decides which answers are stored, and for how long they are
trusted.
"""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

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
from feedpub.links.remember.copies import COPY_COLUMNS, StoredCopy, copy_row, stored_copy
from feedpub.links.remember.database import NAME, DatabaseError, is_damage, open_to_write, replace_damaged, unusable
from feedpub.links.remember.row_checksums import renew, replace, valid

KEPT_DAYS = 90
"""The number of days for which the answer of a URL that no article has any more is kept."""

KEPT_CHANGES = 1000
"""The number of last changes that are kept, so that a build has to look at these alone."""

_BATCH = 500

_URLS = ", ".join("?" * _BATCH)
_LOOK_UP = f"SELECT {COLUMNS} FROM {valid('answers')} WHERE url IN ({_URLS})"  # noqa: S608  # constants
_LOOK_UP_MEDIA = f"SELECT url FROM {valid('media')} WHERE url IN ({_URLS})"  # noqa: S608
_SHOWN = f"SELECT url, is_shown FROM {valid('copies')}"  # noqa: S608
_OLD_ROW = (
    "SELECT CAST(broken_runs AS INTEGER), run, status, failure, is_challenge, failure IS NOT NULL OR status >= 400 "  # noqa: S608
    f"FROM {valid('answers')} WHERE url = ?"
)


class LinkStore:
    """An open links.db, created if it is missing; a context manager that closes it at its end.

    ``warning`` says that a damaged file was replaced. The constructor and all methods except
    :meth:`close` raise :class:`StorageError` (exit status 4) if the file cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME
        self._db, self.warning = open_to_write(folder)
        self._run_number: int | None = None
        """The number of this run; None before its first answer."""

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
            wanted = [target.url for target in batch if target.wants_length]
            measured = {url for (url,) in self._rows(_LOOK_UP_MEDIA, *_padded(wanted))} if wanted else set()
            for target in batch:
                entry = stored_answer(rows[target.url]) if target.url in rows else None
                # A row of media that was lost is measured again.
                is_lost = entry and target.url not in measured and measured_in(target, entry[0].answer)
                if entry is not None and not is_lost and is_trusted(target, *entry, now, ttl_of):
                    yield target, entry[0]

    def broken_runs(self, url: str) -> int:
        """Return the number of consecutive runs before this one that found ``url`` broken."""
        rows = self._rows(f"SELECT broken_runs, run FROM {valid('answers')} WHERE url = ?", url)  # noqa: S608
        return sum(max(int(count) - (run == self._run_number), 0) for count, run in rows)

    def add(self, target: LinkTarget, answer: Answer, verdicts: Iterable[Verdict], now: datetime) -> None:
        """Store ``answer`` with the time ``now``.

        ``verdicts`` are those of the answer for the kinds of links to the URL. An answer that says
        nothing lasting about the link (:func:`feedpub.links.remember.answers.is_worth_storing`)
        does not replace the old one.
        """
        verdicts = frozenset(verdicts)
        if not is_worth_storing(target, answer, verdicts):
            return
        with self.transaction():
            if self._run_number is None:
                self._db.execute("UPDATE meta SET run = run + 1")
                (self._run_number,) = self._db.execute("SELECT run FROM meta").fetchone()
            is_change = self._write(row_of(target, answer, now), is_broken=Verdict.BROKEN in verdicts)
            if self._write_measured(target.url, measured_in(target, answer)) or is_change:
                self._log_change(target.url)

    def copy(self, url: str) -> StoredCopy | None:
        """Return the last answer of an archive for ``url``; None if it was not asked."""
        rows = self._rows(f"SELECT {COPY_COLUMNS} FROM {valid('copies')} WHERE url = ?", url)  # noqa: S608
        return stored_copy(rows[0]) if rows else None

    def add_copy(self, url: str, stored: StoredCopy) -> None:
        """Store the answer of an archive for ``url``."""
        row = copy_row(url, stored)
        with self.transaction():
            old = self._db.execute(f"{_SHOWN} WHERE url = ?", (url,)).fetchone()
            replace(self._db, "copies", (*row, old[1] if old else 0))
            self._log_change(url)

    def show_copies(self, dead: Iterable[str], alive: Iterable[str]) -> None:
        """Have feeds show the copies of ``dead`` pages, and no longer those of ``alive`` ones."""
        shown = {url: bool(is_shown) for url, is_shown in self._rows(_SHOWN)}
        changed = [(url, True) for url in dead if shown.get(url) is False]
        changed += [(url, False) for url in alive if shown.get(url) is True]
        if not changed:
            return
        with self.transaction():
            for url, is_shown in changed:
                self._db.execute("UPDATE copies SET is_shown = ? WHERE url = ?", (is_shown, url))
                renew(self._db, "copies", url)
                self._log_change(url)

    def answers(self) -> Iterator[tuple[str, StoredAnswer]]:
        """Yield each URL with its answer, sorted by URL."""
        for row in self._rows(f"SELECT {COLUMNS} FROM {valid('answers')} ORDER BY url"):  # noqa: S608
            entry = stored_answer(row)
            if entry is not None:
                yield row[0], entry[0]

    def forget(self, urls: Iterable[str]) -> int:
        """Delete the answers of ``urls``, what was measured, and the archived copies.

        Return the number of answers.
        """
        count = 0
        with self.transaction():
            for url in urls:
                was_known = self._db.execute("DELETE FROM answers WHERE url = ?", (url,)).rowcount
                for table in ("media", "copies"):
                    self._db.execute(f"DELETE FROM {table} WHERE url = ?", (url,))  # noqa: S608  # constants
                if was_known:
                    self._log_change(url)
                count += was_known
        return count

    def forget_unused(self, used: Iterable[str], now: datetime) -> int:
        """Delete the answers older than :data:`KEPT_DAYS` that belong to no URL of ``used``.

        While a URL is in an article, it is fetched again when its answer expires. So an old answer
        is that of a URL that was taken out long ago, or that has had no lasting answer since.
        """
        limit = (now - timedelta(days=KEPT_DAYS)).timestamp()
        old = {url for (url,) in self._rows("SELECT url FROM answers WHERE checked_at < ?", limit)}
        if old:
            old.difference_update(used)
        return self.forget(sorted(old)) if old else 0

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what the block adds or deletes together, at its end.

        A commit takes longer than an answer beside the threads of a check. A transaction within
        another one is a part of it. Raise :class:`StorageError`.
        """
        if self._db.in_transaction:
            yield
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except DatabaseError as error:
            raise self._failure(error) from None

    def _rows(self, sql: str, *values: str | float) -> list[Row]:
        try:
            return self._db.execute(sql, values).fetchall()
        except DatabaseError as error:
            raise self._failure(error) from None

    def _failure(self, error: sqlite3.Error | UnicodeDecodeError) -> StorageError:
        """Return the error that ends the check. Rename the file if it is damaged."""
        if not is_damage(error):
            return unusable(self._file, error)
        try:
            kept, _ = replace_damaged(self._file)
        except DatabaseError as again:
            return unusable(self._file, again)
        return StorageError(f"{self._file}: is damaged; kept as {kept.name}; run the check again")

    def _log_change(self, url: str) -> None:
        """Record that a result of ``url`` that builds use may have changed."""
        self._db.execute("UPDATE meta SET revision = revision + 1")
        (revision,) = self._db.execute("SELECT revision FROM meta").fetchone()
        replace(self._db, "changes", (revision, url))
        self._db.execute("DELETE FROM changes WHERE revision <= (SELECT revision FROM meta) - ?", (KEPT_CHANGES,))

    def _write(self, row: Row, *, is_broken: bool) -> bool:
        """Write the answer in ``row``. Return whether it can change the feeds of the next build."""
        url, status, failure, is_challenge = row[0], *row[3:5], row[7]
        old_row = self._db.execute(_OLD_ROW, (url,)).fetchone()
        count, run, *old, was_suspect = old_row or (0, None, None, None, None, False)
        is_counted = run == self._run_number and count > 0
        broken_runs = count + (not is_counted) if is_broken else 0
        replace(self._db, "answers", (*row, broken_runs, self._run_number))
        is_suspect = failure is not None or (status or 0) >= 400
        is_changed = [*old, count] != [status, failure, is_challenge, broken_runs]
        return bool(is_changed and (is_suspect or was_suspect))

    def _write_measured(self, url: str, measured: MeasuredMedia | None) -> bool:
        """Write the type and length of ``url``. Return whether they have changed."""
        if measured is None:
            return False
        values = (measured.media_type, measured.length)
        old = f"SELECT media_type, length FROM {valid('media')} WHERE url = ?"  # noqa: S608
        if self._db.execute(old, (url,)).fetchone() == values:
            return False
        replace(self._db, "media", (url, *values))
        return True


def _batches(targets: Iterable[LinkTarget]) -> Iterator[list[LinkTarget]]:
    rest = iter(targets)
    while batch := list(itertools.islice(rest, _BATCH)):
        yield batch


def _padded(urls: list[str]) -> list[str]:
    """Return ``urls`` padded with the first one, so that all lookups use one prepared statement."""
    return urls + urls[:1] * (_BATCH - len(urls))
