"""The interface of a profile, whose methods do nothing unless a profile overrides them.

A profile adds elements to RSS, the format that such services read, and names what they refuse. It
opens no file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from feedpub.core.models import Article
from feedpub.feeds.feed_settings import FeedSettings
from feedpub.output.entry import Entry, SiteInfo
from feedpub.output.formats.base import FeedHead
from feedpub.output.formats.feedgen_fixes import Element
from feedpub.output.media import Media


class CheckedFeed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed whose values a profile checks."""

    settings: FeedSettings
    site: SiteInfo
    entries: tuple[Entry, ...]
    """The entries of the feed, before its style leaves out anything."""
    total: int
    """The number of its articles, including those beyond the limit."""
    size_of: Callable[[str], tuple[int, int] | None]
    """Returns the width and the height of the picture with this URL; None if they are not known."""


class ProfileFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A fact about a feed for which a service refuses it, or advises otherwise."""

    key: str
    """The key of the feed in the configuration (``podcast.image``), or of the article."""
    message: str
    """The fault, and the way to mend it."""
    article: Article | None = None
    """None if the feed as a whole is meant."""
    url: str | None = None
    """The URL in the article that is meant."""
    is_refused: bool = True
    """False if it is no more than advice."""


class Profile:
    """One profile."""

    namespaces: Mapping[str, str] = {}
    """The XML namespaces of its elements, by prefix."""

    def extend_channel(self, channel: Element, head: FeedHead) -> None:
        """Add to ``channel``, the RSS channel of the feed ``head``."""

    def enclosure(self, chosen: Media | None, entry: Entry) -> Media | None:  # noqa: ARG002  # the same
        """Return the enclosure of the RSS item of ``entry``; ``chosen`` is the usual one."""
        return chosen

    def item_elements(self, entry: Entry) -> Iterator[str]:  # noqa: ARG002  # the same
        """Yield further elements of the RSS item of ``entry``.

        They do not depend on the feed, so that they serve every feed of the profile.
        """
        yield from ()

    def findings(self, feed: CheckedFeed) -> Iterator[ProfileFinding]:  # noqa: ARG002  # for those that override it
        """Yield what the service refuses of ``feed``, for ``feedpub validate``."""
        yield from ()
