"""The values of response headers. Pure functions from text to values, for any text of a server.

RFC 9110 sections 8.3 (Content-Type), 8.6 (Content-Length), 10.2.2 (Location), 10.2.3 (Retry-After),
14.4 (Content-Range), 15.4 (redirects). A Location is read as browsers do, by the URL standard
(https://url.spec.whatwg.org/).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, quote_from_bytes, urljoin

from feedpub.core import urls
from feedpub.core.errors import quoted
from feedpub.links.model import Failure
from feedpub.links.net.failures import TransportError

REDIRECTS = frozenset((301, 302, 303, 307, 308))
"""The statuses whose Location is followed; not 300, which offers a choice to a person."""

# Ten years, in seconds: a limit that keeps arithmetic with the number safe.
_LONGEST_WAIT = 315_360_000.0
_SECONDS = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)
_RANGE = re.compile(r"bytes\s+(?:[0-9]+-[0-9]+|\*)/([0-9]{1,18})", re.ASCII | re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}", re.ASCII)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.ASCII | re.IGNORECASE)
_PATH = re.compile(r"([^?#]*)(.*)", re.DOTALL)
_SLASHES = re.compile(r"^((?:https?:)?)//+", re.ASCII | re.IGNORECASE)
_USER = re.compile(r"^((?:https?:)?//)[^/]*@", re.ASCII | re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def retry_after(value: str | None, date: str | None, now: datetime) -> float | None:
    """Return the seconds to wait by the header Retry-After, whose ``value`` is a number or a date.

    A date is compared with ``date``, the response's own Date, or with ``now`` if that is not valid.
    The result is 0 for a date in the past, and at most ten years; None for any other text.
    """
    if value is None:
        return None
    if _SECONDS.fullmatch(value):
        return min(max(float(value), 0.0), _LONGEST_WAIT)
    until = _date(value)
    if until is None:
        return None
    since = _date(date) or now
    return min(max((until - since).total_seconds(), 0.0), _LONGEST_WAIT)


def _date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, LookupError, OverflowError):
        return None


def media_type(content_type: str | None) -> str | None:
    """Return the media type of a Content-Type, lower case, without parameters; None if invalid."""
    text = (content_type or "").partition(";")[0].strip().lower()
    return text if _MEDIA_TYPE.fullmatch(text) else None


def length(content_length: str | None, content_range: str | None, content_encoding: str | None) -> int | None:
    """Return the size of the whole resource in bytes; None if it is compressed or not stated."""
    if (content_encoding or "identity").strip().lower() != "identity":
        return None
    if content_range is not None:
        match = _RANGE.fullmatch(content_range)
        return int(match[1]) if match else None
    return int(content_length) if content_length and _DIGITS.fullmatch(content_length) else None


def redirect_target(base: str, location: str) -> str:
    """Return the URL to which ``location`` leads from ``base``, as browsers read it.

    It has no user information, and the fragment of ``base`` if ``location`` has none.
    ``location`` is the header as http.client decodes it: one character for each byte.

    Raise :class:`TransportError` with ``REFUSED_SCHEME`` or ``INVALID_URL``.
    """
    text = _as_text(location)
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in ("http", "https"):
        raise TransportError(Failure.REFUSED_SCHEME, f"redirects to {quoted(scheme[0])}, which is not http or https")
    path, rest = _PATH.fullmatch(text).groups()  # type: ignore[union-attr]  # it matches any text
    text = _USER.sub(r"\1", _SLASHES.sub(r"\1//", path.replace("\\", "/"))) + rest
    try:
        # urljoin() would treat "http://" as a path.
        url = urls.normalize(text if scheme and text.startswith("//", scheme.end()) else urljoin(base, text))
    except ValueError:
        raise TransportError(
            Failure.INVALID_URL, f"redirects to {quoted(text.rpartition('@')[2])}, which is not a URL"
        ) from None
    fragment = base.partition("#")[2]
    return f"{url}#{fragment}" if fragment and "#" not in url else url


def _as_text(location: str) -> str:
    """Return ``location`` without the characters that browsers drop.

    Bytes that are not UTF-8 are percent-encoded, because their encoding is unknown.
    """
    data = location.encode("latin-1", "replace").strip(bytes(range(0x21))).translate(None, b"\t\r\n")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return quote_from_bytes(data, safe=bytes(range(0x21, 0x7F)))
    return _CONTROL.sub(lambda match: quote(match[0]), text)
