"""The selection of feeds and of their articles. It does not render feeds.

It is pure: the time, the history and the configuration are arguments, and the same articles in any
order give the same feeds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec

from feedpub.config import Config
from feedpub.core.dates import rfc3339
from feedpub.core.errors import Problem, ProblemKind, UsageError, quoted
from feedpub.core.models import NAME_PREFIX, NEVER_UPDATED, Archive, Candidate, Feed, FeedKind, FeedListing, name_key
from feedpub.core.text import match_key
from feedpub.feeds.custom_feeds import CustomRule, keys_of_providers
from feedpub.feeds.paths import FeedFolders, folders_of

T = TypeVar("T")

_END = datetime.max.replace(tzinfo=UTC)


class PublishedFeed(msgspec.Struct, frozen=True, kw_only=True):
    """The data of a published feed that the next builds need to publish it empty."""

    kind: FeedKind
    key: str
    label: str
    updated: datetime
    total: int = 0
    """The number of articles that belonged to it."""


History = Mapping[str, PublishedFeed]
"""Every feed published so far, by folder."""


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
            lists[status].append(msgspec.structs.replace(article, updated_at=article.published_at))  # type: ignore[type-var]  # every candidate is a Struct
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


def moments_of(article: Candidate) -> Iterator[datetime]:
    """Yield the moments at which the clock changes how a valid article is published."""
    if not article.withheld:
        yield article.published_at
        yield article.updated_at
        if article.expires_at is not None:
            yield article.expires_at


def newest_first(articles: Iterable[Candidate]) -> list[Candidate]:
    """Return ``articles`` in the order of every feed."""
    return sorted(articles, key=rank)


def rank(article: Candidate) -> tuple[timedelta, str]:
    """Return the sort key of articles in feeds: newest ``published_at`` first, then id."""
    return _END - article.published_at, article.id


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The published articles of one feed, whether or not that feed exists."""

    kind: FeedKind
    key: str
    folder: str
    """The folder of its feed in output/."""
    articles: Sequence[Candidate]
    """Newest first: all, or at least as many as a feed may hold."""
    total: int
    """The number of all articles."""
    names: Mapping[str, int]
    """The names of the topic or provider, with their numbers of articles; a custom feed's title."""
    archives: tuple[Archive, ...] = ()
    """The archives that may have changed, if ``articles`` are not all."""

    @property
    def label(self) -> str:
        """The most frequent name (of equals, the one with the smaller code points).

        The domain follows in parentheses if the provider has several names.
        """
        name = min(self.names, key=lambda name: (-self.names[name], name), default="")
        if self.kind is not FeedKind.PROVIDER:
            return name
        name = name or self.key
        return f"{name} ({self.key})" if len(self.names) > 1 and not self.key.startswith(NAME_PREFIX) else name


def select(
    published: Sequence[Candidate], config: Config, history: History, *, prune: bool = False
) -> tuple[Feed, ...]:
    """Return all feeds to publish: the site's first, the others in the order of their folders.

    ``published`` is in the order of :func:`newest_first`. With ``prune``, feeds without articles
    are dropped, except for those that the configuration defines.
    """
    return feeds_of(groups_of(published, config), config, history, () if prune else history)


def feeds_of(groups: Iterable[Group], config: Config, history: History, kept: Iterable[str]) -> tuple[Feed, ...]:
    """Return the feeds of ``groups``, in the order of :func:`select`.

    A folder of ``kept`` without a group gets an empty feed. Raise
    :class:`~feedpub.core.errors.UsageError` if two groups have one folder.
    """
    feeds = {
        group.folder: _feed(config, group.folder, _known(group, history), group)
        for group in check_folders(groups)
        if refusal_of(group, config, history) is None
    }
    feeds |= {folder: _feed(config, folder, history[folder]) for folder in kept if folder not in feeds}
    return tuple(sorted(feeds.values(), key=feed_order))


