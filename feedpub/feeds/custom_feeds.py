"""The owner's own feeds, and how an owner names providers: which articles a rule of the configuration means. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from feedpub.config import CustomFeed
from feedpub.core import urls
from feedpub.core.models import Candidate, name_key
from feedpub.core.text import match_key


class CustomRule:
    """What decides which articles the owner's own feed holds."""

    def __init__(self, own: CustomFeed) -> None:
        self._own = own
        self._topics = {match_key(name) for name in own.topics}
        self._providers = provider_keys(own.providers)

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


@lru_cache(16)  # the same few lists for every provider
def provider_keys(names: tuple[str, ...]) -> frozenset[str]:
    """The keys that an owner may mean by ``names``, each a domain or a name."""
    keys = set()
    for name in names:
        keys.add(name_key(name))
        try:
            keys.add(urls.domain(name))
        except urls.UrlError:
            continue
    return frozenset(keys)


def _keys_of(article: Candidate) -> set[str]:
    """What an owner may call the provider of ``article``."""
    provider = article.provider
    if provider is None:
        return set()
    return {key for key in (provider.domain, name_key(provider.name) if provider.name else None) if key}
