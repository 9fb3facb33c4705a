"""Which articles a feed holds, and which feeds there are. Pure: the clock, the history and the configuration are
handed in, and the same articles in any order give the same feeds.

How a feed looks is none of its business.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from feedpub import urls
from feedpub.config import Config, OwnFeed
from feedpub.errors import Problem, ProblemKind
from feedpub.models import NAME_PREFIX, NEVER_UPDATED, Candidate, Feed, FeedKind, name_key
from feedpub.slugs import slug
from feedpub.text import match_key


class PublishedFeed(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a feed once it was published: enough to publish it empty."""

    kind: FeedKind
    key: str
    label: str
    updated: datetime


History = Mapping[str, PublishedFeed]
"""Every feed published so far, by folder."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
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


def sort_out(articles: Iterable[Candidate], now: datetime) -> Standing:
    """Tell the published articles from the rest. Only those take part in the search for duplicates."""
    unpublished, embargoed = [], []
    by_id: dict[str, list[Candidate]] = defaultdict(list)
    for article in sorted(articles, key=lambda article: article.path):
        if article.withheld:
            unpublished.append(article)
        elif article.published_at > now:
            embargoed.append(article)
        else:
            by_id[article.id].append(article)
    published, duplicates = [], []
    for twins in by_id.values():
        # Sorted by path above, and max() takes the first of equals.
        winner = max(twins, key=lambda article: article.updated_at)
        published.append(winner)
        duplicates += [(loser, winner) for loser in twins if loser is not winner]
    return Standing(
        published=tuple(newest_first(published)),
        unpublished=tuple(unpublished),
        embargoed=tuple(embargoed),
        duplicates=tuple(duplicates),
    )


def newest_first(articles: Iterable[Candidate]) -> list[Candidate]:
    """The order of every feed: newest ``published_at`` first, then id."""
    by_id = sorted(articles, key=lambda article: article.id)
    return sorted(by_id, key=lambda article: article.published_at, reverse=True)


def select(
    published: Sequence[Candidate], config: Config, history: History, *, prune: bool = False
) -> tuple[Feed, ...]:
    """Every feed that is to be published, the site's first, the others in the order of their folders.

    ``published`` is in the order of :func:`newest_first`. ``prune`` drops feeds that are empty, but for those that the
    configuration defines.
    """
    feeds = {feed.folder: feed for feed in _filled(published, config, history)}
    if not prune:
        feeds |= {folder: _feed(config, old, ()) for folder, old in history.items() if folder not in feeds}
    return tuple(sorted(feeds.values(), key=lambda feed: (feed.kind is not FeedKind.SITE, feed.folder)))


def _filled(published: Sequence[Candidate], config: Config, history: History) -> Iterator[Feed]:
    """The feeds that hold an article, and those that the configuration defines."""

    def feed(kind: FeedKind, key: str, label: str, articles: Sequence[Candidate]) -> Feed:
        old = history.get(folder_of(kind, key))
        updated = old.updated if old else NEVER_UPDATED
        return _feed(config, PublishedFeed(kind=kind, key=key, label=label, updated=updated), articles)

    yield feed(FeedKind.SITE, "", "", published)
    for key, articles in by_topic(published).items():
        if topic_refusal(key, articles, config, history) is None:
            yield feed(FeedKind.TOPIC, key, topic_label(key, articles), articles)
    for key, articles in by_provider(published).items():
        if provider_refusal(key, articles, config, history) is None:
            yield feed(FeedKind.PROVIDER, key, provider_label(key, articles), articles)
    for own in config.feeds:
        yield feed(FeedKind.OWN, own.slug, own.title, list(filter(OwnRule(own).holds, published)))


def _feed(config: Config, known: PublishedFeed, articles: Sequence[Candidate]) -> Feed:
    """The feed ``known`` with ``articles``; without any it keeps its last ``updated``."""
    titles = {FeedKind.SITE: config.site.title, FeedKind.OWN: known.label}
    held = tuple(articles[: config.output.limit])
    return Feed(
        kind=known.kind,
        key=known.key,
        folder=folder_of(known.kind, known.key),
        label=known.label,
        title=titles.get(known.kind) or f"{config.site.title}: {known.label}",
        updated=max((article.updated_at for article in held), default=known.updated),
        articles=held,
        total=len(articles),
    )


def folder_of(kind: FeedKind, key: str) -> str:
    """The folder in output/ of a feed: a function of its key alone."""
    if kind is FeedKind.SITE:
        return ""
    if kind is FeedKind.TOPIC or key.startswith(NAME_PREFIX):
        return f"{kind.value}/{slug(key.removeprefix(NAME_PREFIX))}"
    # A domain and an owner's slug are safe names as they are.
    return f"{kind.value}/{key}"


def by_topic(articles: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    """The articles of each topic, by its key, in the order given."""
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for article in articles:
        for topic in article.topics:
            groups[topic.key].append(article)
    return groups


def by_provider(articles: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    """The articles of each provider, by its key, in the order given."""
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for article in articles:
        if article.provider and article.provider.key:
            groups[article.provider.key].append(article)
    return groups


def topic_refusal(key: str, articles: Sequence[Candidate], config: Config, history: History) -> str | None:
    """Why a topic of ``articles`` gets no feed; None where it gets one."""
    if key in {match_key(name) for name in config.topics.exclude}:
        return "the topic is in topics.exclude"
    was_published = folder_of(FeedKind.TOPIC, key) in history
    return _too_few("topics", len(articles), config.topics.min_articles, was_published=was_published)


def provider_refusal(key: str, articles: Sequence[Candidate], config: Config, history: History) -> str | None:
    """Why a provider of ``articles`` gets no feed; None where it gets one. It is excluded by domain or by a name."""
    excluded = _provider_keys(config.providers.exclude)
    if excluded and (key in excluded or any(excluded & _keys_of(article) for article in articles)):
        return "the provider is in providers.exclude"
    was_published = folder_of(FeedKind.PROVIDER, key) in history
    return _too_few("providers", len(articles), config.providers.min_articles, was_published=was_published)


class OwnRule:
    """What decides which articles the owner's own feed holds."""

    def __init__(self, own: OwnFeed) -> None:
        self._own = own
        self._topics = {match_key(name) for name in own.topics}
        self._providers = _provider_keys(own.providers)

    def holds(self, article: Candidate) -> bool:
        """Whether the feed holds ``article``, but for the limit."""
        return not any(self._refusals(article))

    def reasons(self, article: Candidate) -> str | None:
        """Everything that speaks against ``article``; None where nothing does."""
        return ", ".join(self._refusals(article)) or None

    def _refusals(self, article: Candidate) -> Iterator[str]:
        own = self._own
        if self._topics and not any(topic.key in self._topics for topic in article.topics):
            yield f"has none of the topics {', '.join(own.topics)}"
        if self._providers and not self._providers & _keys_of(article):
            yield f"is from none of the providers {', '.join(own.providers)}"
        yield from _too_low("heat", article.heat, own.min_heat)
        yield from _too_low("quality", article.quality, own.min_quality)


