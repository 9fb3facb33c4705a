"""The order of articles in feeds. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from feedpub.core.models import Candidate

_END = datetime.max.replace(tzinfo=UTC)


def later(moment: datetime, span: timedelta) -> datetime:
    """Return the moment ``span`` after ``moment``, at most the last one that a date can be."""
    return moment + span if span <= _END - moment else _END


def newest_first(articles: Iterable[Candidate]) -> list[Candidate]:
    """Return ``articles`` in the order of every feed."""
    return sorted(articles, key=rank)


def rank(article: Candidate) -> tuple[timedelta, str]:
    """Return the sort key of articles in feeds: newest ``published_at`` first, then id."""
    return _END - article.published_at, article.id


def rank_by_heat(article: Candidate) -> tuple[int, timedelta, str]:
    """Return the sort key of articles in feeds with the hottest first; unknown heat comes last."""
    return (1 if article.heat is None else -article.heat, *rank(article))


def rank_for(sort: str) -> Callable[[Candidate], tuple[Any, ...]]:
    """Return the sort key of articles in feeds with the setting ``sort``."""
    return rank_by_heat if sort == "heat" else rank
