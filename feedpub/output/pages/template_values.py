"""What the templates see of articles and feeds. docs/pages.md lists these values for owners who write their own:
a name here is a promise to them.
"""

from __future__ import annotations

import msgspec


class FormatView(msgspec.Struct, frozen=True, kw_only=True):
    """A format: of every feed there is a document in it."""

    name: str
    label: str
    type: str
    """The media type."""
    file: str
    """Its name in the feed's folder."""


class FeedView(msgspec.Struct, frozen=True, kw_only=True):
    """A feed, as its own page and the overview show it."""

    kind: str
    """``site``, ``topics``, ``providers`` or ``feeds``."""
    label: str
    """What a heading says."""
    title: str
    prefix: str
    """Its folder from the top of the site: ``topics/ai/``; empty for the site's."""
    path: str
    """Its page, from the top of the site."""
    url: str
    """Its page, absolute; with a format's file, the address of that document."""
    description: str
    """One sentence."""
    total: int
    count: str
    """The same in words: ``12 articles``."""
    date: str
    """``2024-05-01``; empty where it never held an article."""
    updated: str
    """The same moment by RFC 3339."""
    formats: tuple[FormatView, ...]


class LinkView(msgspec.Struct, frozen=True, kw_only=True):
    """A name that may be a link."""

    label: str
    path: str | None = None
    """From the top of the site."""


class ImageView(msgspec.Struct, frozen=True, kw_only=True):
    """A picture."""

    url: str
    alt: str = ""
    width: int | None = None
    """Pixels."""
    height: int | None = None


class DownloadView(msgspec.Struct, frozen=True, kw_only=True):
    """A file that belongs to an article."""

    url: str
    label: str
    note: str
    """Kind, size and duration, as far as they are known."""


class RelatedView(msgspec.Struct, frozen=True, kw_only=True):
    """An article elsewhere."""

    url: str
    title: str
    provider: str | None
    language: str | None


class ArticleView(msgspec.Struct, frozen=True, kw_only=True):
    """An article, as every page shows it."""

    url: str
    title: str
    language: str | None
    """Where it is not the site's."""
    published: str
    """RFC 3339."""
    date: str
    """``2024-05-01``."""
    type: str | None
    """What it is, if not simply an article."""
    duration: str | None
    """``12:03``."""
    seconds: int | None
    excerpt: str | None
    image: ImageView | None
    provider: LinkView | None
    icon: ImageView | None
    topics: tuple[LinkView, ...]
    attachments: tuple[DownloadView, ...]
    related: tuple[RelatedView, ...]
