"""A representation as a response: its headers, and the whole of it, parts, or nothing but the headers (RFC 9110
section 14, RFC 8288 for Link, https://fetch.spec.whatwg.org/#http-cors-protocol).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from email.utils import formatdate

from starlette.responses import PlainTextResponse, Response, StreamingResponse

from feedpub.hosting.target import DESTINATION, STYLED_TYPE, Target
from feedpub.serving.conditions import Range
from feedpub.serving.files import Place
from feedpub.serving.negotiation import IDENTITY
from feedpub.serving.representations import Representation, chunks
from feedpub.serving.types import content_type, is_compressible, is_json
from feedpub.urls import path_of

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
    target: Target, place: Place, found: Representation, *, is_navigation: bool, is_watched: bool
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


def options(place: Place, *, is_preflight: bool) -> Response:
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


def content(headers: Mapping[str, str], found: Representation, file: int | None, ranges: Sequence[Range]) -> Response:
    """The whole of ``found`` or the ``ranges`` of it, from its body or the open ``file``."""
    more, parts = _parts(headers["Content-Type"], found.length, ranges)
    length = sum(len(part) if isinstance(part, bytes) else part[1] - part[0] for part in parts)
    status, headers = 206 if ranges else 200, {**headers, **more, "Content-Length": str(length)}
    if (body := found.body) is not None:
        whole = b"".join(part if isinstance(part, bytes) else body[part[0] : part[1]] for part in parts)
        return Response(whole, status, headers)
    # A HEAD opens nothing.
    return (
        StreamingResponse(_read(file, parts), status, headers) if file is not None else Response(None, status, headers)
    )


def _parts(
    content_type: str, length: int, ranges: Sequence[Range]
) -> tuple[Mapping[str, str], Sequence[Range | bytes]]:
    """Further headers, and what is sent: parts of a file, and what stands between them."""
    if not ranges:
        return {}, [(0, length)]
    if len(ranges) == 1:
        return {"Content-Range": _content_range(ranges[0], length)}, ranges
    boundary = secrets.token_hex(16)
    parts: list[Range | bytes] = []
    for one in ranges:
        head = f"Content-Type: {content_type}\r\nContent-Range: {_content_range(one, length)}"
        parts += [f"--{boundary}\r\n{head}\r\n\r\n".encode(), one, b"\r\n"]
    return {"Content-Type": f"multipart/byteranges; boundary={boundary}"}, [*parts, f"--{boundary}--\r\n".encode()]


def _content_range(one: Range, length: int) -> str:
    return f"bytes {one[0]}-{one[1] - 1}/{length}"


def _read(file: int, parts: Sequence[Range | bytes]) -> Iterator[bytes]:
    for part in parts:
        if isinstance(part, bytes):
            yield part
            continue
        start, end = part
        for chunk in chunks(file, start, end):
            start += len(chunk)
            yield chunk
        if start < end:
            raise ShortenedError


def _cors(name: str) -> dict[str, str]:
    return _CORS if is_json(name) else {}
