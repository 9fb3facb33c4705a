"""The results of link checks that a build uses: media types and lengths, and broken links.

A build reads one snapshot of links.db, also while a check writes to it. If links.db is missing or
damaged, the build continues without it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

from feedpub.core.errors import printable
from feedpub.core.models import ArchivedCopy, MeasuredMedia
from feedpub.links.facts import LinkFacts
from feedpub.links.remember.answers import COLUMNS, Row, StoredAnswer, stored_answer
from feedpub.links.remember.copies import COPY_COLUMNS, stored_copy
from feedpub.links.remember.database import NAME, DamagedError, DatabaseError, open_to_read
from feedpub.links.remember.row_checksums import valid

if TYPE_CHECKING:
    from feedpub.links.settings import SettingsByHost

_SUSPECTS = f"SELECT {COLUMNS} FROM {valid('answers')} WHERE failure IS NOT NULL OR status >= 400 ORDER BY url"  # noqa: S608

_CHANGED = f"SELECT url FROM {valid('changes')} WHERE revision > ?"  # noqa: S608
_MEASURED = f"SELECT url, media_type, length FROM {valid('media')}"  # noqa: S608


class MeasuredLinks:
    """The results of all checks so far; a context manager.

    ``warning`` says why links.db cannot be used although it exists. With ``read_only``, no file is
    created beside links.db (see :func:`~feedpub.links.remember.database.open_to_read`). Raise
    :class:`~feedpub.core.errors.StorageError` if links.db is from a newer feedpub, because the
    feeds would change without it.
    """

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self._file = folder / NAME
        self.warning: str | None = None
        self._db: sqlite3.Connection | None = None
        try:
            self._db = open_to_read(folder, read_only=read_only)
        except DamagedError:
            self._disable("is damaged")
        except (sqlite3.Error, OSError) as error:
            self._disable(f"cannot be read ({printable(str(error))})")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def state(self) -> tuple[str, int]:
        """Return the name of links.db, which a new one does not share, and its revision.

        The revision grows with every change of what the other methods return. Without results, the
        name is empty, and the revision is 0.
        """
        rows = self._rows("SELECT epoch, revision FROM meta")
        return (str(rows[0][0]), int(rows[0][1])) if rows else ("", 0)

    def changed_since(self, revision: int) -> frozenset[str] | None:
        """Return the URLs of which a result has changed since ``revision``; None if unknown."""
        urls = [url for (url,) in self._rows(_CHANGED, revision)]
        return frozenset(urls) if len(urls) == self.state()[1] - revision else None

    def measured(self) -> dict[str, MeasuredMedia]:
        """Return the media type and length of each measured image and attachment, by URL."""
        rows = self._rows(_MEASURED)
        return {url: MeasuredMedia(media_type, length) for url, media_type, length in rows}

    def suspects(self) -> Iterator[tuple[str, StoredAnswer]]:
        """Yield each URL whose last answer was a failure or a status of 400 or more, sorted by URL.

        Link kind and configuration decide which of them are broken: see
        :mod:`feedpub.links.judge.verdicts` and
        :func:`feedpub.links.remember.answers.counts_as_broken`.
        """
        for row in self._rows(_SUSPECTS):
            entry = stored_answer(row)
            if entry is not None:
                yield row[0], entry[0]

    def facts(self, settings: SettingsByHost) -> LinkFacts:
        """Return the results that change feeds under ``settings``."""
        broken: frozenset[str] = frozenset()
        if settings.omit_broken:
            # The import is here because most sites keep broken links and never need the verdicts.
            from feedpub.links.remember.broken import is_omitted  # noqa: PLC0415

            broken = frozenset(url for url, stored in self.suspects() if is_omitted(url, stored, settings))
        return LinkFacts(self.measured(), broken, self._copies(settings) if settings.archive_broken else {})

    def _copies(self, settings: SettingsByHost) -> dict[str, ArchivedCopy]:
        """Return the copies of dead sources that feeds show under ``settings``, by URL."""
        from feedpub.links.schedule.politeness import host_of  # noqa: PLC0415  # as above

        copies = {}
        for url, *row in self._rows(f"SELECT {COPY_COLUMNS} FROM {valid('copies')} WHERE is_shown = 1"):  # noqa: S608
            stored, host_settings = stored_copy((url, *row)), settings.settings_for(host_of(url))
            if stored and stored.copy and host_settings.archives_broken and host_settings.exclusion(url) is None:
                copies[url] = stored.copy
        return copies

    def close(self) -> None:
        """Close the file."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _rows(self, sql: str, *values: int) -> list[Row]:
        if self._db is None:
            return []
        try:
            return self._db.execute(sql, values).fetchall()
        except DatabaseError:
            self._disable("is damaged")
            return []

    def _disable(self, reason: str) -> None:
        self.close()
        self.warning = f"{self._file}: {reason}; built without the results of link checks"
