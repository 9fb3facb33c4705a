"""The values of articles and feeds for the templates.

docs/pages.md promises these names to owners who write their own templates.
"""

from __future__ import annotations

import msgspec


class FormatView(msgspec.Struct, frozen=True, kw_only=True):
    """A format in which a feed has a document."""

    name: str
    label: str
    type: str
    """The media type."""
    file: str
    """The file name in the feed's folder."""


class FeedView(msgspec.Struct, frozen=True, kw_only=True):
    """A feed on its own page and on the overview."""

    kind: str
    """``site``, ``topics``, ``providers`` or ``feeds``."""
    label: str
    """The name for headings and lists."""
    title: str
    prefix: str
    """The URL path of its folder from the top of the site: ``topics/ai/``; empty for the site."""
    path: str
    """The URL path of its page from the top of the site."""
    url: str
    """The absolute URL of its page; with a format's ``file`` appended, the URL of that document."""
    description: str
    """One sentence."""
    total: int
    """The number of articles, with those past ``output.limit``."""
    count: str
    """The total in words: ``12 articles``."""
    date: str
    """The date of ``updated``: ``2024-05-01``; empty if the feed never held an article."""
    updated: str
    """The time of the last change by RFC 3339; empty if the feed never held an article."""
    formats: tuple[FormatView, ...]


class LinkView(msgspec.Struct, frozen=True, kw_only=True):
    """The name of a topic or a provider, with a link to its page if there is one."""

    label: str
    path: str | None = None
    """The path of the page from the top of the site; None without a link."""


class ImageView(msgspec.Struct, frozen=True, kw_only=True):
    """An image."""

    url: str
    alt: str = ""
    width: int | None = None
    """In pixels."""
    height: int | None = None
    """In pixels."""


class DownloadView(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment of an article."""

    url: str
    label: str
    note: str
    """The type, the size and the duration, without those that are not known."""


class RelatedView(msgspec.Struct, frozen=True, kw_only=True):
    """A related article."""

    url: str
    title: str
    provider: str | None
    language: str | None


class ArticleView(msgspec.Struct, frozen=True, kw_only=True):
    """An article on every page that shows it."""

    url: str
    title: str
    language: str | None
    """The language; None if it is that of the site."""
    published: str
    """The time by RFC 3339."""
    date: str
    """The date of ``published``: ``2024-05-01``."""
    type: str | None
    """The type for readers, such as ``Podcast``; None for a plain article."""
    duration: str | None
    """The duration: ``12:03``."""
    seconds: int | None
    """The duration in seconds."""
    excerpt: str | None
    image: ImageView | None
    provider: LinkView | None
    icon: ImageView | None
    topics: tuple[LinkView, ...]
    attachments: tuple[DownloadView, ...]
    related: tuple[RelatedView, ...]
    story: tuple[RelatedView, ...]
    """The other articles of its story, on pages of feeds that group stories."""
