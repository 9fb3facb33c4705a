"""The rules of custom feeds, and the names that a configuration gives providers. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from feedpub.config import CustomFeed
from feedpub.core.models import Candidate, name_key, provider_keys
from feedpub.core.text import match_key


class CustomRule:
    """The rule of one custom feed, which selects its articles."""

    def __init__(self, feed: CustomFeed) -> None:
        self._feed = feed
        self._topics = {match_key(name) for name in feed.topics}
        self._providers = keys_of_providers(feed.providers)

    def holds(self, article: Candidate) -> bool:
        """Return whether the feed holds ``article``, if the limit on its length is ignored."""
        return not any(self._refusals(article))

    def reasons(self, article: Candidate) -> str | None:
        """Return all reasons why the feed does not hold ``article``; None if it does."""
        return ", ".join(self._refusals(article)) or None

    def _refusals(self, article: Candidate) -> Iterator[str]:
        feed = self._feed
        if self._topics and not any(topic.key in self._topics for topic in article.topics):
            yield f"has none of the topics {', '.join(feed.topics)}"
        if self._providers and not self._providers & _keys_of(article):
            yield f"is from none of the providers {', '.join(feed.providers)}"
        yield from _too_low("heat", article.heat, feed.min_heat)
        yield from _too_low("quality", article.quality, feed.min_quality)


def _too_low(field: str, value: int | None, minimum: int | None) -> Iterator[str]:
    if minimum is None:
        return
    if value is None:
        yield f"{field} is not known, min_{field} is {minimum}"
    elif value < minimum:
        yield f"{field} {value} < min_{field} {minimum}"


@lru_cache(16)  # every provider is compared with the same few lists
def keys_of_providers(names: tuple[str, ...]) -> frozenset[str]:
    """Return the keys of the providers that ``names`` may stand for. Each is a domain or a name."""
    return frozenset(key for name in names for key in provider_keys(name))


def _keys_of(article: Candidate) -> set[str]:
    """Return the keys of the provider of ``article``: its domain and its name."""
    provider = article.provider
    if provider is None:
        return set()
    return {key for key in (provider.domain, name_key(provider.name) if provider.name else None) if key}
