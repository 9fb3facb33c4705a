"""The constraints on aliases of topics and providers, and on retired feeds.

Aliases also change the rules of custom feeds.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from feedpub.config.check_constraints import AddProblem
from feedpub.core.errors import quoted
from feedpub.core.models import FeedKind, provider_keys, provider_named
from feedpub.core.slugs import is_slug, slug
from feedpub.core.text import match_key

KeysOf = Callable[[str], tuple[str, ...]]
"""A function that returns the keys that a name of a topic or provider may stand for."""

_KINDS = tuple(kind.value for kind in FeedKind if kind is not FeedKind.SITE)
# The folder of a feed of a family, such as hot~ai~wsj.com: no slug and no domain has "~".
_MEMBER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:~[^~\s]+)+")
_HASHED = re.compile(r"[a-z0-9-]*--[0-9a-f]{20}")


def keys_of_topic(name: str) -> tuple[str, ...]:
    """Return the one key that ``name`` stands for."""
    return (match_key(name),)


def check_aliases(values: dict[str, Any], section: str, keys_of: KeysOf, add_problem: AddProblem) -> None:
    """Check the aliases of ``section``: topics or providers.

    Replace their targets by the last of a chain of aliases, and the aliases in rules by targets.
    """
    grouping = values.get(section, {})
    written = dict(grouping.get("aliases", {}))
    names = {key: name for name in written for key in keys_of(name)}
    told: set[str] = set()
    for name in written:
        chain = [name, *_chain(name, written, names, keys_of)]
        keys = {key for link in chain for key in keys_of(link)}
        problem = _circle(chain, keys_of)
        # Each alias of a circle leads around it; one line is enough.
        if problem is None or told.isdisjoint(keys):
            told |= keys if problem else set()
            problem = problem or _conflict(grouping, section, name, chain[-1], keys_of)
            if problem:
                add_problem(f"{section}.aliases.{name}", problem)
        grouping["aliases"][name] = chain[-1]
    for rule in _rules(values.get("feeds", [])):
        if section in rule:
            rule[section] = [_target(name, grouping.get("aliases", {}), names, keys_of) for name in rule[section]]


def _chain(name: str, aliases: dict[str, str], names: dict[str, str], keys_of: KeysOf) -> Iterator[str]:
    """Yield the names that ``name`` leads to, until one is no alias or is repeated."""
    seen: set[str] = set()
    alias: str | None = name
    while alias is not None and alias not in seen:
        seen.add(alias)
        yield aliases[alias]
        alias = next((names[key] for key in keys_of(aliases[alias]) if key in names), None)


def _target(name: str, aliases: dict[str, str], names: dict[str, str], keys_of: KeysOf) -> str:
    return next((aliases[names[key]] for key in keys_of(name) if key in names), name)


def _circle(chain: list[str], keys_of: KeysOf) -> str | None:
    """Return the problem of a ``chain`` of aliases that leads back to one of them."""
    first, *others, last = chain
    if not others and _is_same(first, last, keys_of):
        return f"is {quoted(last)} itself; give the name that counts instead"
    if any(_is_same(last, other, keys_of) for other in (first, *others)):
        return f"leads in a circle: {' → '.join(chain)}; remove one of these"
    return None


def _conflict(grouping: dict[str, Any], section: str, name: str, target: str, keys_of: KeysOf) -> str | None:
    """Return the problem of an alias that other settings of ``section`` contradict."""
    kind, hint = section[:-1], f"{quoted(name)} is an alias of {quoted(target)}"
    for other in grouping.get("feeds", {}):
        if _is_same(other, name, keys_of):
            return f"the {kind} has settings of its own in {section}.feeds; move them to {quoted(target)}"
    for other in grouping.get("exclude", ()):
        if _is_same(other, name, keys_of):
            return f"the {kind} is in {section}.exclude, too, but {hint}; remove it there"
        if _is_same(other, target, keys_of):
            return f"{quoted(target)} is in {section}.exclude, and has no feed; remove one of the two"
    return None


def _is_same(name: str, other: str, keys_of: KeysOf) -> bool:
    return not set(keys_of(name)).isdisjoint(keys_of(other))


def _rules(rules: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each of ``rules``, and the rules under their keys any, all and none."""
    for rule in rules:
        yield rule
        for name in ("any", "all", "none"):
            inner = rule.get(name) or []
            yield from _rules([inner] if isinstance(inner, dict) else inner)


def check_retired(values: dict[str, Any], add_problem: AddProblem) -> None:
    """Check that each of the retired folders may have been that of a feed, and is none now.

    Replace them by their names in output/, decoded and without slashes at their ends.
    """
    retired = [unquote(text).strip("/") for text in values.get("retired", [])]
    custom = {f"feeds/{feed['slug']}" for feed in values.get("feeds", [])}
    moved = {
        folder: name
        for section in ("topics", "providers")
        for folder, name in _folders_of_aliases(section, values.get(section, {}))
    }
    for index, folder in enumerate(retired):
        key, text = f"retired[{index}]", quoted(folder)
        if folder in custom:
            add_problem(key, f"{text} is the folder of a feed in feeds; remove it there first")
        elif folder in moved:
            add_problem(key, f"{text} is the folder of the alias {quoted(moved[folder])}; remove one of the two")
        elif (near := _nearest_folder(folder)) != folder:
            hint = f"did you mean {near}?" if near else "give one such as topics/ai, providers/wsj.com or feeds/mine"
            add_problem(key, f"{text} is no folder of a feed; {hint}")
    if retired:
        values["retired"] = [*dict.fromkeys(retired)]


def _folders_of_aliases(section: str, grouping: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the folder in output/ of each alias of ``section``, and the alias."""
    for name in grouping.get("aliases", {}):
        keys_of = provider_keys if section == "providers" else keys_of_topic
        slugs = grouping.get("slugs", {})
        chosen = next((slugs[other] for other in slugs if _is_same(name, other, keys_of)), None)
        domain = provider_named(name).domain if section == "providers" else None
        yield f"{section}/{chosen or domain or slug(match_key(name))}", name


def _nearest_folder(folder: str) -> str | None:
    """Return the folder of a feed that is like ``folder``; the same if it may be one already."""
    kind, _, rest = folder.partition("/")
    name = rest.partition("/")[0]
    near = difflib.get_close_matches(kind, _KINDS, 1, 0.5)
    if not near or not name:
        return None
    if kind == "providers" and (domain := provider_named(name).domain):
        name = domain
    elif kind == "feeds" and _MEMBER.fullmatch(name):
        pass
    elif not is_slug(name) and not (kind != "feeds" and _HASHED.fullmatch(name)):
        name = slug(match_key(name))
    return f"{near[0]}/{name}"
