"""The model of an entry as a reader shows it, and the interface of a reader in the lab."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

Format = Literal["rss", "atom", "json"]
FILES: dict[Format, str] = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
LABELS: dict[Format, str] = {"rss": "RSS", "atom": "Atom", "json": "JSON"}


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as a reader hands it out. None and () stand for what it does not hand out."""

    id: str | None = None
    link: str | None = None
    title: str | None = None
    """Plain text: of a reader that says that a title is HTML, the text that a person sees."""
    published: str | None = None
    """A date in any spelling."""
    updated: str | None = None
    authors: tuple[str, ...] = ()
    summary: str | None = None
    """Plain text or HTML."""
    body: str | None = None
    """HTML."""
    image: str | None = None
    """The URL of the lead image."""
    enclosures: tuple[str, ...] = ()
    """The URLs of all files that the reader offers beside the text."""
    topics: tuple[str, ...] = ()


FIELDS = Shown.__struct_fields__
"""The columns of the table of what must arrive."""


class Reader(Protocol):
    """A parser or a reader program."""

    name: str
    """The name in docs/readers.md."""
    formats: tuple[Format, ...]

    def read(self, document: bytes, format_: Format) -> list[Shown]:
        """Return the entries of ``document``. Skip the test if the reader is not installed."""
