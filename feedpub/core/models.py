"""The models of articles and of the kinds of feeds, as frozen values.

Datetimes are aware and in UTC; URLs are normalized. Nothing here depends on YAML, on the paths of
files in output/ or on a feed format.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import msgspec

from feedpub.core import urls
from feedpub.core.media_models import Attachment, Episode
from feedpub.core.text import match_key

NAME_PREFIX = "name:"
"""The prefix of keys that are names: the name ``wsj.com`` is not the domain ``wsj.com``."""


def name_key(name: str) -> str:
    """Return the key of a provider that has a name and no domain."""
    return NAME_PREFIX + match_key(name)


def provider_keys(name: str) -> tuple[str, ...]:
    """Return the keys of the providers that the owner may mean by ``name``: a name, or a domain."""
    try:
        return name_key(name), urls.domain(name)
    except urls.UrlError:
        return (name_key(name),)


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """An author of an article, or of the site."""

    name: str
    uri: str | None = None
    email: str | None = None
    avatar: str | None = None
    """The URL of a picture of the author."""


class MeasuredMedia(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The type and length of an image or an attachment, as the link check measured them."""

    media_type: str | None
    """The media type in lower case, without parameters."""
    length: int | None
    """The uncompressed length in bytes."""


class ArchivedCopy(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A copy of a dead page in a web archive."""

    url: str
    taken_at: datetime


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of an article or a provider."""

    url: str
    width: int | None = None
    """The width in pixels."""
    height: int | None = None
    """The height in pixels."""
    title: str | None = None
    attribution: str | None = None
    measured: MeasuredMedia | None = None
    """Set from the link check only, never from front matter; see :mod:`feedpub.links.facts`."""


class Provider(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The publication that an article comes from."""

    name: str | None = None
    domain: str | None = None
    """The host name in lower case and A-labels (RFC 5890)."""
    images: tuple[Image, ...] = ()
    authors: tuple[Author, ...] = ()
    has_former_name: bool = False
    """True if an alias gave it its domain: its name is that of the former domain."""

    @property
    def key(self) -> str | None:
        """The domain, else :func:`name_key` of the name; equal keys mean one provider."""
        return self.domain or (name_key(self.name) if self.name else None)

    @property
    def label(self) -> str | None:
        """The name for readers: the name, else the domain."""
        return self.name or self.domain


def provider_named(text: str) -> Provider:
    """Return the provider that ``text`` stands for: a domain if it is one, else a name."""
    try:
        return Provider(domain=urls.domain(text))
    except urls.UrlError:
        return Provider(name=text)


class ArticleBase(msgspec.Struct, frozen=True, kw_only=True):
    """The fields that an article shares with its related articles."""

    url: str
    title: str | None = None
    excerpt: str | None = None
    """The excerpt as it is written: plain text or HTML."""
    published_at: datetime | None = None
    amp_url: str | None = None
    amp_cache_url: str | None = None
    type: str | None = None
    quality: int | None = None
    heat: int | None = None
    provider: Provider | None = None
    images: tuple[Image, ...] = ()
    language: str | None = None


class Topic(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A topic as one article spells it."""

    key: str
    """The key that equal topics share; see :func:`feedpub.core.text.match_key`."""
    label: str


class Facets(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The fields of an article that only the rules of custom feeds and podcasts need."""

    title: str = ""
    type: str | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    """The names of its authors, or else of those of its provider."""
    has_recording: bool = False
    """True if an attachment is audio or video, by its stated type or its extension."""


class StoryFacets(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The fields of an article that only feeds with stories need."""

    title: str = ""
    url: str = ""
    related: tuple[str, ...] = ()
    """The URLs of its related articles."""


class ArticleSummary(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The fields of an :class:`Article` that decide which feeds hold it, as build.db stores them.

    A build holds a hundred thousand of them in memory.
    """

    path: str
    id: str
    published_at: datetime
    updated_at: datetime
    withheld: str | None
    topics: tuple[Topic, ...]
    provider: Provider | None
    """The provider, with its name, its domain and its first image alone."""
    quality: int | None
    heat: int | None
    expires_at: datetime | None = None
    updated_place: tuple[str, int] | None = None
    facets: Facets | None = None
    """None if no rule needs them, because they take memory."""
    story_facets: StoryFacets | None = None
    """None if no feed groups stories."""

    @classmethod
    def of(cls, article: Article, *, with_facets: bool = False, with_story_facets: bool = False) -> ArticleSummary:
        """Return the summary of ``article``."""
        provider = article.provider
        if provider is not None:
            provider = Provider(
                name=provider.name,
                domain=provider.domain,
                images=provider.images[:1],
                has_former_name=provider.has_former_name,
            )
        return cls(
            article.path,
            article.id,
            article.published_at,
            article.updated_at,
            article.withheld,
            article.topics,
            provider,
            article.quality,
            article.heat,
            article.expires_at,
            article.updated_place,
            article.facets if with_facets else None,
            article.story_facets if with_story_facets else None,
        )


class Article(ArticleBase, frozen=True, kw_only=True):
    """A valid article, published or not."""

    path: str
    """The file, relative to config.yaml's folder, with ``/`` between folders.

    Messages show it, and it is the last criterion of the order of articles.
    """
    id: str
    """The entry's id in every format: an absolute URI."""
    title: str
    published_at: datetime
    updated_at: datetime
    updated_place: tuple[str, int] | None = None
    """The key and the line of ``updated_at`` in the file; None if it is ``published_at``."""
    expires_at: datetime | None = None
    """The moment from which it is in no feed; None if it stays."""
    withheld: str | None = None
    """The setting that keeps it unpublished, such as ``draft: true``; None if there is none."""
    authors: tuple[Author, ...] = ()
    """Its own authors, before those of the provider."""
    topics: tuple[Topic, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    duration: float | None = None
    """The length of its video or audio in seconds."""
    related: tuple[ArticleBase, ...] = ()
    episode: Episode | None = None
    """None if the site has no podcast."""
    body: str = ""
    """The body: Markdown with HTML."""
    excerpt_separator: str | None = None
    """The text that ends the excerpt in the body, if the generator has such a setting."""
    own: bool = False
    """True if the URL is one of this site (``content.permalink``), not that of a source."""
    archived: ArchivedCopy | None = None
    """Set from the link check only, if the URL is dead; see :mod:`feedpub.links.facts`."""

    @property
    def facets(self) -> Facets:
        """The fields that rules need."""
        authors = self.authors or (self.provider.authors if self.provider else ())
        return Facets(
            self.title,
            self.type,
            self.language,
            tuple(author.name for author in authors),
            any(attachment.is_recording for attachment in self.attachments),
        )

    @property
    def checked_urls(self) -> tuple[str, ...]:
        """The URLs about which a link check may find facts that entries show."""
        return (
            *filter(None, (self.amp_url, self.amp_cache_url)),
            *(image.url for image in self.images),
            *(attachment.url for attachment in self.attachments),
            self.url,
        )

    @property
    def story_facets(self) -> StoryFacets:
        """The fields that feeds with stories need."""
        return StoryFacets(self.title, self.url, tuple(related.url for related in self.related))


Candidate = Article | ArticleSummary
"""An article for selection, which uses the fields of a summary and no others."""


class FeedKind(Enum):
    """The kinds of feeds, by the articles that they hold.

    The value is the folder in output/ of all feeds of a kind. The site's feed lies at the top.
    """

    SITE = "site"
    TOPIC = "topics"
    PROVIDER = "providers"
    CUSTOM = "feeds"
