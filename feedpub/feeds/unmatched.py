"""The names in the configuration that no article has, and the rules that match no article. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from feedpub.config import Config, FeedRule
from feedpub.core.errors import quoted
from feedpub.core.models import NAME_PREFIX, FeedKind, name_key, provider_keys
from feedpub.core.text import match_key
from feedpub.feeds.families import family_of


class GroupSize(NamedTuple):
    """A group of articles, without them."""

    kind: FeedKind
    key: str
    names: Collection[str]
    """The names of the topic or provider."""
    total: int
    """The number of its articles."""


def unmatched(config: Config, groups: Iterable[GroupSize]) -> Iterator[tuple[str, str]]:
    """Yield the dotted key of each name and rule that is of no use, and what is wrong with it.

    ``groups`` are all groups of published articles. Without articles, nothing is of use, and
    nothing is yielded.
    """
    groups = tuple(groups)
    if not any(group.total for group in groups):
        return
    known = {"topics": _topics(groups), "providers": _providers(groups)}
    for section, names in known.items():
        grouping = getattr(config, section)
        places = {f"{section}.exclude[{index}]": name for index, name in enumerate(grouping.exclude)}
        places |= {f"{section}.feeds.{name}": name for name in grouping.feeds}
        places |= {f"{section}.aliases.{name}": target for name, target in grouping.aliases.items()}
        yield from names.unknown(places)
    sizes = {(group.kind, family_of(group.kind, group.key) or group.key): group.total for group in groups}
    for index, feed in enumerate(config.feeds):
        key = f"feeds[{index}]"
        unknown = [found for place, rule in _rules(key, feed) for found in _unknown_in(place, rule, known)]
        yield from unknown
        depends_on_time = feed.top is not None or any(rule.since for rule in feed.rules())
        if not unknown and not depends_on_time and not sizes.get((FeedKind.CUSTOM, feed.slug)):
            yield f"{key}.slug", f"the rule of {quoted(feed.slug)} matches no published article"


class _KnownNames:
    """The names of the topics or providers of articles."""

    def __init__(self, problem: str, keys_of: Callable[[str], Iterable[str]], labels: Mapping[str, str]) -> None:
        self._problem = problem
        self._keys_of = keys_of
        self._labels = labels

    def unknown(self, places: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Yield each of ``places`` with an unknown name, and the problem of this name."""
        for place, name in places.items():
            if not any(key in self._labels for key in self._keys_of(name)):
                texts = {key.removeprefix(NAME_PREFIX): label for key, label in self._labels.items()}
                near = difflib.get_close_matches(match_key(name), texts, 1, 0.5)
                hint = f"; did you mean {quoted(texts[near[0]])}?" if near else ""
                yield place, f"{self._problem} {quoted(name)}{hint}"


def _topics(groups: Iterable[GroupSize]) -> _KnownNames:
    labels = {group.key: min(group.names) for group in groups if group.kind is FeedKind.TOPIC}
    return _KnownNames("no published article has the topic", lambda name: (match_key(name),), labels)


def _providers(groups: Iterable[GroupSize]) -> _KnownNames:
    labels: dict[str, str] = {}
    for group in groups:
        if group.kind is FeedKind.PROVIDER:
            labels[group.key] = group.key.removeprefix(NAME_PREFIX)
            labels |= {name_key(name): name for name in group.names}
    return _KnownNames("no published article is from the provider", provider_keys, labels)


def _rules(key: str, rule: FeedRule) -> Iterator[tuple[str, FeedRule]]:
    """Yield ``rule`` and every rule in it, each with its dotted key."""
    yield key, rule
    for name in ("any", "all", "none"):
        inner = getattr(rule, name)
        if isinstance(inner, FeedRule):
            yield from _rules(f"{key}.{name}", inner)
        for index, part in enumerate(inner if isinstance(inner, tuple) else ()):
            yield from _rules(f"{key}.{name}[{index}]", part)


def _unknown_in(key: str, rule: FeedRule, known: Mapping[str, _KnownNames]) -> Iterator[tuple[str, str]]:
    """Yield the unknown topics and providers of one rule, without those of rules in it."""
    for section, names in known.items():
        values = getattr(rule, section)
        yield from names.unknown({f"{key}.{section}[{index}]": name for index, name in enumerate(values)})
