"""The time for which caches may keep a response. Pure functions.

RFC 9111 sections 4.2.1 (freshness lifetime), 5.2.2 (Cache-Control), 5.3 (Expires);
RFC 8246 (immutable).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import NamedTuple

_DIRECTIVE = re.compile(r"([a-z-]+)(?:\s*=\s*\"?([^\s\",]*)\"?)?", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]{1,15}", re.ASCII)
_UNCACHED = ("no-store", "no-cache")


class CachingProblem(NamedTuple):
    """A fault of the headers for caches."""

    is_error: bool
    message: str


def caching_problem(headers: Mapping[str, str], ttl: int) -> CachingProblem | None:
    """Return what is wrong with ``headers``, by name in lower case; None if nothing is.

    A copy may be used for ``ttl`` seconds. What caches of browsers and readers may keep for longer
    holds news back; what only shared caches may is harmless if each deploy purges them. Age says
    nothing here: a CDN that is purged keeps a feed that does not change for any time.
    """
    control = directives(headers.get("cache-control", ""))
    if any(name in control for name in _UNCACHED):
        return None
    if "immutable" in control:
        return CachingProblem(is_error=True, message="never changes, by its Cache-Control: immutable")
    lifetimes = (
        (duration(control.get("max-age")), "Cache-Control: max-age"),
        (None if "max-age" in control else _expires(headers), "Expires"),
    )
    for seconds, source in lifetimes:
        if seconds is not None and seconds > ttl:
            return CachingProblem(is_error=True, message=_long(source, seconds, ttl))
    shared = duration(control.get("s-maxage"))
    if shared is not None and shared > ttl and "private" not in control:
        message = f"{_long('s-maxage', shared, ttl)}, unless each deploy purges it"
        return CachingProblem(is_error=False, message=message)
    if not control and "expires" not in headers:
        message = "has neither Cache-Control nor Expires, so that each cache chooses the time for which it keeps it"
        return CachingProblem(is_error=False, message=message)
    return None


def directives(text: str) -> dict[str, str | None]:
    """Return the directives of a Cache-Control by their names in lower case; the first counts."""
    found: dict[str, str | None] = {}
    for match in _DIRECTIVE.finditer(text):
        found.setdefault(match[1].lower(), match[2])
    return found


def duration(text: str | None) -> int | None:
    """Return the number of seconds that ``text`` says; None if it is no number."""
    return int(text.strip()) if text and _DIGITS.fullmatch(text.strip()) else None


def _expires(headers: Mapping[str, str]) -> int | None:
    """Return the seconds from Date to Expires; None without one of them."""
    try:
        expires, date = (parsedate_to_datetime(headers.get(name, "")) for name in ("expires", "date"))
        return int((expires - date).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _long(source: str, seconds: int, ttl: int) -> str:
    return f"may be kept by caches for {seconds:,} seconds ({source}), longer than site.ttl ({ttl:,} seconds)"
