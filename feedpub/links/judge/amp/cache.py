"""The URL under which the AMP Cache has an AMP page.

https://amp.dev/documentation/guides-and-tutorials/learn/amp-caches-and-cors/amp-cache-urls/ . Only Google's cache,
cdn.ampproject.org. Whether the cache has the page is not asked here.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import unquote

import idna

from feedpub.core.errors import quoted
from feedpub.links.judge.amp.same import PageIdentity, place_of

CACHE = "cdn.ampproject.org"
CONTENT_TYPES = ("c", "i", "r", "v")
"""A document, an image, another resource, and a document in a viewer."""

_MAX_LABEL = 63
_ACE = "xn--"
_CACHED = re.compile(r"/(?P<type>[cirv])/(?P<tls>s/)?(?P<host>[^/]*)(?P<path>.*)", re.DOTALL)
# What search results add to the URLs of the cache.
_ADDED = re.compile(r"(?:amp_\w+|usqp|aoh|ampshare|csi|referrer)(?:=|\Z)")
_SHOWN = 500


def cache_subdomain(host: str) -> str:
    """The subdomain of the cache for the pages of ``host``, a name without a port. Never raises."""
    host = _ascii(host)
    if _is_reserved(host) or len(host) > _MAX_LABEL or "." not in host:
        return _hashed(host)
    text = ".".join(map(_decoded, host.split(".")))
    if _mixes_directions(text):
        return _hashed(host)
    label = _encoded(text.replace("-", "--").replace(".", "-"))
    if len(label) > _MAX_LABEL:
        return _hashed(host)
    return f"0-{label}-0" if _is_reserved(label) else label


def cache_urls(amp_url: str) -> tuple[str, ...]:
    """Every URL that the cache may have for ``amp_url``, the usual one first; none where it is no http(s) URL."""
    amp = place_of(amp_url)
    if amp is None:
        return ()
    rest = amp_url.partition("#")[0].partition("://")[2]
    authority = re.match("[^/?]*", rest)
    path = rest[authority.end() :] if authority else ""
    name = _authorities(amp)[0] + (path if path.startswith("/") else f"/{path}")
    tls = "s/" if amp.scheme == "https" else ""
    return tuple(f"https://{host}/{kind}/{tls}{name}" for host in _hosts(amp) for kind in CONTENT_TYPES)


def cache_mismatch(amp_url: str, cdn_url: str) -> str | None:
    """What is wrong with ``cdn_url`` as the cache's URL of ``amp_url``, and what would be right; None if it is one.

    The spelling may differ (percent-encoding, case of the host, a default port), and the query may hold what search
    results add to it.
    """
    amp, cached = place_of(amp_url), place_of(cdn_url)
    if amp is not None and cached is not None and _is_cached(amp, cached):
        return None
    right = cache_urls(amp_url)
    hint = f"; that is {_cut(right[0])}" if right else ""
    return f"is not the AMP Cache URL of {_cut(amp_url)}{hint}"


def _is_cached(amp: PageIdentity, cached: PageIdentity) -> bool:
    match = _CACHED.fullmatch(cached.path)
    if match is None or cached.scheme != "https" or cached.port or cached.host not in _hosts(amp):
        return False
    added = (part for part in cached.query if part in amp.query or not _ADDED.match(part))
    return (
        bool(match["tls"]) == (amp.scheme == "https")
        and _ascii(unquote(match["host"])) in _authorities(amp)
        and (match["path"] or "/") == amp.path
        and tuple(added) == amp.query
    )


def _hosts(amp: PageIdentity) -> Sequence[str]:
    subdomain = cache_subdomain(amp.host)
    # No name can hold a label that grew too long when it was wrapped; the hash would be left.
    spare = [f"{_hashed(_ascii(amp.host))}.{CACHE}"] if len(subdomain) > _MAX_LABEL else []
    return [f"{subdomain}.{CACHE}", CACHE, *spare]


def _authorities(amp: PageIdentity) -> Sequence[str]:
    """The origin as the cache's path may name it: some tools leave a port out."""
    host = _ascii(amp.host)
    return [f"{host}:{amp.port}", host] if amp.port else [host]


def _ascii(host: str) -> str:
    """``host`` in lower case and A-labels, as far as it has any."""
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode()
        except (idna.IDNAError, UnicodeError):
            return host.lower()
    return host.lower()


def _is_reserved(label: str) -> bool:
    """Whether it begins with what RFC 5891 section 4.2.3.1 keeps for A-labels, and is none."""
    return label[2:4] == "--" and not label.startswith("xn")


def _hashed(host: str) -> str:
    digest = hashlib.sha256(host.encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest).decode().rstrip("=").lower()


def _decoded(label: str) -> str:
    # Not idna.decode(), which refuses labels that the cache takes.
    if not label.startswith(_ACE):
        return label
    try:
        return label.removeprefix(_ACE).encode("ascii").decode("punycode")
    except (ValueError, OverflowError):
        return label


def _encoded(text: str) -> str:
    if text.isascii():
        return text.lower()
    return (_ACE + text.encode("punycode").decode()).lower()


def _mixes_directions(text: str) -> bool:
    found = {unicodedata.bidirectional(character) for character in text}
    return "L" in found and not found.isdisjoint(("R", "AL", "AN"))


def _cut(url: str) -> str:
    return url if len(url) <= _SHOWN else quoted(url, _SHOWN)
