"""links.db as a build uses it: what checks measured of images and attachments, and which links they found broken.

One snapshot, also while a check writes. A build goes on without a links.db that is missing, or damaged.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

from feedpub.core.errors import printable
from feedpub.core.models import MeasuredMedia
from feedpub.links.facts import LinkFacts
from feedpub.links.remember.answers import COLUMNS, Row, StoredAnswer, remembered
from feedpub.links.remember.database import NAME, DamagedError, DatabaseError, open_to_read

if TYPE_CHECKING:
    from feedpub.links.settings import SettingsByHost

_SUSPECTS = f"SELECT {COLUMNS} FROM answers WHERE failure IS NOT NULL OR status >= 400 ORDER BY url"  # noqa: S608


class MeasuredLinks:
    """What the checks so far found out. A context manager.

    ``warning`` says why nothing is known though links.db is there. Raises :class:`~feedpub.core.errors.StorageError` where
    that is from a newer feedpub: without it, the feeds would change. ``untouched`` is :func:`open_to_read`'s.
    """

    def __init__(self, folder: Path, *, untouched: bool = False) -> None:
        self._file = folder / NAME
        self.warning: str | None = None
        self._db: sqlite3.Connection | None = None
        try:
            self._db = open_to_read(folder, untouched=untouched)
        except DamagedError:
            self._give_up("is damaged")
        except (sqlite3.Error, OSError) as error:
            self._give_up(f"cannot be read ({printable(str(error))})")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def fingerprint(self) -> str:
        """What changes with anything that the other methods tell; empty where nothing is known."""
        return "".join(f"{epoch} {revision}" for epoch, revision in self._rows("SELECT epoch, revision FROM meta"))

    def measured(self) -> dict[str, MeasuredMedia]:
        """Type and length of each image and attachment that was measured, by URL."""
        rows = self._rows("SELECT url, media_type, length FROM media")
        return {url: MeasuredMedia(media_type, length) for url, media_type, length in rows}

    def suspects(self) -> Iterator[tuple[str, StoredAnswer]]:
        """Every URL whose last answer was a failure or a status from 400 on, in order.

        Which of them are broken depends on kind and configuration: see :mod:`feedpub.links.judge.verdicts` and
        :func:`feedpub.links.remember.answers.counts_as_broken`.
        """
        for row in self._rows(_SUSPECTS):
            found = remembered(row)
            if found is not None:
                yield row[0], found[0]

    def facts(self, settings: SettingsByHost) -> LinkFacts:
        """What feeds show of it."""
        broken: frozenset[str] = frozenset()
        if settings.omit_broken:
            # What judges is loaded where it is needed: most sites keep broken links.
            from feedpub.links.remember.broken import is_left_out  # noqa: PLC0415

            broken = frozenset(url for url, known in self.suspects() if is_left_out(url, known, settings))
        return LinkFacts(self.measured(), broken)

    def close(self) -> None:
        """Let go of the file."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _rows(self, sql: str) -> list[Row]:
        if self._db is None:
            return []
        try:
            return self._db.execute(sql).fetchall()
        except DatabaseError:
            self._give_up("is damaged")
            return []

    def _give_up(self, why: str) -> None:
        self.close()
        self.warning = f"{self._file}: {why}; built without what checks learned"
