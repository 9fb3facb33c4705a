"""The checks and the normal form of URLs and ids. Pure functions that open no socket.

A URL is normalized once, when an article or config.yaml is read.

Sources: RFC 3986 (URI), RFC 3987 section 3.1 (IRI to URI), RFC 5891 and UTS 46 (host names).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, urljoin
from zlib import crc32

import idna

from feedpub.core.errors import quoted

DEFAULT_PORTS = {"http": 80, "https": 443}
"""The port of a URL without one, by scheme (RFC 9110 section 4.2)."""
PAGE_KEY_SIZE = 4
_PARTS = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?",
    re.IGNORECASE | re.DOTALL,
)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(?P<port>:[0-9]{0,5})?", re.DOTALL)
_HOST = re.compile(r"[A-Za-z0-9._~-]+")
# Control characters, line separators, and surrogates, which UTF-8 cannot hold.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]++|%[0-9A-Fa-f]{2})+")
# A URL that is normalized already, as nearly all are. This check takes a tenth of the time.
_PLAIN = re.compile(
    r"https?://[a-z0-9._~-]+(?::[1-5]?[0-9]{1,4})?"
    r"/[A-Za-z0-9/:@!$&'()*+,;=._~-]*(?:%[0-9A-Fa-f]{2}[A-Za-z0-9/:@!$&'()*+,;=._~-]*)*"
    r"(?:\?[A-Za-z0-9/:@!$&'()*+,;=._~?-]*(?:%[0-9A-Fa-f]{2}[A-Za-z0-9/:@!$&'()*+,;=._~?-]*)*)?"
)
_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*:|//")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")

# RFC 3986 section 3.3: pchar and "/"; query and fragment add "?".
_PATH_SAFE = "/:@!$&'()*+,;=-._~%"
_QUERY_SAFE = _PATH_SAFE + "?"
_MAX_HOST = 253
_MAX_CACHED_LENGTH = 1000
"""The most characters of a reference in the cache of :func:`resolve`, to bound its memory."""
_MAX_PORT = 65535


class UrlError(ValueError):
    """A URL that cannot be used. ``str()`` says what is wrong, and what would be right.

    The message never shows user information (a name or a password before an ``@``).
    """


def normalize(text: str) -> str:
    """Return the http or https URL ``text`` in the form that feeds show.

    The URL is trimmed, its host is in lower-case A-labels, an empty path becomes ``/``, and
    characters that a URI cannot hold are percent-encoded as UTF-8. Nothing else changes.

    Raise :class:`UrlError` if ``text`` is not an absolute http(s) URL, or holds user information or
    control characters.
    """
    if _PLAIN.fullmatch(text):
        return text
    text = _trimmed(text)
    match = _PARTS.fullmatch(text)
    if match is None:
        raise UrlError(f"{_quoted_without_user(text)} is not an http:// or https:// URL")
    authority = match["authority"]
    if "@" in authority:
        raise UrlError("holds user information before an @; write the URL without it")
    # The fragment begins at the first "#", so a second one is encoded.
    query, fragment = match["query"] or "", match["fragment"] or ""
    return "".join(
        (
            match["scheme"],
            "://",
            _host_and_port(authority, text),
            _encode(match["path"], _PATH_SAFE) or "/",
            query[:1] + _encode(query[1:], _QUERY_SAFE),
            fragment[:1] + _encode(fragment[1:], _QUERY_SAFE),
        )
    )


def resolve(base: str, reference: str) -> str:
    """Return the normalized URL of ``reference``, resolved against ``base`` (RFC 3986 section 5).

    Raise :class:`UrlError` if it cannot be used; see :func:`normalize`.
    """
    return _cached_resolve(base, reference) if len(reference) <= _MAX_CACHED_LENGTH else _resolve(base, reference)


@lru_cache(4096)  # many articles link the same icon of a provider
def _cached_resolve(base: str, reference: str) -> str:
    return _resolve(base, reference)


def _resolve(base: str, reference: str) -> str:
    if _PLAIN.fullmatch(reference):
        return reference
    # urljoin drops control characters and changes absolute URLs, so it gets neither.
    reference = _trimmed(reference)
    if _PARTS.fullmatch(reference):
        return normalize(reference)
    try:
        url = urljoin(base, reference)
    except ValueError:
        raise UrlError(f"{_quoted_without_user(reference)} is not a URL") from None
    return normalize(url)


def below(base: str, text: str) -> str:
    """Return the normalized URL of ``text``: a URL, or a path below ``base``.

    Raise :class:`UrlError` if it cannot be used; see :func:`normalize`.
    """
    text = text.strip(" \t\r\n")
    return resolve(base, text if text.startswith("//") else text.lstrip("/"))


def is_relative(text: str) -> bool:
    """Return whether ``text`` is neither a URL nor one without its scheme (``//host/``)."""
    return _SCHEME.match(text.strip(" \t\r\n")) is None


def path_of(text: str) -> str:
    """Return ``text`` percent-encoded as a part of a URL's path."""
    return quote(text, safe=_PATH_SAFE.replace("%", ""))


def is_uri(text: str) -> bool:
    """Return whether ``text`` is a URI of any scheme, with or without a fragment (RFC 3986)."""
    return _URI.fullmatch(text) is not None


def domain(text: str) -> str:
    """Return the host name ``text`` in lower-case A-labels, without a dot at the end.

    Raise :class:`UrlError` if it is not a host name with at least two labels.
    """
    name = text.strip()
    try:
        if not name.isascii():
            name = idna.encode(name, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        name = ""
    name = name.lower().removesuffix(".")
    labels = name.split(".")
    if len(name) > _MAX_HOST or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise UrlError(f"{_quoted_without_user(text)} is not a host name such as wsj.com")
    return name


def _trimmed(text: str) -> str:
    text = text.strip(" \t\r\n")
    if _CONTROL.search(text):
        raise UrlError("holds a control character; a URL is one line of visible characters")
    return text


def _quoted_without_user(text: str) -> str:
    """Return ``text`` in quotes for a message, without a name and a password before an ``@``."""
    _, at, rest = text.rpartition("@")
    return quoted(f"…@{rest}" if at else rest)


def _host_and_port(authority: str, text: str) -> str:
    match = _AUTHORITY.fullmatch(authority)
    port = match["port"] or "" if match else ""
    if match is None or int(port[1:] or 0) > _MAX_PORT:
        raise UrlError(f"{_quoted_without_user(text)} has no valid host and port")
    host = match["host"]
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode()
        except (idna.IDNAError, UnicodeError):
            raise UrlError(f"{quoted(host)} is not a host name") from None
    if not host.startswith("[") and not _HOST.fullmatch(host):
        raise UrlError(f"{quoted(host)} is not a host name")
    return host.lower() + port


def _encode(part: str, safe: str) -> str:
    if "%" in part:
        part = _BARE_PERCENT.sub("%25", part)
    return quote(part, safe=safe)


def page_of(url: str) -> str:
    """Return ``url`` without its fragment, which no request holds (RFC 9110 section 7.1)."""
    return url.partition("#")[0]


def page_key(url: str) -> bytes:
    """Return :data:`PAGE_KEY_SIZE` bytes that are equal for URLs of one page.

    They are the CRC-32 of :func:`page_of`, so those of two pages may be equal, too.
    """
    return crc32(page_of(url).encode("utf-8", "surrogatepass")).to_bytes(PAGE_KEY_SIZE)


def split_page_keys(keys: bytes) -> Iterator[bytes]:
    """Yield the keys of several URLs, which ``keys`` has one after the other."""
    return (keys[start : start + PAGE_KEY_SIZE] for start in range(0, len(keys), PAGE_KEY_SIZE))