def check_folders(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Return ``groups``. Raise :class:`~feedpub.core.errors.UsageError` if two have one folder."""
    by_folder: dict[str, Group] = {}
    groups = tuple(groups)
    for group in groups:
        other = by_folder.setdefault(group.folder, group)
        if other.key != group.key:
            section = group.kind.value
            names = " and ".join(sorted(map(_name_of, (other, group))))
            raise UsageError(f"{section}: {names} have the same folder, {group.folder}; choose it in {section}.slugs")
    return groups


def _name_of(group: Group) -> str:
    """Return the key of a topic or provider as messages show it."""
    if group.kind is not FeedKind.PROVIDER:
        return quoted(group.key)
    name = group.key.removeprefix(NAME_PREFIX)
    return f"the {'domain' if name == group.key else 'name'} {quoted(name)}"


def feed_order(feed: FeedListing) -> tuple[bool, str]:
    """Return the sort key of feeds: the site's first, the others by their folders."""
    return feed.kind is not FeedKind.SITE, feed.folder


def articles_of(feed: Feed) -> Iterator[Candidate]:
    """Yield the articles of ``feed`` and of those of its archives that may have changed."""
    yield from feed.articles
    for archive in feed.archives:
        yield from archive.articles


def _known(group: Group, history: History) -> PublishedFeed:
    old = history.get(group.folder)
    updated = old.updated if old else NEVER_UPDATED
    return PublishedFeed(kind=group.kind, key=group.key, label=group.label, updated=updated)


def _feed(config: Config, folder: str, known: PublishedFeed, group: Group | None = None) -> Feed:
    """Return the feed ``known`` with the articles of ``group``.

    A feed without articles keeps its last ``updated``.
    """
    articles = tuple(group.articles[: config.output.limit]) if group else ()
    return Feed(
        kind=known.kind,
        key=known.key,
        folder=folder,
        label=known.label,
        title=_title(known, config),
        updated=max((article.updated_at for article in articles), default=known.updated),
        articles=articles,
        total=group.total if group else 0,
        archived=archive_count(group.total, config) if group else 0,
        archives=_archives(group, config) if group else (),
    )


def listing_of(known: PublishedFeed, folder: str, config: Config) -> FeedListing:
    """Return the entry of the unchanged feed ``known`` in ``folder`` for an overview."""
    return FeedListing(
        kind=known.kind,
        folder=folder,
        label=known.label,
        title=_title(known, config),
        total=known.total,
        updated=known.updated,
    )


def _title(known: PublishedFeed, config: Config) -> str:
    titles = {FeedKind.SITE: config.site.title, FeedKind.CUSTOM: known.label}
    return titles.get(known.kind) or f"{config.site.title}: {known.label}"


def archive_count(total: int, config: Config) -> int:
    """Return the number of archives of a feed with ``total`` articles: one for each full feed."""
    return total // config.output.limit if config.output.archive else 0


def archive_members(members: Sequence[T], number: int, limit: int) -> Sequence[T]:
    """Return those of the ``members`` of a feed, newest first, that are in its archive ``number``.

    Archives are filled from the oldest article on, so that a newer article changes none of them. An
    article that no archive holds is among the newest ``limit``.
    """
    end = len(members) - (number - 1) * limit
    return members[end - limit : end]


def _archives(group: Group, config: Config) -> tuple[Archive, ...]:
    if len(group.articles) < group.total:
        return group.archives
    return tuple(
        Archive(number=number, articles=tuple(archive_members(group.articles, number, config.output.limit)))
        for number in range(1, archive_count(group.total, config) + 1)
    )


def groups_of(published: Sequence[Candidate], config: Config) -> Iterator[Group]:
    """Yield every group. The site's and those of custom feeds may be empty.

    ``published`` is in the order of :func:`newest_first`.
    """
    folders = folders_of(config)
    yield _group(folders, FeedKind.SITE, "", published)
    yield from topics_of(published, folders).values()
    yield from providers_of(published, folders).values()
    for custom in config.feeds:
        articles = list(filter(CustomRule(custom).holds, published))
        yield _group(folders, FeedKind.CUSTOM, custom.slug, articles, (custom.title,))


def topics_of(published: Iterable[Candidate], folders: FeedFolders) -> dict[str, Group]:
    """Return the group of each topic, by the topic's key. The order of articles is kept."""
    articles: dict[str, list[tuple[Candidate, str]]] = defaultdict(list)
    for article in published:
        for topic in article.topics:
            articles[topic.key].append((article, topic.label))
    return {
        key: _group(folders, FeedKind.TOPIC, key, [article for article, _ in named], (name for _, name in named))
        for key, named in articles.items()
    }


def providers_of(published: Iterable[Candidate], folders: FeedFolders) -> dict[str, Group]:
    """Return the group of each provider, by the provider's key. The order of articles is kept."""
    by_key: dict[str, list[Candidate]] = defaultdict(list)
    for article in published:
        if article.provider and article.provider.key:
            by_key[article.provider.key].append(article)
    return {
        key: _group(folders, FeedKind.PROVIDER, key, articles, _provider_names(articles))
        for key, articles in by_key.items()
    }


def _provider_names(articles: Iterable[Candidate]) -> Iterator[str]:
    return (article.provider.name for article in articles if article.provider and article.provider.name)


def _group(
    folders: FeedFolders, kind: FeedKind, key: str, articles: Sequence[Candidate], names: Iterable[str] = ()
) -> Group:
    folder = folders.folder_of(kind, key)
    return Group(kind=kind, key=key, folder=folder, articles=articles, total=len(articles), names=Counter(names))


def refusal_of(group: Group, config: Config, history: History) -> str | None:
    """Return the reason why ``group`` gets no feed; None if it gets one.

    A provider is excluded by its domain or by any of its names.
    """
    if group.kind is FeedKind.TOPIC:
        section, rule = "topics", config.topics
        is_excluded = group.key in {match_key(name) for name in rule.exclude}
    elif group.kind is FeedKind.PROVIDER:
        section, rule = "providers", config.providers
        excluded = keys_of_providers(rule.exclude)
        is_excluded = bool(excluded) and not excluded.isdisjoint((group.key, *map(name_key, group.names)))
    else:
        return None
    if is_excluded:
        return f"the {section[:-1]} is in {section}.exclude"
    # A feed that has subscribers is not removed.
    if group.total >= rule.min_articles or group.folder in history:
        return None
    return f"{group.total} of {section}.min_articles {rule.min_articles}"
