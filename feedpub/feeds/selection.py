"""Which articles a feed holds, and which feeds there are. Pure: the clock, the history and the configuration are
handed in, and the same articles in any order give the same feeds.

How a feed looks is none of its business.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec

from feedpub.config import Config
from feedpub.core.errors import Problem, ProblemKind
from feedpub.core.models import NAME_PREFIX, NEVER_UPDATED, Archive, Candidate, Feed, FeedKind, FeedListing, name_key
from feedpub.core.text import match_key
from feedpub.feeds.custom_feeds import CustomRule, provider_keys
from feedpub.feeds.paths import folder_of

T = TypeVar("T")

_END = datetime.max.replace(tzinfo=UTC)


class PublishedFeed(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a feed once it was published: enough to publish it empty."""

    kind: FeedKind
    key: str
    label: str
    updated: datetime
    total: int = 0
    """How many articles belonged to it."""


History = Mapping[str, PublishedFeed]
"""Every feed published so far, by folder."""


class ArticlesByStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Each valid article in the one list that it belongs in."""

    published: tuple[Candidate, ...]
    """Newest first."""
    unpublished: tuple[Candidate, ...]
    embargoed: tuple[Candidate, ...]
    duplicates: tuple[tuple[Candidate, Candidate], ...]
    """The one left out, and the one published in its place."""

    def problems(self) -> tuple[Problem, ...]:
        """The duplicates, as an editor reads of them."""
        return tuple(
            Problem(
                path=loser.path,
                line=1,
                key="id",
                message=f"has the id of {winner.path} ({winner.id}), which is published instead",
                kind=ProblemKind.DUPLICATE,
            )
            for loser, winner in self.duplicates
        )


def sort_out(articles: Iterable[Candidate], now: datetime) -> ArticlesByStatus:
    """Tell the published articles from the rest. Only those take part in the search for duplicates."""
    lists: dict[str, list[Candidate]] = defaultdict(list)
    for article in sorted(articles, key=lambda article: article.path):
        lists[list_of(article, now)].append(article)
    by_id: dict[str, list[Candidate]] = defaultdict(list)
    for article in lists["published"]:
        by_id[article.id].append(article)
    published, duplicates = [], []
    for twins in by_id.values():
        # Sorted by path above, and max() takes the first of equals.
        winner = max(twins, key=lambda article: article.updated_at)
        published.append(winner)
        duplicates += [(loser, winner) for loser in twins if loser is not winner]
    return ArticlesByStatus(
        published=tuple(newest_first(published)),
        unpublished=tuple(lists["unpublished"]),
        embargoed=tuple(lists["embargoed"]),
        duplicates=tuple(duplicates),
    )


def list_of(article: Candidate, now: datetime) -> str:
    """Return which list of :class:`ArticlesByStatus` a valid article belongs in, duplicates aside."""
    if article.withheld:
        return "unpublished"
    return "embargoed" if article.published_at > now else "published"


def newest_first(articles: Iterable[Candidate]) -> list[Candidate]:
    """Return ``articles`` in the order of every feed."""
    return sorted(articles, key=rank)


def rank(article: Candidate) -> tuple[timedelta, str]:
    """Return what feeds are sorted by: newest ``published_at`` first, then id."""
    return _END - article.published_at, article.id


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The published articles that one feed gathers, whether there is to be such a feed or not."""

    kind: FeedKind
    key: str
    articles: Sequence[Candidate]
    """Newest first; as many as a feed may hold, if not all."""
    total: int
    """How many there are."""
    names: Mapping[str, int]
    """What the topic or the provider is called, and by how many articles; of the owner's own feed, its title."""
    archives: tuple[Archive, ...] = ()
    """Those that may have changed, where ``articles`` are not all."""

    @property
    def folder(self) -> str:
        """Where in output/ its feed lies, if it has one."""
        return folder_of(self.kind, self.key)

    @property
    def label(self) -> str:
        """The most frequent name (of equals, the smaller code points), with the domain where that has several."""
        name = min(self.names, key=lambda name: (-self.names[name], name), default="")
        if self.kind is not FeedKind.PROVIDER:
            return name
        name = name or self.key
        return f"{name} ({self.key})" if len(self.names) > 1 and not self.key.startswith(NAME_PREFIX) else name


def select(
    published: Sequence[Candidate], config: Config, history: History, *, prune: bool = False
) -> tuple[Feed, ...]:
    """Every feed that is to be published, the site's first, the others in the order of their folders.

    ``published`` is in the order of :func:`newest_first`. ``prune`` drops feeds that are empty, but for those that the
    configuration defines.
    """
    return feeds_of(groups_of(published, config), config, history, () if prune else history)


def feeds_of(groups: Iterable[Group], config: Config, history: History, kept: Iterable[str]) -> tuple[Feed, ...]:
    """The feeds of ``groups``, in the order of :func:`select`; a folder of ``kept`` that has none gets an empty one."""
    feeds = {
        group.folder: _feed(config, _known(group, history), group)
        for group in groups
        if refusal_of(group, config, history) is None
    }
    feeds |= {folder: _feed(config, history[folder]) for folder in kept if folder not in feeds}
    return tuple(sorted(feeds.values(), key=place_of))


