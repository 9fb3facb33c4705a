"""An article as an entry: everything that the formats show of it, in no format yet. Pure functions.

An entry is made once for an article and serves every format of every feed that holds it.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from feedpub.core import text
from feedpub.core.html import render_body, render_excerpt
from feedpub.core.models import Article, ArticleBase, Author
from feedpub.output import media
from feedpub.output.media import Media

AMP_REL = "https://www.ampproject.org/#amphtml"
"""The link relation of an AMP page: the bare ``amphtml`` is not registered, and a feed may hold no such word."""


class SiteInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What every feed tells of the site."""

    title: str
    base_url: str
    """Ends with a slash."""
    description: str
    language: str
    author: Author
    icon: str | None = None
    logo: str | None = None
    ttl: int = 60
    """Minutes."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry, item, of a feed."""

    id: str
    url: str
    title: str
    published: datetime
    updated: datetime
    authors: tuple[Author, ...]
    topics: tuple[str, ...]
    summary: str | None
    """Plain text."""
    summary_html: str | None
    """The same as sanitized HTML."""
    summary_is_html: bool
    content_html: str | None
    """The body, sanitized."""
    language: str | None
    attachments: tuple[Media, ...]
    images: tuple[Media, ...]
    """The lead image first."""
    article: Article
    """For what only ``_feedpub`` tells."""

    @property
    def media(self) -> tuple[Media, ...]:
        """Attachments and images, each once."""
        attached = {media.url for media in self.attachments}
        return (*self.attachments, *(image for image in self.images if image.url not in attached))

    @property
    def enclosure(self) -> Media | None:
        """The one of RSS."""
        return media.enclosure_of(self.attachments, self.images)


def make_entry(article: Article, site: SiteInfo) -> Entry:
    """The entry of ``article`` in the feeds of ``site``."""
    base = article.url if article.own else site.base_url
    excerpt = article.excerpt
    attachments, images = media.media_of(article)
    content = render_body(article.body, base=base, page=article.url) if article.body else ""
    return Entry(
        id=article.id,
        url=article.url,
        title=article.title,
        published=article.published_at,
        updated=article.updated_at,
        authors=authors_of(article, site),
        topics=tuple(topic.label for topic in article.topics),
        summary=(text.plain(excerpt) or None) if excerpt else None,
        summary_html=(render_excerpt(excerpt, base=base, page=article.url) or None) if excerpt else None,
        summary_is_html=bool(excerpt and text.is_html(excerpt)),
        content_html=content or None,
        language=article.language,
        attachments=attachments,
        images=images,
        article=article,
    )


def authors_of(story: ArticleBase, site: SiteInfo) -> tuple[Author, ...]:
    """The provider's authors, else the provider, else the site."""
    provider = story.provider
    if provider and provider.authors:
        return provider.authors
    if provider and provider.label:
        uri = f"https://{provider.domain}/" if provider.domain else None
        return (Author(name=provider.label, uri=uri),)
    return (site.author,)
