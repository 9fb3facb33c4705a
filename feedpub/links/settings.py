"""The settings of the link check for one host, from ``check`` and ``check.hosts`` of config.yaml.

All patterns of ``check.hosts`` that match a host apply, in the order of the file, after the general
settings. For each key, the last value wins. Lists (accept, exclude, allow_private) and headers are
combined instead. ``*`` matches any characters, also dots: ``*.example.org`` matches every host
below example.org, but not example.org itself.

The headers of a pattern may be secret, so they are for one origin of each host that it matches
(RFC 6454): the scheme and port that it names, else https and port 443.

:mod:`feedpub.config` has already checked the values. This module uses no clock and no socket.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from feedpub import __version__
from feedpub.config import Config
from feedpub.config.check_model import Check, HostCheck, HostTtl, Ttl
from feedpub.config.value_types import duration_of
from feedpub.core.urls import DEFAULT_PORTS
from feedpub.links.model import LinkKind, Verdict
from feedpub.links.net.addresses import IPNetwork
from feedpub.links.schedule.politeness import host_of

_REPLACED = (
    *("workers", "per_host", "delay", "timeout", "retries", "user_agent"),
    *("failures_before_broken", "on_broken", "robots", "proxy", "kinds", "fail_on", "gone_pages", "fragments"),
)
_COMBINED = ("accept", "exclude", "allow_private")


class Lifetimes(msgspec.Struct, frozen=True, kw_only=True):
    """The time for which an answer is trusted, in seconds, by kind of verdict."""

    ok: float
    broken: float
    blocked: float


class CheckSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of the link check for one host."""

    kinds: frozenset[LinkKind]
    """The kinds of links that are checked."""
    per_host: int
    """Fetches at once, at most ``workers``."""
    delay: float
    """Seconds between the starts of two fetches."""
    timeout: float
    """Seconds for one fetch, redirects included."""
    retries: int
    user_agent: str | None
    """None for the name of feedpub and the URL of the site."""
    accept: frozenset[int]
    """Further statuses that count as ok."""
    exclude: tuple[str, ...]
    allow_private: tuple[IPNetwork, ...]
    """The networks, besides public ones, in which addresses of the host are allowed."""
    ttl: Lifetimes
    failures_before_broken: int
    omits_broken: bool
    """True if feeds leave out broken AMP, image and attachment links to the host."""
    archives_broken: bool
    """True if feeds link the archived copies of dead sources of the host."""
    fail_on: frozenset[Verdict]
    gone_pages: bool
    """True if links are looked for that are dead although their servers answer."""
    fragments: bool
    """True if the parts of pages that links name are looked for."""
    robots: bool
    proxy: str | None
    """The URL of the proxy; None for direct connections."""

    def exclusion(self, url: str) -> str | None:
        """Return the pattern of ``check.exclude`` that excludes ``url``; None if there is none.

        A pattern matches the host, or the whole URL without its fragment.
        """
        host, page = _plain_host(host_of(url)), url.partition("#")[0]
        return next((text for text in self.exclude if matches(text, page) or matches(text.lower(), host)), None)


class SettingsByHost:
    """The settings of all hosts; safe to use from many threads.

    ``base_url`` is that of the site. It is part of the default ``User-Agent``. ``language`` is that
    of the site, which pages are asked for.
    """

    def __init__(self, check: Check, base_url: str, language: str = "en") -> None:
        self.general = _merge(check, ())
        """The settings of a host that no pattern matches."""
        self._patterns = tuple((_pattern_of(text), host_check) for text, host_check in check.hosts.items())
        self._user_agent = f"feedpub/{__version__} (+{base_url})"
        self._languages = _accept_language(language)
        self._headers = check.headers
        self._general_headers = self._headers_of(self.general.user_agent)
        # Cached by matching patterns: a hundred thousand hosts have only a few different settings.
        self._merged = cache(lambda indices: _merge(check, [self._patterns[i][1] for i in indices]))

    @classmethod
    def of(cls, config: Config) -> SettingsByHost:
        """Return the settings in ``config``."""
        return cls(config.check, config.site.base_url, config.site.language)

    @property
    def omit_broken(self) -> bool:
        """True if feeds leave out the broken links of at least one host."""
        return self.general.omits_broken or any(host_check.on_broken == "omit" for _, host_check in self._patterns)

    @property
    def archive_broken(self) -> bool:
        """True if feeds link the archived copies of dead sources of at least one host."""
        return self.general.archives_broken or any(
            host_check.on_broken == "archive" for _, host_check in self._patterns
        )

    def settings_for(self, host: str) -> CheckSettings:
        """Return the settings of ``host``: a name without port, or an IP address."""
        if not self._patterns:
            return self.general
        host = _plain_host(host)
        indices = tuple(index for index, (pattern, _) in enumerate(self._patterns) if matches(pattern.host, host))
        return self._merged(indices) if indices else self.general

    def headers_for(self, url: str) -> Mapping[str, str]:
        """Return the headers of a request for the normalized ``url``, ``User-Agent`` included.

        They are for its origin only: after a redirect, those of the next URL replace them.
        """
        if not self._patterns:
            return self._general_headers
        parts = urlsplit(url)
        host = _plain_host(parts.hostname or "")
        origin = parts.scheme, parts.port or DEFAULT_PORTS[parts.scheme]
        own = (
            host_check.headers
            for pattern, host_check in self._patterns
            if host_check.headers and (pattern.scheme, pattern.port) == origin and matches(pattern.host, host)
        )
        return self._headers_of(self.settings_for(host).user_agent, *own)

    def _headers_of(self, user_agent: str | None, *own: Mapping[str, str]) -> Mapping[str, str]:
        defaults = {"User-Agent": user_agent or self._user_agent, "Accept-Language": self._languages}
        return _combined_headers(defaults, self._headers, *own)