def place_of(feed: FeedListing) -> tuple[bool, str]:
    """What feeds are sorted by: the site's first, the others by their folders."""
    return feed.kind is not FeedKind.SITE, feed.folder


def held_by(feed: Feed) -> Iterator[Candidate]:
    """The articles of ``feed`` and of those of its archives that may have changed."""
    yield from feed.articles
    for archive in feed.archives:
        yield from archive.articles


def _known(group: Group, history: History) -> PublishedFeed:
    old = history.get(group.folder)
    updated = old.updated if old else NEVER_UPDATED
    return PublishedFeed(kind=group.kind, key=group.key, label=group.label, updated=updated)


def _feed(config: Config, known: PublishedFeed, group: Group | None = None) -> Feed:
    """The feed ``known`` with the articles of ``group``; without any it keeps its last ``updated``."""
    held = tuple(group.articles[: config.output.limit]) if group else ()
    return Feed(
        kind=known.kind,
        key=known.key,
        folder=folder_of(known.kind, known.key),
        label=known.label,
        title=_title(known, config),
        updated=max((article.updated_at for article in held), default=known.updated),
        articles=held,
        total=group.total if group else 0,
        archived=archived(group.total, config) if group else 0,
        archives=_archives(group, config) if group else (),
    )


def listed(known: PublishedFeed, config: Config) -> FeedListing:
    """The feed ``known``, which did not change, in an overview."""
    return FeedListing(
        kind=known.kind,
        folder=folder_of(known.kind, known.key),
        label=known.label,
        title=_title(known, config),
        total=known.total,
        updated=known.updated,
    )


def _title(known: PublishedFeed, config: Config) -> str:
    titles = {FeedKind.SITE: config.site.title, FeedKind.CUSTOM: known.label}
    return titles.get(known.kind) or f"{config.site.title}: {known.label}"


def archived(total: int, config: Config) -> int:
    """How many archives a feed of ``total`` articles has: one for each time that it was filled."""
    return total // config.output.limit if config.output.archive else 0


def archive_of(members: Sequence[T], number: int, limit: int) -> Sequence[T]:
    """Which of the ``members`` of a feed, newest first, its archive ``number`` holds.

    They are cut from the oldest on, so that a newer article changes none. The cut follows the order of the feed
    itself, ties included: what is not in the newest archive is among the newest ``limit``.
    """
    end = len(members) - (number - 1) * limit
    return members[end - limit : end]


def _archives(group: Group, config: Config) -> tuple[Archive, ...]:
    if len(group.articles) < group.total:
        return group.archives
    return tuple(
        Archive(number=number, articles=tuple(archive_of(group.articles, number, config.output.limit)))
        for number in range(1, archived(group.total, config) + 1)
    )


def groups_of(published: Sequence[Candidate], config: Config) -> Iterator[Group]:
    """Every group. ``published`` is in the order of :func:`newest_first`; the site's and the owner's may be empty."""
    yield _group(FeedKind.SITE, "", published)
    yield from topics_of(published).values()
    yield from providers_of(published).values()
    for own in config.feeds:
        yield _group(FeedKind.CUSTOM, own.slug, list(filter(CustomRule(own).holds, published)), (own.title,))


def topics_of(published: Iterable[Candidate]) -> dict[str, Group]:
    """The articles of each topic, by its key, in the order given."""
    found: dict[str, list[tuple[Candidate, str]]] = defaultdict(list)
    for article in published:
        for topic in article.topics:
            found[topic.key].append((article, topic.label))
    return {
        key: _group(FeedKind.TOPIC, key, [article for article, _ in named], (name for _, name in named))
        for key, named in found.items()
    }


def providers_of(published: Iterable[Candidate]) -> dict[str, Group]:
    """The articles of each provider, by its key, in the order given."""
    found: dict[str, list[Candidate]] = defaultdict(list)
    for article in published:
        if article.provider and article.provider.key:
            found[article.provider.key].append(article)
    return {key: _group(FeedKind.PROVIDER, key, articles, _provider_names(articles)) for key, articles in found.items()}


def _provider_names(articles: Iterable[Candidate]) -> Iterator[str]:
    return (article.provider.name for article in articles if article.provider and article.provider.name)


def _group(kind: FeedKind, key: str, articles: Sequence[Candidate], names: Iterable[str] = ()) -> Group:
    return Group(kind=kind, key=key, articles=articles, total=len(articles), names=Counter(names))


def refusal_of(group: Group, config: Config, history: History) -> str | None:
    """Why a group gets no feed; None where it gets one. A provider is excluded by its domain or by any of its names."""
    if group.kind is FeedKind.TOPIC:
        section, rule = "topics", config.topics
        is_excluded = group.key in {match_key(name) for name in rule.exclude}
    elif group.kind is FeedKind.PROVIDER:
        section, rule = "providers", config.providers
        excluded = provider_keys(rule.exclude)
        is_excluded = bool(excluded) and not excluded.isdisjoint((group.key, *map(name_key, group.names)))
    else:
        return None
    if is_excluded:
        return f"the {section[:-1]} is in {section}.exclude"
    # What subscribers poll already keeps what it has.
    if group.total >= rule.min_articles or group.folder in history:
        return None
    return f"{group.total} of {section}.min_articles {rule.min_articles}"
