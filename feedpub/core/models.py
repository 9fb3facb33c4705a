"""What an article and a feed are. Frozen values; datetimes are aware and in UTC; URLs are normalized.

Nothing here knows YAML, a path in output/, or a format.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Protocol

import msgspec

from feedpub.core.text import match_key

NEVER_UPDATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The ``updated`` of a feed that never held an entry: Atom requires one, and the clock must not reach the output."""

NAME_PREFIX = "name:"
"""What tells a provider's name from a domain, so that the name ``wsj.com`` is not the domain."""


def name_key(name: str) -> str:
    """The key of a provider that is known by its name alone."""
    return NAME_PREFIX + match_key(name)


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote an article."""

    name: str
    uri: str | None = None
    email: str | None = None
    """Of the site only."""


class MeasuredMedia(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a check found an image or an attachment to be."""

    media_type: str | None
    """Lower case, without parameters."""
    length: int | None
    """Bytes, uncompressed."""


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of an article or a provider."""

    url: str
    width: int | None = None
    """Pixels."""
    height: int | None = None
    title: str | None = None
    attribution: str | None = None
    measured: MeasuredMedia | None = None
    """Never the reader's; see :mod:`feedpub.links.facts`."""


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file that belongs to an article: a recording, a download."""

    url: str
    type: str | None = None
    """The media type, where the front matter names it."""
    length: int | None = None
    """Bytes."""
    title: str | None = None
    duration: float | None = None
    """Seconds."""


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """The publication that an article comes from."""

    name: str | None = None
    domain: str | None = None
    """Lower case, A-labels."""
    images: tuple[Image, ...] = ()
    authors: tuple[Author, ...] = ()

    @property
    def key(self) -> str | None:
        """What makes two providers one: the domain, else :func:`name_key` of the name."""
        return self.domain or (name_key(self.name) if self.name else None)

    @property
    def label(self) -> str | None:
        """What a person calls it."""
        return self.name or self.domain


class ArticleBase(msgspec.Struct, frozen=True, kw_only=True):
    """What an article and the articles related to it have in common."""

    url: str
    title: str | None = None
    excerpt: str | None = None
    """Plain text or HTML, as written."""
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
    """See :func:`feedpub.core.text.match_key`."""
    label: str


class Candidate(Protocol):
    """What decides about an article's place in feeds: all that selection may look at. See :class:`Article`."""

    @property
    def path(self) -> str: ...  # noqa: D102

    @property
    def id(self) -> str: ...  # noqa: D102

    @property
    def published_at(self) -> datetime: ...  # noqa: D102

    @property
    def updated_at(self) -> datetime: ...  # noqa: D102

    @property
    def withheld(self) -> str | None: ...  # noqa: D102

    @property
    def topics(self) -> tuple[Topic, ...]: ...  # noqa: D102

    @property
    def provider(self) -> Provider | None: ...  # noqa: D102

    @property
    def quality(self) -> int | None: ...  # noqa: D102

    @property
    def heat(self) -> int | None: ...  # noqa: D102


class ArticleSummary(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An article as memory and build.db hold it, a hundred thousand at a time: a :class:`Candidate` and no more."""

    path: str
    id: str
    published_at: datetime
    updated_at: datetime
    withheld: str | None
    topics: tuple[Topic, ...]
    provider: Provider | None
    """Name and domain alone."""
    quality: int | None
    heat: int | None

    @classmethod
    def of(cls, article: Article) -> ArticleSummary:
        """The summary of ``article``."""
        provider = article.provider
        return cls(
            article.path,
            article.id,
            article.published_at,
            article.updated_at,
            article.withheld,
            article.topics,
            Provider(name=provider.name, domain=provider.domain) if provider else None,
            article.quality,
            article.heat,
        )


class Article(ArticleBase, frozen=True, kw_only=True):
    """A valid article, published or not."""

    path: str
    """For messages and as the last means of order; relative to config.yaml, ``/`` between folders."""
    id: str
    """An absolute URI; the entry's id in every format."""
    title: str
    published_at: datetime
    updated_at: datetime
    withheld: str | None = None
    """Why its front matter says that it is not published: ``published: false``, ``draft: true``."""
    topics: tuple[Topic, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    duration: float | None = None
    """Seconds of video or audio."""
    related: tuple[ArticleBase, ...] = ()
    body: str = ""
    """Markdown with HTML."""
    own: bool = False
    """Whether the URL is this site's (``content.permalink``), not that of a source elsewhere."""


class FeedKind(Enum):
    """What a feed gathers. The value is its folder in output/, but for the site's, which lies at the top."""

    SITE = "site"
    TOPIC = "topics"
    PROVIDER = "providers"
    CUSTOM = "feeds"


class FeedListing(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as an overview of all feeds shows it."""

    kind: FeedKind
    folder: str
    """Where in output/ its files lie: ``topics/ai``; empty for the site."""
    label: str
    """The topic's or provider's name as the title shows it; empty for the site."""
    title: str
    """The whole title."""
    total: int
    """How many articles belong to it, with those past the limit."""
    updated: datetime
    """Or :data:`NEVER_UPDATED`."""


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """A full slice of a feed's articles, for good (RFC 5005 section 4)."""

    number: int
    """1 is the oldest."""
    articles: tuple[Candidate, ...]
    """Newest first, exactly ``output.limit``."""


class Feed(FeedListing, frozen=True, kw_only=True):
    """One feed, decided: what it is called and which articles it holds. The formats decide how it looks."""

    key: str
    """The match key of its topic or provider, or the slug of an owner's own feed; empty for the site."""
    articles: tuple[Candidate, ...]
    """Newest first, at most ``output.limit``."""
    archived: int = 0
    """How many archives there are."""
    archives: tuple[Archive, ...] = ()
    """Those that may have changed."""


class ArticleCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Articles, each file found in one of the numbers after the first."""

    read: int = 0
    """Files found."""
    published: int = 0
    unpublished: int = 0
    embargoed: int = 0
    invalid: int = 0
    duplicates: int = 0


class FeedCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Feeds, each with all of its formats."""

    total: int = 0
    written: int = 0
    """Of the total, those of which a file was written."""
    unchanged: int = 0
    removed: int = 0
