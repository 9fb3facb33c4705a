"""The responses of the endpoint: the whole of a representation, a part of it, or headers alone.

RFC 9110 section 14, RFC 8288 for Link, and https://fetch.spec.whatwg.org/#http-cors-protocol.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email.utils import formatdate

from starlette.responses import PlainTextResponse, Response, StreamingResponse

from feedpub.core.urls import path_of
from feedpub.delivery.hosting.site_target import DESTINATION, STYLED_TYPE, SiteTarget
from feedpub.delivery.serving.conditions import Range
from feedpub.delivery.serving.media_types import content_type, is_compressible, is_json
from feedpub.delivery.serving.negotiation import IDENTITY
from feedpub.delivery.serving.representations import Representation, chunks
from feedpub.delivery.serving.url_files import ServedFile

METHODS = "GET, HEAD, OPTIONS"
SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}
_CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Link"}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, Range",
    "Access-Control-Max-Age": "86400",
}
# The headers of a 200 that a 304 repeats (RFC 9110 section 15.4.5); browsers check CORS again.
_OF_304 = frozenset(("ETag", "Cache-Control", "Vary", *_CORS))


class ShortenedError(Exception):
    """A file that became shorter while it was sent."""


def headers_of(
    target: SiteTarget, place: ServedFile, representation: Representation, *, is_navigation: bool, is_watched: bool
) -> dict[str, str]:
    """Return the headers of a 200 without the length.

    ``is_navigation`` is True if a browser opens the file as a page, and ``is_watched`` if
    ``--watch`` is on.
    """
    name = place.name
    feed = next((file for file in target.feeds if file.name == name.rpartition("/")[2]), None)
    is_styled = feed is not None and feed.is_styled
    as_page = is_styled and is_navigation
    cache_control = target.styled_cache_control if as_page else target.cache_control
    headers = {
        "Content-Type": STYLED_TYPE if as_page else content_type(name),
        # The page has its own ETag: a browser that has the feed must get the other type.
        "ETag": f'{representation.etag[:-1]}-page"' if as_page else representation.etag,
        "Last-Modified": formatdate(representation.modified, usegmt=True),
        # With --watch, each build is visible at once.
        "Cache-Control": "no-cache" if is_watched else cache_control,
        "Accept-Ranges": "bytes",
        **SAFE,
        **_cors(name),
    }
    if is_compressible(name):
        headers["Vary"] = f"Accept-Encoding, {DESTINATION}" if is_styled else "Accept-Encoding"
    if representation.coding != IDENTITY:
        headers["Content-Encoding"] = representation.coding
    if feed and (link := target.link_header(path_of(name))):
        headers["Link"] = link
    return headers


def not_modified(headers: Mapping[str, str]) -> dict[str, str]:
    """Return those of ``headers`` that a 304 repeats."""
    return {name: value for name, value in headers.items() if name in _OF_304}


def options(place: ServedFile, *, is_preflight: bool) -> Response:
    """Return the methods for a file, which scripts of other sites may use for JSON."""
    headers = {**SAFE, "Allow": METHODS, **_cors(place.name)}
    if is_preflight and is_json(place.name):
        headers |= _PREFLIGHT
    return Response(status_code=204, headers=headers)


def refusal(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error as one line of plain text."""
    return PlainTextResponse(_MESSAGES[status], status, {**SAFE, "Cache-Control": "no-cache", **(headers or {})})


_MESSAGES = {
    400: "Bad request\n",
    403: "Forbidden\n",
    404: "Not found\n",
    405: "Method not allowed\n",
    406: "Not acceptable\n",
    412: "Precondition failed\n",
    414: "URI too long\n",
    416: "Range not satisfiable\n",
    503: "Service unavailable\n",
    505: "HTTP version not supported\n",
}


def content(
    headers: Mapping[str, str], representation: Representation, file: int | None, part: Range | None
) -> Response:
    """Return ``representation``, or the ``part`` of it, from its body or from the open ``file``."""
    start, end = part or (0, representation.length)
    headers = {**headers, "Content-Length": str(end - start)}
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{representation.length}"
    status = 200 if part is None else 206
    if representation.body is not None:
        return Response(representation.body[start:end], status, headers)
    if file is None:  # a HEAD
        return Response(None, status, headers)
    return StreamingResponse(_read(file, start, end), status, headers)


def _read(file: int, start: int, end: int) -> Iterator[bytes]:
    for chunk in chunks(file, start, end):
        start += len(chunk)
        yield chunk
    if start < end:
        raise ShortenedError


def _cors(name: str) -> dict[str, str]:
    return _CORS if is_json(name) else {}
