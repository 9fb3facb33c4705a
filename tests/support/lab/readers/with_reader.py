"""reader (https://reader.readthedocs.io/), the library of readers on the web, with its own database."""

from __future__ import annotations

import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from reader import make_reader
from support.lab.model import FILES, Format, Shown


class LibraryReader:
    """reader, which reads a file as it would read an address."""

    name = "reader"
    formats: tuple[Format, ...] = ("rss", "atom", "json")

    def read(self, document: bytes, format_: Format) -> list[Shown]:
        with tempfile.TemporaryDirectory() as folder, closing(make_reader(":memory:", feed_root=folder)) as library:
            (Path(folder) / FILES[format_]).write_bytes(document)
            library.add_feed(FILES[format_])
            library.update_feeds()
            return [_shown(entry) for entry in library.get_entries()]


def _shown(entry: Any) -> Shown:
    content = entry.get_content(prefer_summary=False)
    return Shown(
        id=entry.id,
        link=entry.link,
        title=entry.title,
        published=_written(entry.published),
        updated=_written(entry.updated),
        authors=tuple(author.name for author in entry.authors),
        summary=entry.summary,
        body=content.value if content and content is not entry.summary else None,
        enclosures=tuple(enclosure.href for enclosure in entry.enclosures),
    )


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
