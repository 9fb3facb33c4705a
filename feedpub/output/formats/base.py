"""The interface of a feed format: its arguments, and the methods that it must have.

A format opens no file and depends on no other format. Its file name, media type and label are in
:mod:`feedpub.core.format_registry`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from feedpub.config import Podcast
from feedpub.output.entry import Entry, SiteInfo


class ArchiveLinks(msgspec.Struct, frozen=True, kw_only=True):
    """The links of a document to the archives of its feed (RFC 5005 section 4).

    All URLs lead to documents of the same format.
    """

    previous: str | None = None
    """The archive with the next older entries."""
    next: str | None = None
    """The archive with the next newer entries, or the subscription document after the last."""
    current: str | None = None
    """The document that subscribers poll; None if this is that document."""

    @property
    def is_archive(self) -> bool:
        """True if the document is an archive itself."""
        return self.current is not None

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The links that exist, each as relation and URL."""
        links = (("prev-archive", self.previous), ("next-archive", self.next), ("current", self.current))
        return tuple((rel, url) for rel, url in links if url)


class FeedHead(msgspec.Struct, frozen=True, kw_only=True):
    """The values of a document besides its entries."""

    site: SiteInfo
    title: str
    description: str
    language: str
    self_url: str
    """The URL of the document itself."""
    media_type: str
    """The media type that web servers send with the document."""
    home_url: str
    """The URL of the page of the feed, else of the site."""
    updated: datetime
    expired: bool = False
    """True if the feed gets no more entries."""
    icon: str | None = None
    """A small square picture."""
    logo: str | None = None
    """A larger picture."""
    hub: str | None = None
    """The WebSub hub that pushes changes (https://www.w3.org/TR/websub/#discovery)."""
    stylesheet: str | None = None
    """The URL of the CSS for browsers (https://www.w3.org/TR/xml-stylesheet/)."""
    archived: ArchiveLinks = ArchiveLinks()
    profiles: tuple[str, ...] = ()
    """The names of the profiles that RSS follows."""
    podcast: Podcast | None = None
    """The settings of the profile of podcasts."""

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The hub and the archives, each as relation and URL."""
        return (*((("hub", self.hub),) if self.hub else ()), *self.archived.links)


class Format(Protocol):
    """One feed format."""

    def render_entry(self, entry: Entry, site: SiteInfo) -> bytes:
        """Return one entry as bytes.

        The result does not depend on the feed, so that it serves every feed that holds the entry.
        """

    def render_feed(self, head: FeedHead, entries: Sequence[bytes]) -> bytes:
        """Return the whole document.

        It contains ``entries``, the results of ``render_entry``, in their order. An XML document
        names the stylesheet of ``head``.
        """
