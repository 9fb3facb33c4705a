"""The rules of custom feeds: which articles they hold, and in words, why not. Pure.

A rule is a tree of conditions. A condition returns why it refuses an article, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from feedpub.config import Config, CustomFeed, FeedRule
from feedpub.config.value_types import duration_of
from feedpub.core.dates import rfc3339
from feedpub.core.models import Candidate, Facets, name_key, provider_keys
from feedpub.core.text import WITHOUT_SPACES, match_key
from feedpub.feeds.order import later

Condition = Callable[[Candidate, datetime], str | None]
"""A function of an article and the time that returns why the article does not match, or None."""

_NO_FACETS = Facets()


class CustomRule:
    """The rule of one custom feed, which selects its articles."""

    def __init__(self, feed: CustomFeed, site_language: str) -> None:
        conditions = tuple(_conditions(feed, site_language, any_value=True))
        self._conditions = conditions if feed.podcast is None else (*conditions, _recording)

    def holds(self, article: Candidate, now: datetime) -> bool:
        """Return whether the feed holds ``article``, if the limit on its length is ignored."""
        return all(condition(article, now) is None for condition in self._conditions)

    def reasons(self, article: Candidate, now: datetime) -> str | None:
        """Return all reasons why the feed does not hold ``article``; None if it does."""
        return ", ".join(filter(None, (condition(article, now) for condition in self._conditions))) or None


def spans_of(config: Config) -> tuple[timedelta, ...]:
    """Return the spans of ``since`` in all rules: after each, an article may leave a feed."""
    return tuple(sorted({duration_of(rule.since) for feed in config.feeds for rule in feed.rules() if rule.since}))


def _conditions(rule: FeedRule, language: str, *, any_value: bool) -> Iterator[Condition]:
    """Yield the conditions of ``rule``.

    With ``any_value``, the values of a key are one condition, which any of them meets; otherwise,
    each value is a condition.
    """
    for name, values in (
        ("topics", rule.topics),
        ("providers", rule.providers),
        ("types", rule.types),
        ("languages", rule.chosen_languages),
        ("authors", rule.authors),
        ("titles", rule.titles),
    ):
        for group in (values,) if any_value and values else ((value,) for value in values):
            yield _MAKERS[name](group, language)
    for name, minimum in (("heat", rule.min_heat), ("quality", rule.min_quality)):
        if minimum is not None:
            yield _minimum(name, minimum)
    if rule.since:
        yield _since(rule.since)
    if rule.any:
        yield _any(_parts(rule.any, language))
    if rule.all:
        yield _all(_parts(rule.all, language))
    if rule.none:
        yield _none(_parts(rule.none, language))


def _parts(inner: FeedRule | Sequence[FeedRule], language: str) -> tuple[Condition, ...]:
    """Return the conditions under ``any``, ``all`` or ``none``.

    Under a mapping, each value counts by itself; in a list, each rule does.
    """
    if isinstance(inner, FeedRule):
        return tuple(_conditions(inner, language, any_value=False))
    return tuple(_all(tuple(_conditions(rule, language, any_value=True))) for rule in inner)


def _all(conditions: Sequence[Condition]) -> Condition:
    def condition(article: Candidate, now: datetime) -> str | None:
        return ", ".join(filter(None, (part(article, now) for part in conditions))) or None

    return condition


def _any(conditions: Sequence[Condition]) -> Condition:
    def condition(article: Candidate, now: datetime) -> str | None:
        reasons = [part(article, now) for part in conditions]
        return None if None in reasons else "any: " + "; ".join(map(str, reasons))

    return condition


def _none(conditions: Sequence[Condition]) -> Condition:
    def condition(article: Candidate, now: datetime) -> str | None:
        number = next((number for number, part in enumerate(conditions, 1) if part(article, now) is None), None)
        return None if number is None else f"matches number {number} of none"

    return condition


def _topics(names: Sequence[str], _: str) -> Condition:
    keys = set(map(match_key, names))
    return _has(lambda article: (topic.key for topic in article.topics), keys, f"has none of the topics {_list(names)}")


def _providers(names: Sequence[str], _: str) -> Condition:
    keys = keys_of_providers(tuple(names))
    return _has(keys_of_provider, keys, f"is from none of the providers {_list(names)}")


def _types(names: Sequence[str], _: str) -> Condition:
    def types(article: Candidate) -> Iterator[str]:
        yield match_key(_facets(article).type or "article")

    return _has(types, set(map(match_key, names)), f"is of none of the types {_list(names)}")


def _languages(tags: Sequence[str], site_language: str) -> Condition:
    def ranges(article: Candidate) -> Iterator[str]:
        """Yield ``pt-br`` and ``pt`` for pt-BR (RFC 4647 section 3.3.1)."""
        parts = (_facets(article).language or site_language).lower().split("-")
        return ("-".join(parts[:end]) for end in range(1, len(parts) + 1))

    return _has(ranges, {tag.lower() for tag in tags}, f"is in none of the languages {_list(tags)}")


def _authors(names: Sequence[str], _: str) -> Condition:
    keys = set(map(match_key, names))
    return _has(
        lambda article: map(match_key, _facets(article).authors), keys, f"is by none of the authors {_list(names)}"
    )


def _titles(texts: Sequence[str], _: str) -> Condition:
    pattern = re.compile("|".join(map(_phrase, texts)))

    def condition(article: Candidate, _: datetime) -> str | None:
        found = pattern.search(match_key(_facets(article).title))
        return None if found else f"has none of these in the title: {_list(texts)}"

    return condition


def _phrase(text: str) -> str:
    """Return a pattern of the whole words of ``text``: ``AI`` is not in ``Maine``."""
    key = match_key(text)
    start = "" if WITHOUT_SPACES.match(key) or not key[:1].isalnum() else r"(?<!\w)"
    end = "" if WITHOUT_SPACES.match(key[-1:]) or not key[-1:].isalnum() else r"(?!\w)"
    return start + re.escape(key) + end


def _has(values: Callable[[Candidate], Iterable[str]], wanted: Iterable[str], refusal: str) -> Condition:
    """Return the condition that one of the ``values`` of an article is ``wanted``."""
    keys = frozenset(wanted)

    def condition(article: Candidate, _: datetime) -> str | None:
        return None if any(value in keys for value in values(article)) else refusal

    return condition


def _minimum(field: str, minimum: int) -> Condition:
    def condition(article: Candidate, _: datetime) -> str | None:
        value: int | None = getattr(article, field)
        if value is None:
            return f"{field} is not known, min_{field} is {minimum}"
        return f"{field} {value} < min_{field} {minimum}" if value < minimum else None

    return condition


def _since(text: str) -> Condition:
    span = duration_of(text)

    def condition(article: Candidate, now: datetime) -> str | None:
        end = later(article.published_at, span)
        return None if end > now else f"is older than since {text} (left at {rfc3339(end)})"

    return condition


def _recording(article: Candidate, _: datetime) -> str | None:
    """Return why ``article`` is no episode of a podcast, or None."""
    return None if _facets(article).has_recording else "has no audio or video among its attachments"


_MAKERS = {
    "topics": _topics,
    "providers": _providers,
    "types": _types,
    "languages": _languages,
    "authors": _authors,
    "titles": _titles,
}


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def _facets(article: Candidate) -> Facets:
    return article.facets or _NO_FACETS


@lru_cache(16)  # every provider is compared with the same few lists
def keys_of_providers(names: tuple[str, ...]) -> frozenset[str]:
    """Return the keys of the providers that ``names`` may stand for. Each is a domain or a name."""
    return frozenset(key for name in names for key in provider_keys(name))


def keys_of_provider(article: Candidate) -> Iterator[str]:
    """Yield the keys of the provider of ``article``: its domain and its name."""
    provider = article.provider
    if provider is None:
        return
    yield from filter(None, (provider.domain, name_key(provider.name) if provider.name else None))
