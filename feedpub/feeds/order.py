"""The order of articles in feeds. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from feedpub.core.models import Candidate

END = datetime.max.replace(tzinfo=UTC)


def later(moment: datetime, span: timedelta) -> datetime:
    """Return the moment ``span`` after ``moment``, at most the last one that a date can be."""
    return moment + span if span <= END - moment else END


def newest_first(articles: Iterable[Candidate]) -> list[Candidate]:
    """Return ``articles`` in the order of every feed."""
    return sorted(articles, key=rank)


def rank(article: Candidate) -> tuple[timedelta, str]:
    """Return the sort key of articles in feeds: newest ``published_at`` first, then id."""
    return END - article.published_at, article.id


def rank_by(field: str) -> Callable[[Candidate], tuple[int, timedelta, str]]:
    """Return the sort key of articles by ``heat`` or ``quality``, the highest first.

    Articles of which it is not known come last.
    """

    def key(article: Candidate) -> tuple[int, timedelta, str]:
        value: int | None = getattr(article, field)
        return (1 if value is None else -value, *rank(article))

    return key


def rank_for(sort: str) -> Callable[[Candidate], tuple[Any, ...]]:
    """Return the sort key of articles in feeds with the setting ``sort``."""
    return rank_by("heat") if sort == "heat" else rank
