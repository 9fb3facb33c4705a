"""A representation as a response: its headers, and the whole of it, a part, or nothing but the headers (RFC 9110
section 14, RFC 8288 for Link, https://fetch.spec.whatwg.org/#http-cors-protocol).
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
# What a 304 has of the headers of a 200 (RFC 9110 section 15.4.5); and CORS asks it again.
_OF_304 = frozenset(("ETag", "Cache-Control", "Vary", *_CORS))


class ShortenedError(Exception):
    """A file became shorter while it was sent."""


def headers_of(
    target: SiteTarget, place: ServedFile, found: Representation, *, is_navigation: bool, is_watched: bool
) -> dict[str, str]:
    """The headers of a 200, but for the length. ``is_navigation`` tells that a browser opens the file as a page."""
    name = place.name
    feed = next((one for one in target.feeds if one.name == name.rpartition("/")[2]), None)
    is_styled = feed is not None and feed.is_styled
    as_page = is_styled and is_navigation
    cache_control = target.styled_cache_control if as_page else target.cache_control
    headers = {
        "Content-Type": STYLED_TYPE if as_page else content_type(name),
        # Who has the other type and opens the page is not told that it did not change.
        "ETag": f'{found.etag[:-1]}-page"' if as_page else found.etag,
        "Last-Modified": formatdate(found.modified, usegmt=True),
        # What is watched is to be seen at once.
        "Cache-Control": "no-cache" if is_watched else cache_control,
        "Accept-Ranges": "bytes",
        **SAFE,
        **_cors(name),
    }
    if is_compressible(name):
        headers["Vary"] = f"Accept-Encoding, {DESTINATION}" if is_styled else "Accept-Encoding"
    if found.coding != IDENTITY:
        headers["Content-Encoding"] = found.coding
    if feed and (links := target.links(path_of(name))):
        headers["Link"] = links
    return headers


def not_modified(headers: Mapping[str, str]) -> dict[str, str]:
    """Those of ``headers`` that a 304 has."""
    return {name: value for name, value in headers.items() if name in _OF_304}


def options(place: ServedFile, *, is_preflight: bool) -> Response:
    """What may be done with a file; scripts of other sites may do it with JSON."""
    headers = {**SAFE, "Allow": METHODS, **_cors(place.name)}
    if is_preflight and is_json(place.name):
        headers |= _PREFLIGHT
    return Response(status_code=204, headers=headers)


def refusal(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """An error, in one line of plain text."""
    return PlainTextResponse(_WORDS[status], status, {**SAFE, "Cache-Control": "no-cache", **(headers or {})})


_WORDS = {
    400: "Bad request\n",
    403: "Forbidden\n",
    404: "Not found\n",
    405: "Method not allowed\n",
    406: "Not acceptable\n",
    412: "Precondition failed\n",
    414: "URI too long\n",
    416: "Range not satisfiable\n",
    503: "Service unavailable\n",
}


def content(headers: Mapping[str, str], found: Representation, file: int | None, part: Range | None) -> Response:
    """Return ``found``, or the ``part`` of it, from its body or from the open ``file``."""
    start, end = part or (0, found.length)
    headers = {**headers, "Content-Length": str(end - start)}
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{found.length}"
    status = 200 if part is None else 206
    if found.body is not None:
        return Response(found.body[start:end], status, headers)
    if file is None:  # a HEAD opens nothing
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
