"""How links are checked, resolved for one host: ``check`` of config.yaml, and of ``check.hosts`` what matches.

The patterns of ``check.hosts`` that match a host are applied in the order of the file, on top of what holds for all:
key by key, the last wins. Lists (accept, exclude, allow_private) and headers add up instead. ``*`` stands for any
characters, also dots: ``*.example.org`` is every host below example.org, and not example.org itself.

That the values can be used, :mod:`feedpub.config` has seen to. Nothing here knows a clock or a socket.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import msgspec

from feedpub import __version__
from feedpub.config.model import Check, HostCheck, HostTtl, Ttl
from feedpub.links.model import LinkKind, Verdict
from feedpub.links.net.addresses import OnlineDetector
from feedpub.links.schedule.politeness import host_of

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_LONGEST = 3650 * 86_400.0
# A number of more digits is longer than that in any unit.
_MAX_DIGITS = 12

_REPLACED = (
    *("workers", "per_host", "delay", "timeout", "retries", "user_agent"),
    *("failures_before_broken", "on_broken", "robots", "proxy", "kinds", "fail_on"),
)
_ADDED = ("accept", "exclude", "allow_private")


class Lifetimes(msgspec.Struct, frozen=True, kw_only=True):
    """How long an answer is trusted, in seconds."""

    ok: float
    broken: float
    blocked: float


class CheckSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the links of one host are checked."""

    kinds: frozenset[LinkKind]
    """Which are checked at all."""
    per_host: int
    """Links at once; ``workers`` bounds it too, which for a host means no more than that."""
    delay: float
    """Seconds between two starts."""
    timeout: float
    """Seconds for one link, everything included."""
    retries: int
    headers: Mapping[str, str]
    """To send to this host and no other, ``User-Agent`` among them. A redirect to another host has that host's."""
    accept: frozenset[int]
    """Further statuses that count as ok."""
    exclude: tuple[str, ...]
    allow_private: tuple[OnlineDetector, ...]
    """Networks beyond the public ones that the host may have addresses in."""
    ttl: Lifetimes
    failures_before_broken: int
    omits_broken: bool
    """Whether the feeds leave out its AMP, image and attachment links that are broken."""
    fail_on: frozenset[Verdict]
    robots: bool
    proxy: str | None
    """None where there is to be none."""

    def exclusion(self, url: str) -> str | None:
        """The pattern of ``check.exclude`` that excludes ``url``, or None: one of its host, or of the whole URL without
        its fragment.
        """
        host, page = _plain_host(host_of(url)), url.partition("#")[0]
        return next((text for text in self.exclude if matches(text, page) or matches(text.lower(), host)), None)


class SettingsByHost:
    """The settings of every host; safe to use from many threads.

    ``base_url`` is the site's, by which feedpub introduces itself.
    """

    def __init__(self, check: Check, base_url: str) -> None:
        self.general = _resolved(check, (), base_url)
        """Of a host that no pattern matches."""
        self._patterns = tuple((pattern.lower(), of) for pattern, of in check.hosts.items())
        # By what matches: a hundred thousand hosts share a handful of settings.
        self._of = cache(lambda indices: _resolved(check, [self._patterns[i][1] for i in indices], base_url))

    @property
    def omit_broken(self) -> bool:
        """Whether feeds leave out broken links of any host."""
        return self.general.omits_broken or any(of.on_broken == "omit" for _, of in self._patterns)

    def settings_for(self, host: str) -> CheckSettings:
        """The settings of ``host``, a name without port, or an IP address, with or without brackets."""
        if not self._patterns:
            return self.general
        host = _plain_host(host)
        found = tuple(index for index, (pattern, _) in enumerate(self._patterns) if matches(pattern, host))
        return self._of(found) if found else self.general


def matches(pattern: str, text: str) -> bool:
    """Whether ``text`` is what ``pattern`` says, ``*`` standing for any characters. Linear, whatever the URL is."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    last = rest.pop()
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in rest:
        at = text.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True


def seconds_of(span: str) -> float:
    """``7d`` in seconds; ten years at the most."""
    number = span[:-1].strip().lstrip("0") or "0"
    return min(float(number) * _UNITS[span[-1]], _LONGEST) if len(number) <= _MAX_DIGITS else _LONGEST


def _plain_host(host: str) -> str:
    host = host.lower().removesuffix(".")
    if ":" not in host:
        return host
    try:
        return str(ipaddress.IPv6Address(host.removeprefix("[").removesuffix("]")))
    except ValueError:
        return host


def _resolved(check: Check, more: Sequence[HostCheck], base_url: str) -> CheckSettings:
    levels: tuple[Check | HostCheck, ...] = (check, *more)
    values: dict[str, Any] = {name: _last([getattr(level, name) for level in levels]) for name in _REPLACED}
    added = {name: [text for level in levels for text in getattr(level, name)] for name in _ADDED}
    agent = values["user_agent"] or f"feedpub/{__version__} (+{base_url})"
    return CheckSettings(
        kinds=frozenset(map(LinkKind, values["kinds"])),
        per_host=min(values["per_host"], values["workers"]),
        delay=values["delay"],
        timeout=values["timeout"],
        retries=values["retries"],
        headers=_headers({"User-Agent": agent}, *(level.headers for level in levels)),
        accept=frozenset(status for text in added["accept"] for status in _statuses(text)),
        exclude=tuple(dict.fromkeys(added["exclude"])),
        allow_private=tuple(ipaddress.ip_network(text) for text in dict.fromkeys(added["allow_private"])),
        ttl=_lifetimes([check.ttl, *(level.ttl for level in more if level.ttl)]),
        failures_before_broken=values["failures_before_broken"],
        omits_broken=values["on_broken"] == "omit",
        fail_on=frozenset(map(Verdict, values["fail_on"])),
        robots=values["robots"],
        proxy=values["proxy"] or None,
    )


def _last(values: Iterable[Any]) -> Any:
    found = [value for value in values if value is not None]
    return found[-1] if found else None


def _headers(*levels: Mapping[str, str]) -> Mapping[str, str]:
    # Names are the same in any case (RFC 9110 section 5.1).
    found = {name.lower(): (name, value) for level in levels for name, value in level.items()}
    return MappingProxyType(dict(found.values()))


def _statuses(text: str) -> range:
    """The statuses of ``403`` or ``500-599``."""
    low, _, high = text.partition("-")
    return range(int(low), int(high or low) + 1)


def _lifetimes(levels: Sequence[Ttl | HostTtl]) -> Lifetimes:
    spans = {name: _last(getattr(level, name) for level in levels) for name in Lifetimes.__struct_fields__}
    return Lifetimes(**{name: seconds_of(span) for name, span in spans.items()})
