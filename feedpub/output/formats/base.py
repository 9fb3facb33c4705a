"""The seam between a feed and its bytes: what a format is handed, and what it must do.

A format never opens a file and knows no other format. What is known of it without rendering (its file, its media type)
is a line of :mod:`feedpub.core.format_registry`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from feedpub.output.entry import Entry, SiteInfo


class ArchiveLinks(msgspec.Struct, frozen=True, kw_only=True):
    """Where a document stands among the archives of its feed (RFC 5005 section 4): URLs of the same format."""

    previous: str | None = None
    """The archive of what is older."""
    next: str | None = None
    """The archive of what is newer; of the newest archive, the feed itself."""
    current: str | None = None
    """Of an archive: the document that subscribers poll."""

    @property
    def is_archive(self) -> bool:
        """Whether the document is an archive itself."""
        return self.current is not None

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Relation and URL of each."""
        found = (("prev-archive", self.previous), ("next-archive", self.next), ("current", self.current))
        return tuple((rel, url) for rel, url in found if url)


class FeedHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed tells of itself, apart from its entries."""

    site: SiteInfo
    title: str
    self_url: str
    """Where this very file is served."""
    media_type: str
    """What it is served as."""
    home_url: str
    """The page that the feed belongs to."""
    updated: datetime
    hub: str | None = None
    """The WebSub hub that tells of changes (https://www.w3.org/TR/websub/#discovery)."""
    stylesheet: str | None = None
    """The CSS that a browser shows the document with (https://www.w3.org/TR/xml-stylesheet/)."""
    archived: ArchiveLinks = ArchiveLinks()

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Relation and URL of what the document links, but for itself and its page."""
        return (*((("hub", self.hub),) if self.hub else ()), *self.archived.links)


class Format(Protocol):
    """One format. ``render_entry`` does not depend on the feed, so that its result serves every feed."""

    def render_entry(self, entry: Entry, site: SiteInfo) -> bytes:
        """One entry."""

    def render_feed(self, head: FeedHead, entries: Sequence[bytes]) -> bytes:
        """The whole document, ``entries`` as ``render_entry`` gave them, in their order. An XML document names the
        stylesheet of ``head``.
        """
