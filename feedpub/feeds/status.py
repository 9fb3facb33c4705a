"""The status of articles: published, unpublished, embargoed, expired or duplicate. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from feedpub.core.dates import rfc3339
from feedpub.core.errors import Problem, ProblemKind
from feedpub.core.models import Candidate
from feedpub.feeds.order import later, newest_first
from feedpub.feeds.periods import Calendar


class ArticlesByStatus(msgspec.Struct, frozen=True, kw_only=True):
    """All valid articles, each in the one list of its status."""

    published: tuple[Candidate, ...]
    """Newest first."""
    unpublished: tuple[Candidate, ...]
    embargoed: tuple[Candidate, ...]
    expired: tuple[Candidate, ...]
    duplicates: tuple[tuple[Candidate, Candidate], ...]
    """Pairs of the article that is left out and the one that is published in its place."""
    postdated: tuple[Candidate, ...]
    """The articles, published or duplicates, whose ``updated_at`` is in the future, with this date.

    The other lists hold them with ``published_at`` as their ``updated_at``.
    """

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems that duplicates and dates in the future are reported as."""
        return (*map(_duplicate, self.duplicates), *map(_postdated, self.postdated))


def _duplicate(pair: tuple[Candidate, Candidate]) -> Problem:
    loser, winner = pair
    message = f"has the id of {winner.path} ({winner.id}), which is published instead; give one of them another id"
    return Problem(path=loser.path, line=1, key="id", message=message, kind=ProblemKind.DUPLICATE)


def _postdated(article: Candidate) -> Problem:
    key, line = article.updated_place or ("updated_at", 1)
    message = f"{rfc3339(article.updated_at)} is in the future; it is ignored until then"
    return Problem(path=article.path, line=line, key=key, message=message, kind=ProblemKind.IGNORED)


def group_by_status(articles: Iterable[Candidate], now: datetime) -> ArticlesByStatus:
    """Return ``articles`` by status. Only published articles count as duplicates of each other."""
    lists: dict[str, list[Candidate]] = defaultdict(list)
    postdated = []
    for article in sorted(articles, key=lambda article: article.path):
        status = status_of(article, now)
        if status == "published" and article.updated_at > now:
            postdated.append(article)
            # A date of the clock would make each build another.
            lists[status].append(msgspec.structs.replace(article, updated_at=article.published_at))
        else:
            lists[status].append(article)
    by_id: dict[str, list[Candidate]] = defaultdict(list)
    for article in lists["published"]:
        by_id[article.id].append(article)
    published, duplicates = [], []
    for same_id in by_id.values():
        # They are in the order of their paths, and max() returns the first of equals.
        winner = max(same_id, key=lambda article: article.updated_at)
        published.append(winner)
        duplicates += [(loser, winner) for loser in same_id if loser is not winner]
    return ArticlesByStatus(
        published=tuple(newest_first(published)),
        unpublished=tuple(lists["unpublished"]),
        embargoed=tuple(lists["embargoed"]),
        expired=tuple(lists["expired"]),
        duplicates=tuple(duplicates),
        postdated=tuple(postdated),
    )


def status_of(article: Candidate, now: datetime) -> str:
    """Return the name of the list of :class:`ArticlesByStatus` for a valid article.

    Duplicates count as published here.
    """
    if article.withheld:
        return "unpublished"
    if article.published_at > now:
        return "embargoed"
    return "expired" if article.expires_at is not None and article.expires_at <= now else "published"


def is_postdated(article: Candidate, now: datetime) -> bool:
    """Return whether a published article has an ``updated_at`` in the future."""
    return article.updated_at > now and status_of(article, now) == "published"


def moments_of(
    article: Candidate, spans: Iterable[timedelta] = (), calendars: Iterable[Calendar] = ()
) -> Iterator[datetime]:
    """Yield the moments at which the clock changes how a valid article is published.

    After each of ``spans``, the article may leave a feed; at the end of its period in each of
    ``calendars``, it may join one.
    """
    if not article.withheld:
        for calendar in calendars:
            yield calendar.period_of(article.published_at).end
        for span in spans:
            yield later(article.published_at, span)
        yield article.published_at
        yield article.updated_at
        if article.expires_at is not None:
            yield article.expires_at