def _too_low(what: str, value: int | None, minimum: int | None) -> Iterator[str]:
    if minimum is None:
        return
    if value is None:
        yield f"{what} is not known, min_{what} is {minimum}"
    elif value < minimum:
        yield f"{what} {value} < min_{what} {minimum}"


def _too_few(section: str, count: int, minimum: int, *, was_published: bool) -> str | None:
    # What subscribers poll already keeps what it has.
    return None if count >= minimum or was_published else f"{count} of {section}.min_articles {minimum}"


def _provider_keys(names: Iterable[str]) -> set[str]:
    """The keys that an owner may mean by ``names``, each a domain or a name."""
    keys = set()
    for name in names:
        keys.add(name_key(name))
        try:
            keys.add(urls.domain(name))
        except urls.UrlError:
            continue
    return keys


def _keys_of(article: Candidate) -> set[str]:
    """What an owner may call the provider of ``article``."""
    provider = article.provider
    if provider is None:
        return set()
    return {key for key in (provider.domain, name_key(provider.name) if provider.name else None) if key}


def topic_label(key: str, articles: Iterable[Candidate]) -> str:
    """The most frequent spelling of a topic."""
    return _most_frequent(topic.label for article in articles for topic in article.topics if topic.key == key)


def provider_label(key: str, articles: Iterable[Candidate]) -> str:
    """The most frequent name of a provider, and its domain where that has several names."""
    names = [article.provider.name for article in articles if article.provider and article.provider.name]
    label = _most_frequent(names) or key
    return f"{label} ({key})" if len(set(names)) > 1 and not key.startswith(NAME_PREFIX) else label


def _most_frequent(labels: Iterable[str]) -> str:
    """The most frequent spelling; of equals the one of the smaller code points."""
    counts = Counter(labels)
    return min(counts, key=lambda label: (-counts[label], label), default="")
