"""The groups of articles that feeds are made of: by topic, by provider, by rule. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from feedpub.config import Config
from feedpub.core.feed_models import Archive
from feedpub.core.models import NAME_PREFIX, Candidate, FeedKind
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
    """The names of the topic or provider, with their numbers of articles; a custom feed's title."""
    chosen: Chosen | None = None
    """What ``top`` chose; None without ``top``, or if that is as it was published."""
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
    settings = SettingsByFeed(config)
    for group in _newest_first_groups(published, config, now, history):
        if settings.of(group.kind, group.key).sort == "heat":
            yield msgspec.structs.replace(group, articles=sorted(group.articles, key=rank_by("heat")))
        else:
            yield group


def _newest_first_groups(
    published: Sequence[Candidate], config: Config, now: datetime, history: History
) -> Iterator[Group]:
    folders = folders_of(config)
    yield _group(folders, FeedKind.SITE, "", published)
    yield from topics_of(published, folders).values()
    yield from providers_of(published, folders).values()
    yield from _custom_groups(published, config, now, history)


def _custom_groups(published: Sequence[Candidate], config: Config, now: datetime, history: History) -> Iterator[Group]:
    folders, settings = folders_of(config), SettingsByFeed(config)
    for custom in config.feeds:
        rule = CustomRule(custom, config.site.language)
        options = settings.of(FeedKind.CUSTOM, custom.slug)
        known = history.get(folders.folder_of(FeedKind.CUSTOM, custom.slug))
        chosen = None
        if options.top:
            chosen = TopChoice(rule, options).choose(published, known.chosen if known else {}, now)
            ids = {entry_id for best in chosen.values() for entry_id in best}
            articles = [article for article in published if article.id in ids]
        else:
            articles = [article for article in published if rule.holds(article, now)]
        group = _group(folders, FeedKind.CUSTOM, custom.slug, articles, (custom.title,))
        yield msgspec.structs.replace(group, chosen=chosen)


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
