"""The answers of web archives that links.db stores, so that each question is asked once. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from feedpub.core.models import ArchivedCopy
from feedpub.core.urls import UrlError, normalize
from feedpub.links.remember.answers import Row

COPY_COLUMNS = "url, before, copy, taken_at, found_at, is_shown"
"""The columns of the table ``copies``.

``before``, ``taken_at`` and ``found_at`` are times in seconds since the epoch. ``is_shown`` is 1
while the URL is dead as a source, so that feeds may show the copy.
"""

_NONE_DAYS = 30
"""The number of days after which an archive that had no copy is asked again."""


class StoredCopy(NamedTuple):
    """The last answer of an archive for a URL."""

    copy: ArchivedCopy | None
    """None if the archive had no copy."""
    before: datetime
    """The time before which the copy had to be."""
    found_at: datetime

    def answers(self, before: datetime, now: datetime) -> bool:
        """Return whether the archive need not be asked for a copy from ``before`` that time."""
        if self.copy is not None:
            return self.copy.taken_at <= before
        return self.before >= before and now - self.found_at < timedelta(days=_NONE_DAYS)


def copy_row(url: str, stored: StoredCopy) -> Row:
    """Return the row of ``stored`` without ``is_shown``."""
    copy = stored.copy
    times = stored.before.timestamp(), copy and copy.url, copy and copy.taken_at.timestamp()
    return url, *times, stored.found_at.timestamp()


def stored_copy(row: Row) -> StoredCopy | None:
    """Return the answer in a row (see :func:`copy_row`); None for an invalid row."""
    _, before, url, taken_at, found_at, *_ = row
    try:
        copy = None if url is None else ArchivedCopy(normalize(url), datetime.fromtimestamp(taken_at, UTC))
        return StoredCopy(copy, datetime.fromtimestamp(before, UTC), datetime.fromtimestamp(found_at, UTC))
    except (UrlError, ValueError, TypeError, AttributeError, OverflowError, OSError):
        return None
