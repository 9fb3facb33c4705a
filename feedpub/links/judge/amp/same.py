"""Whether two URLs, written differently, name one page.

More is taken for the same than RFC 3986 section 6 allows: it is used to tell an editor that an AMP page names another
page as its canonical one, and a difference that no site makes would be a false alarm.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PARTS = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?", re.IGNORECASE | re.DOTALL
)
_PORT = re.compile(r":([0-9]*)\Z")
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
# RFC 3986 section 2.3, and those of section 2.2 that part nothing within a path's segment or a query's value.
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*,;:@")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
# What mailings and advertisements add; no page is told from another by it.
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid)(?:=|\Z)")


class PageIdentity(NamedTuple):
    """A URL in parts, each in one spelling; without its fragment."""

    scheme: str
    host: str
    """Lower case, without a closing dot."""
    port: str
    """Empty where it is the scheme's own."""
    path: str
    """At least ``/``."""
    query: tuple[str, ...]
    """What ``&`` parts."""


def place_of(url: str) -> PageIdentity | None:
    """The parts of ``url``; None where it is no http(s) URL."""
    match = _PARTS.match(url)
    if match is None:
        return None
    scheme, authority = match["scheme"].lower(), match["authority"].rpartition("@")[2]
    port = _PORT.search(authority)
    number = port[1].lstrip("0") if port else ""
    return PageIdentity(
        scheme,
        (authority[: port.start()] if port else authority).lower().removesuffix("."),
        "" if number == _DEFAULT_PORTS[scheme] else number,
        _spelled(match["path"]) or "/",
        tuple(part for part in _spelled(match["query"] or "").split("&") if part),
    )


def same_page(a: str, b: str) -> bool:
    """Whether ``a`` and ``b`` name one page.

    They may differ in http and https, the case of the host, a default port, percent-encoding, the fragment, a slash at
    the end of the path, and in parameters that only track readers.
    """
    if a == b:
        return True
    one, other = place_of(a), place_of(b)
    return one is not None and other is not None and _page(one) == _page(other)


def _page(place: PageIdentity) -> tuple[str, str, str, tuple[str, ...]]:
    query = tuple(part for part in place.query if not _TRACKING.match(part))
    return place.host, place.port, place.path.removesuffix("/"), query


def _spelled(part: str) -> str:
    """``part`` with nothing encoded that need not be, and the rest in upper case."""
    return _ENCODED.sub(_decoded, part) if "%" in part else part


def _decoded(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _PLAIN else match[0].upper()
