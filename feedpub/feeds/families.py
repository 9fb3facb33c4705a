"""The families of feeds: a feed for each topic, provider or language, or for each pair. Pure.

The key of such a feed is the slug of its family, and its place in each dimension: ``hot``,
``topics:ai`` and ``providers:wsj.com``, joined by tabs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from feedpub.config import Config, CustomFeed
from feedpub.core.models import Candidate, FeedKind, Provider
from feedpub.core.text import match_key
from feedpub.feeds.rules import keys_of_provider, keys_of_providers

MAX_FAMILY = 1000
"""The most feeds of a family."""

LANGUAGES = "languages"
_DIMENSIONS = frozenset((FeedKind.TOPIC.value, FeedKind.PROVIDER.value, LANGUAGES))
# Neither a slug, the key of a topic or provider, nor the tag of a language has a tab.
_JOINT = "\t"


def places_in(key: str) -> tuple[tuple[str, str], ...]:
    """Return each dimension of the key of a feed, with the key of its topic, and so on.

    Return nothing if the feed belongs to no family.
    """
    places = [place.partition(":") for place in key.split(_JOINT)[1:]]
    return tuple((dimension, inner) for dimension, _, inner in places if dimension in _DIMENSIONS and inner)


def key_of(slug: str, places: Sequence[tuple[str, str]]) -> str:
    """Return the key of the feed of a family with the given places; see :func:`places_in`."""
    return _JOINT.join((slug, *(f"{dimension}:{inner}" for dimension, inner in places)))


def family_of(kind: FeedKind, key: str) -> str | None:
    """Return the slug of the family of a feed; None if it belongs to none."""
    if kind is not FeedKind.CUSTOM:
        return None
    slug, joint, _ = key.partition(_JOINT)
    return slug if joint else None


def is_made_by_articles(kind: FeedKind, key: str) -> bool:
    """Return whether articles alone make the feed exist and give it its name."""
    return kind in (FeedKind.TOPIC, FeedKind.PROVIDER) or family_of(kind, key) is not None


class Family:
    """The feeds of one entry of ``feeds`` that has ``combine`` or ``languages: true``."""

    def __init__(self, feed: CustomFeed, config: Config) -> None:
        self._feed = feed
        self._language = config.site.language
        self._topics = frozenset(map(match_key, feed.topics))
        self._excluded_topics = frozenset(map(match_key, config.topics.exclude))
        self._excluded_providers = keys_of_providers(config.providers.exclude)
        values = {"topics": self._topics_of, "providers": self._providers_of, LANGUAGES: self._languages_of}
        self._values = tuple((dimension, values[dimension]) for dimension in feed.dimensions)

    def places_of(self, article: Candidate) -> Iterator[tuple[str, str]]:
        """Yield the key and the title of each feed of the family that may hold ``article``.

        The rule of the family is not applied.
        """
        values = [
            [((dimension, key), name) for key, name in values_of(article)] for dimension, values_of in self._values
        ]
        for named in product(*values):
            key = key_of(self._feed.slug, [place for place, _ in named])
            yield key, f"{self._feed.title}: {', '.join(name for _, name in named)}"

    def lacks(self, article: Candidate) -> str | None:
        """Return what ``article`` lacks for any feed of the family; None if it has a feed."""
        missing = next((dimension for dimension, values in self._values if not [*values(article)]), None)
        return f"has none of the {missing} that have feeds" if missing else None

    def _topics_of(self, article: Candidate) -> Iterator[tuple[str, str]]:
        for topic in article.topics:
            if topic.key not in self._excluded_topics and (not self._topics or topic.key in self._topics):
                yield topic.key, topic.label

    def _providers_of(self, article: Candidate) -> Iterator[tuple[str, str]]:
        provider = article.provider
        if provider and provider.key and self._excluded_providers.isdisjoint(keys_of_provider(article)):
            yield provider.key, _name_of(provider)

    def _languages_of(self, article: Candidate) -> Iterator[tuple[str, str]]:
        tag = (article.facets.language if article.facets else None) or self._language
        yield tag.lower(), tag


def _name_of(provider: Provider) -> str:
    """Return the name; a former name is none of the provider that it became."""
    name = provider.domain if provider.has_former_name else provider.name
    return name or provider.domain or ""
