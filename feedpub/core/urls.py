"""URLs and ids: normalized once, by the reader, and never again. Pure functions; nothing here opens a socket.

Sources: RFC 3986 (URI), RFC 3987 section 3.1 (IRI to URI), RFC 5891 and UTS 46 (host names).
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urljoin

import idna

from feedpub.core.errors import quoted

_PARTS = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?",
    re.IGNORECASE | re.DOTALL,
)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(?P<port>:[0-9]{0,5})?", re.DOTALL)
_HOST = re.compile(r"[A-Za-z0-9._~-]+")
# Surrogates are no characters, and UTF-8 cannot hold them.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]++|%[0-9A-Fa-f]{2})+")
# A URL that is what it should be already, as nearly all are: found out at a tenth of the cost.
_PLAIN = re.compile(
    r"https?://[A-Za-z0-9._~-]+(?::[0-9]{1,4})?"
    r"(?:/[A-Za-z0-9/:@!$&'()*+,;=._~-]*(?:%[0-9A-Fa-f]{2}[A-Za-z0-9/:@!$&'()*+,;=._~-]*)*)?"
    r"(?:\?[A-Za-z0-9/:@!$&'()*+,;=._~?-]*(?:%[0-9A-Fa-f]{2}[A-Za-z0-9/:@!$&'()*+,;=._~?-]*)*)?"
)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")

# RFC 3986 section 3.3: pchar and "/"; query and fragment add "?".
_PATH_SAFE = "/:@!$&'()*+,;=-._~%"
_QUERY_SAFE = _PATH_SAFE + "?"
_MAX_HOST = 253
_MAX_REMEMBERED = 1000
"""Characters of a URL that is kept in memory: thousands of megabytes must not be."""
_MAX_PORT = 65535


class UrlError(ValueError):
    """``str()`` says what is wrong with the URL, and what would be right. User information is never repeated."""


def normalize(text: str) -> str:
    """The http or https URL ``text`` as it is published: trimmed, the host in A-labels, what a URI cannot hold
    percent-encoded as UTF-8, nothing else.

    Raises :class:`UrlError` where it is no absolute http(s) URL, or holds user information or control characters.
    """
    if _PLAIN.fullmatch(text):
        return text
    text = _trimmed(text)
    match = _PARTS.fullmatch(text)
    if match is None:
        raise UrlError(f"{_shown(text)} is not an http:// or https:// URL")
    authority = match["authority"]
    if "@" in authority:
        raise UrlError("holds user information before an @; write the URL without it")
    # A reader takes the first "#" for the fragment's, so a second one is encoded with the rest.
    query, fragment = match["query"] or "", match["fragment"] or ""
    return "".join(
        (
            match["scheme"],
            "://",
            _host_and_port(authority, text),
            _encode(match["path"], _PATH_SAFE),
            query[:1] + _encode(query[1:], _QUERY_SAFE),
            fragment[:1] + _encode(fragment[1:], _QUERY_SAFE),
        )
    )


def resolve(base: str, reference: str) -> str:
    """``reference``, which may be relative, as a URL against ``base`` (RFC 3986 section 5), normalized.

    Raises :class:`UrlError`.
    """
    return _remembered(base, reference) if len(reference) <= _MAX_REMEMBERED else _resolve(base, reference)


@lru_cache(4096)  # providers repeat the same icons
def _remembered(base: str, reference: str) -> str:
    return _resolve(base, reference)


def _resolve(base: str, reference: str) -> str:
    if _PLAIN.fullmatch(reference):
        return reference
    # urljoin would drop control characters, and rewrite a URL that is absolute.
    reference = _trimmed(reference)
    if _PARTS.fullmatch(reference):
        return normalize(reference)
    try:
        url = urljoin(base, reference)
    except ValueError:
        raise UrlError(f"{_shown(reference)} is not a URL") from None
    return normalize(url)


def path_of(text: str) -> str:
    """Any ``text`` as a part of a URL's path."""
    return quote(text, safe=_PATH_SAFE.replace("%", ""))


def is_uri(text: str) -> bool:
    """Whether ``text`` is an absolute URI of whatever scheme (RFC 3986 section 4.3, a fragment allowed)."""
    return _URI.fullmatch(text) is not None


def domain(text: str) -> str:
    """The host name ``text`` in lower-case A-labels, without a closing dot. Raises :class:`UrlError`."""
    name = text.strip()
    try:
        if not name.isascii():
            name = idna.encode(name, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        name = ""
    name = name.lower().removesuffix(".")
    labels = name.split(".")
    if len(name) > _MAX_HOST or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise UrlError(f"{_shown(text)} is not a host name such as wsj.com")
    return name


def _trimmed(text: str) -> str:
    text = text.strip(" \t\r\n")
    if _CONTROL.search(text):
        raise UrlError("holds a control character; a URL is one line of visible characters")
    return text


def _shown(text: str) -> str:
    """``text`` for a message, without what may be a name and a password before an @."""
    _, at, rest = text.rpartition("@")
    return quoted(f"…@{rest}" if at else rest)


def _host_and_port(authority: str, text: str) -> str:
    match = _AUTHORITY.fullmatch(authority)
    port = match["port"] or "" if match else ""
    if match is None or int(port[1:] or 0) > _MAX_PORT:
        raise UrlError(f"{_shown(text)} has no valid host and port")
    host = match["host"]
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode()
        except (idna.IDNAError, UnicodeError):
            raise UrlError(f"{quoted(host)} is not a host name") from None
    if not host.startswith("[") and not _HOST.fullmatch(host):
        raise UrlError(f"{quoted(host)} is not a host name")
    return host + port


def _encode(part: str, safe: str) -> str:
    if "%" in part:
        part = _BARE_PERCENT.sub("%25", part)
    return quote(part, safe=safe)


def page_of(url: str) -> str:
    """``url`` as a server sees it, without its fragment (RFC 9110 section 7.1)."""
    return url.partition("#")[0]
