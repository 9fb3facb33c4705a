"""The numbers of articles and feeds in the report of a build."""

from __future__ import annotations

import msgspec


class ArticleCounts(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of articles: each file that was read counts once more after ``read``."""

    read: int = 0
    """All files."""
    published: int = 0
    unpublished: int = 0
    embargoed: int = 0
    expired: int = 0
    invalid: int = 0
    duplicates: int = 0


class FeedCounts(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of feeds. A feed counts once for all its formats."""

    total: int = 0
    written: int = 0
    """The feeds with a file that was written; part of the total."""
    unchanged: int = 0
    removed: int = 0
