"""The models of feeds, as frozen values. Nothing here depends on a feed format."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from feedpub.core.models import Candidate, FeedKind

NEVER_UPDATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The ``updated`` of a feed that never held an entry.

Atom requires a date, and the output must not depend on the clock.
"""


class FeedListing(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as the overviews of all feeds show it."""

    kind: FeedKind
    folder: str
    """The folder of its files in output/, such as ``topics/ai``; empty for the site."""
    label: str
    """The name of the topic or provider in the title; empty for the site."""
    title: str
    """The complete title."""
    total: int
    """The number of its articles, including those beyond the limit."""
    updated: datetime
    """The newest date of its entries, or :data:`NEVER_UPDATED`."""
    formats: tuple[str, ...]
    """The names of its formats."""
    description: str | None = None
    """The owner's words about this feed."""


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a digest: the best articles of a day, a week or a month."""

    name: str
    """The name of the period by ISO 8601: ``2026-11-27``, ``2026-W48`` or ``2026-11``."""
    end: datetime
    """The end of the period, which is the date of the entry."""
    articles: tuple[Candidate, ...]
    """The best first."""


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """An archive document of a feed: a full page of its articles (RFC 5005 section 4)."""

    number: int
    """The number of the archive; the oldest is 1."""
    articles: tuple[Candidate, ...]
    """Exactly as many articles as the limit of the feed, newest first."""


class Feed(FeedListing, frozen=True, kw_only=True):
    """A feed with its title and its articles.

    It is the same for all formats; the modules of the formats render it.
    """

    key: str
    """The key of its topic or provider, or the slug of a custom feed; empty for the site."""
    articles: tuple[Candidate, ...]
    """At most as many articles as its limit, in its order; of a digest, those of its issues."""
    chosen: dict[str, tuple[str, ...]] = {}
    """The ids of the articles that ``top`` chose, by the name of their period."""
    issues: tuple[Issue, ...] = ()
    """The entries of a digest, the newest first."""
    icon: str | None = None
    """The URL of the picture of its provider."""
    archived: int = 0
    """The number of all its archives."""
    archives: tuple[Archive, ...] = ()
    """The archives that may have changed since the last build."""
    stories: Mapping[str, tuple[Candidate, ...]] = {}
    """The other articles of the story that an article stands for, by the article's path."""
    story_entries: tuple[str, ...] = ()
    """The ids of the articles that go on to stand for their stories."""
