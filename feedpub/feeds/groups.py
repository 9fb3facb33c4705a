"""The groups of articles that feeds are made of: by topic, by provider, by rule. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from feedpub.config import Config, CustomFeed
from feedpub.core.feed_models import Archive
from feedpub.core.models import NAME_PREFIX, Candidate, FeedKind
from feedpub.feeds.families import Family
from feedpub.feeds.feed_settings import SettingsByFeed
from feedpub.feeds.history import Chosen, History
from feedpub.feeds.order import rank_by
from feedpub.feeds.paths import FeedFolders, folders_of
from feedpub.feeds.rules import CustomRule
from feedpub.feeds.top import TopChoice


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The published articles of one feed, whether or not that feed exists."""

    kind: FeedKind
    key: str
    folder: str
    """The folder of its feed in output/."""
    articles: Sequence[Candidate]
    """In the order of the feed: all, or at least as many as it may hold."""
    total: int
    """The number of all articles."""
    names: Mapping[str, int]
    """The names of the topic or provider, or titles of the custom feed, with their numbers."""
    chosen: Chosen | None = None
    """The choices of ``top``; None without ``top``, or if that is as it was published."""
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


def groups_of(published: Sequence[Candidate], config: Config, now: datetime, history: History) -> Iterator[Group]:
    """Yield every group at the time ``now``. The site's and those of custom feeds may be empty.

    ``published`` is in the order of :func:`newest_first`.
    """
    return GroupMaker(config).groups_of(published, now, history)


class GroupMaker:
    """The rules of ``config`` that make groups of articles, prepared once for many calls."""

    def __init__(self, config: Config) -> None:
        self._folders = folders_of(config)
        self._settings = SettingsByFeed(config)
        self._rules = [(feed, CustomRule(feed, config.site.language)) for feed in config.feeds]
        self._families = {feed.slug: Family(feed, config) for feed in config.feeds if feed.dimensions}

    def groups_of(self, published: Sequence[Candidate], now: datetime, history: History) -> Iterator[Group]:
        """Yield every group, as :func:`groups_of` does."""
        for group in self._newest_first(published, now, history):
            if self._settings.of(group.kind, group.key).sort == "heat":
                yield msgspec.structs.replace(group, articles=sorted(group.articles, key=rank_by("heat")))
            else:
                yield group

    def _newest_first(self, published: Sequence[Candidate], now: datetime, history: History) -> Iterator[Group]:
        yield _group(self._folders, FeedKind.SITE, "", published)
        yield from topics_of(published, self._folders).values()
        yield from providers_of(published, self._folders).values()
        for feed, rule in self._rules:
            options = self._settings.of(FeedKind.CUSTOM, feed.slug)
            if feed.slug in self._families:
                matching = (article for article in published if rule.holds(article, now))
                yield from members_of(matching, self._families[feed.slug], self._folders).values()
            elif options.top:
                yield self._best(feed, TopChoice(rule, options), published, now, history)
            else:
                articles = [article for article in published if rule.holds(article, now)]
                yield _group(self._folders, FeedKind.CUSTOM, feed.slug, articles, (feed.title,))

    def _best(
        self, feed: CustomFeed, choice: TopChoice, published: Sequence[Candidate], now: datetime, history: History
    ) -> Group:
        """Return the group of a ``feed`` with ``top``."""
        known = history.get(self._folders.folder_of(FeedKind.CUSTOM, feed.slug))
        chosen = choice.choose(published, known.chosen if known else {}, now)
        ids = {entry_id for best in chosen.values() for entry_id in best}
        articles = [article for article in published if article.id in ids]
        group = _group(self._folders, FeedKind.CUSTOM, feed.slug, articles, (feed.title,))
        return msgspec.structs.replace(group, chosen=chosen)


def topics_of(published: Iterable[Candidate], folders: FeedFolders) -> dict[str, Group]:
    """Return the group of each topic, by the topic's key. The order of articles is kept."""
    named = ((topic.key, topic.label, article) for article in published for topic in article.topics)
    return _groups_by_key(folders, FeedKind.TOPIC, named)


def members_of(matching: Iterable[Candidate], family: Family, folders: FeedFolders) -> dict[str, Group]:
    """Return the group of each feed of ``family``, by its key, of articles that match its rule."""
    named = ((key, title, article) for article in matching for key, title in family.places_of(article))
    return _groups_by_key(folders, FeedKind.CUSTOM, named)


def _groups_by_key(
    folders: FeedFolders, kind: FeedKind, named: Iterable[tuple[str, str, Candidate]]
) -> dict[str, Group]:
    """Return the groups of articles, each given with the key and the name of its group."""
    articles: dict[str, list[Candidate]] = defaultdict(list)
    names: dict[str, list[str]] = defaultdict(list)
    for key, name, article in named:
        articles[key].append(article)
        names[key].append(name)
    return {key: _group(folders, kind, key, members, names[key]) for key, members in articles.items()}


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
    """Yield the names of the provider; a former name is none of the provider that it became."""
    for article in articles:
        provider = article.provider
        if provider and provider.name and not provider.has_former_name:
            yield provider.name


def _group(
    folders: FeedFolders, kind: FeedKind, key: str, articles: Sequence[Candidate], names: Iterable[str] = ()
) -> Group:
    folder = folders.folder_of(kind, key)
    return Group(kind=kind, key=key, folder=folder, articles=articles, total=len(articles), names=Counter(names))
