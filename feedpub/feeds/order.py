"""The order of articles in feeds. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from feedpub.core.models import Candidate

_END = datetime.max.replace(tzinfo=UTC)


def newest_first(articles: Iterable[Candidate]) -> list[Candidate]:
    """Return ``articles`` in the order of every feed."""
    return sorted(articles, key=rank)


def rank(article: Candidate) -> tuple[timedelta, str]:
    """Return the sort key of articles in feeds: newest ``published_at`` first, then id."""
    return _END - article.published_at, article.id