def _accept_language(language: str) -> str:
    """Return the header of a browser of a reader of ``language`` (RFC 9110 section 12.5.4).

    Some servers answer 406 to a request without it.
    """
    primary, _, region = language.partition("-")
    return f"{language},{primary};q=0.9,*;q=0.5" if region else f"{language},*;q=0.5"


class _Pattern(NamedTuple):
    """A key of ``check.hosts``."""

    scheme: str
    host: str
    port: int


def _pattern_of(text: str) -> _Pattern:
    """Return the pattern of a normal form, which is ``host`` or ``scheme://host:port``."""
    scheme, _, authority = text.lower().rpartition("://")
    if not scheme:
        return _Pattern("https", authority, DEFAULT_PORTS["https"])
    host, _, port = authority.rpartition(":")
    return _Pattern(scheme, host, int(port))


def matches(pattern: str, text: str) -> bool:
    """Return whether ``pattern`` matches the whole ``text``; ``*`` matches any characters.

    No text takes more than linear time for each part of the pattern.
    """
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    last = rest.pop()
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    position, end = len(first), len(text) - len(last)
    for part in rest:
        position = text.find(part, position, end)
        if position < 0:
            return False
        position += len(part)
    return True


def _plain_host(host: str) -> str:
    host = host.lower().removesuffix(".")
    if ":" not in host:
        return host
    try:
        return str(ipaddress.IPv6Address(host.removeprefix("[").removesuffix("]")))
    except ValueError:
        return host


def _merge(check: Check, host_checks: Sequence[HostCheck]) -> CheckSettings:
    levels: tuple[Check | HostCheck, ...] = (check, *host_checks)
    values: dict[str, Any] = {name: _last([getattr(level, name) for level in levels]) for name in _REPLACED}
    lists = {name: [text for level in levels for text in getattr(level, name)] for name in _COMBINED}
    return CheckSettings(
        kinds=frozenset(map(LinkKind, values["kinds"])),
        per_host=min(values["per_host"], values["workers"]),
        delay=values["delay"],
        timeout=values["timeout"],
        retries=values["retries"],
        user_agent=values["user_agent"] or None,
        accept=frozenset(status for text in lists["accept"] for status in _statuses(text)),
        exclude=tuple(dict.fromkeys(lists["exclude"])),
        allow_private=tuple(ipaddress.ip_network(text) for text in dict.fromkeys(lists["allow_private"])),
        ttl=_lifetimes([check.ttl, *(level.ttl for level in host_checks if level.ttl)]),
        failures_before_broken=values["failures_before_broken"],
        omits_broken=values["on_broken"] == "omit",
        archives_broken=values["on_broken"] == "archive",
        fail_on=frozenset(map(Verdict, values["fail_on"])),
        gone_pages=values["gone_pages"],
        fragments=values["fragments"],
        robots=values["robots"],
        proxy=values["proxy"] or None,
    )


def _last(values: Iterable[Any]) -> Any:
    given = [value for value in values if value is not None]
    return given[-1] if given else None


def _combined_headers(*levels: Mapping[str, str]) -> Mapping[str, str]:
    # Header names are not case-sensitive (RFC 9110 section 5.1).
    headers = {name.lower(): (name, value) for level in levels for name, value in level.items()}
    return MappingProxyType(dict(headers.values()))


def _statuses(text: str) -> range:
    """Return the statuses of a text such as ``403`` or ``500-599``."""
    low, _, high = text.partition("-")
    return range(int(low), int(high or low) + 1)


def _lifetimes(levels: Sequence[Ttl | HostTtl]) -> Lifetimes:
    spans = {name: _last(getattr(level, name) for level in levels) for name in Lifetimes.__struct_fields__}
    return Lifetimes(**{name: duration_of(span).total_seconds() for name, span in spans.items()})
