"""The comparison of URLs that name the same page in different spellings.

It ignores more differences than RFC 3986 section 6 allows. It serves to report AMP pages that name
a wrong canonical page, where a difference without a meaning would cause a false alarm.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PARTS = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?", re.IGNORECASE | re.DOTALL
)
_PORT = re.compile(r":([0-9]*)\Z")
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
# The characters of RFC 3986 section 2.3, and those of section 2.2 that do not separate parts of a
# path's segment or of a query's value.
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*,;:@")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
# Parameters that mailings and advertisements add; they do not select a page.
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid)(?:=|\Z)")


class PageIdentity(NamedTuple):
    """The parts of a URL in a normal spelling, without the fragment."""

    scheme: str
    host: str
    """The host in lower case, without a dot at the end."""
    port: str
    """The port; empty if it is the default port of the scheme."""
    path: str
    """The path, at least ``/``."""
    query: tuple[str, ...]
    """The parts of the query between ``&`` characters."""


def page_identity(url: str) -> PageIdentity | None:
    """Return the parts of ``url``; None if it is not an http or https URL."""
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
    """Return whether ``a`` and ``b`` name the same page.

    They may differ in http and https, the case of the host, a default port, percent-encoding, the
    fragment, a slash at the end of the path, and in parameters that only track readers.
    """
    if a == b:
        return True
    first, second = page_identity(a), page_identity(b)
    return first is not None and second is not None and _compared(first) == _compared(second)


def _compared(identity: PageIdentity) -> tuple[str, str, str, tuple[str, ...]]:
    """Return the parts of ``identity`` by which pages are compared."""
    query = tuple(part for part in identity.query if not _TRACKING.match(part))
    return identity.host, identity.port, identity.path.removesuffix("/"), query


def _spelled(part: str) -> str:
    """Return ``part`` with percent-encoding only where necessary, in upper case."""
    return _ENCODED.sub(_decoded, part) if "%" in part else part


def _decoded(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _PLAIN else match[0].upper()
