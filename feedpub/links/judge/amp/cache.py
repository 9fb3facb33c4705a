"""The URLs of AMP pages in the AMP Cache, that is, in Google's cache at cdn.ampproject.org.

https://amp.dev/documentation/guides-and-tutorials/learn/amp-caches-and-cors/amp-cache-urls/ . No
request is made, so that a URL does not prove that the cache holds the page.
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
from feedpub.links.judge.amp.same import PageIdentity, page_identity

CACHE = "cdn.ampproject.org"
CONTENT_TYPES = ("c", "i", "r", "v")
"""The types of a document, an image, another resource, and a document in a viewer."""

_MAX_LABEL = 63
_ACE = "xn--"
_CACHED = re.compile(r"/(?P<type>[cirv])/(?P<tls>s/)?(?P<host>[^/]*)(?P<path>.*)", re.DOTALL)
# Parameters that search results add to the URLs of the cache.
_ADDED = re.compile(r"(?:amp_\w+|usqp|aoh|ampshare|csi|referrer)(?:=|\Z)")
_SHOWN = 500


def cache_subdomain(host: str) -> str:
    """Return the cache's subdomain for ``host``, a name without a port. It never raises."""
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
    """Return all possible URLs of ``amp_url`` in the cache, the usual one first.

    The result is empty if ``amp_url`` is not an http or https URL.
    """
    amp = page_identity(amp_url)
    if amp is None:
        return ()
    rest = amp_url.partition("#")[0].partition("://")[2]
    authority = re.match("[^/?]*", rest)
    path = rest[authority.end() :] if authority else ""
    name = _authorities(amp)[0] + (path if path.startswith("/") else f"/{path}")
    tls = "s/" if amp.scheme == "https" else ""
    return tuple(f"https://{host}/{kind}/{tls}{name}" for host in _hosts(amp) for kind in CONTENT_TYPES)


def cache_mismatch(amp_url: str, cdn_url: str) -> str | None:
    """Return why ``cdn_url`` is not the cache's URL of ``amp_url``, or None if it is.

    The text includes the right URL. The spelling may differ (percent-encoding, case of the host, a
    default port), and the query may have parameters that search results add.
    """
    amp, cached = page_identity(amp_url), page_identity(cdn_url)
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
    # A label that is too long with its "0-" and "-0" is not a valid name: the hash is another way.
    fallback = [f"{_hashed(_ascii(amp.host))}.{CACHE}"] if len(subdomain) > _MAX_LABEL else []
    return [f"{subdomain}.{CACHE}", CACHE, *fallback]


def _authorities(amp: PageIdentity) -> Sequence[str]:
    """Return the possible authorities in the cache's path: some tools omit the port."""
    host = _ascii(amp.host)
    return [f"{host}:{amp.port}", host] if amp.port else [host]


def _ascii(host: str) -> str:
    """Return ``host`` in lower case, with A-labels where they exist."""
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode()
        except (idna.IDNAError, UnicodeError):
            return host.lower()
    return host.lower()


def _is_reserved(label: str) -> bool:
    """Return whether the label is reserved by RFC 5891 section 4.2.3.1, but is not an A-label."""
    return label[2:4] == "--" and not label.startswith("xn")


def _hashed(host: str) -> str:
    digest = hashlib.sha256(host.encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest).decode().rstrip("=").lower()


def _decoded(label: str) -> str:
    # idna.decode() refuses labels that the cache accepts.
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
    directions = {unicodedata.bidirectional(character) for character in text}
    return "L" in directions and not directions.isdisjoint(("R", "AL", "AN"))


def _cut(url: str) -> str:
    return url if len(url) <= _SHOWN else quoted(url, _SHOWN)
