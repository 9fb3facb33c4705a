"""The conditions and ranges of a request (RFC 9110 sections 13 and 14). Pure functions."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

from starlette.datastructures import Headers

from feedpub.delivery.serving.url_files import PathRefusedError

Range = tuple[int, int]
"""The offset of the first byte, and of the byte after the last."""

_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_RANGE = re.compile(r"([0-9]*)[ \t]*-[ \t]*([0-9]*)")
_LONGEST_NUMBER = 18


def is_unchanged(headers: Headers, etag: str, modified: int) -> bool:
    """Return whether the response to a GET or HEAD is a 304. ``modified`` is in seconds since 1970.

    Raise :class:`~feedpub.delivery.serving.url_files.PathRefusedError` with 412 if the request is
    for another version.
    """
    if (if_match := _joined(headers, "if-match")) is not None:
        if not _matches(if_match, etag, weakly=False):
            raise PathRefusedError(412)
    elif (moment := _moment(headers.get("if-unmodified-since"))) is not None and modified > moment:
        raise PathRefusedError(412)
    if (if_none_match := _joined(headers, "if-none-match")) is not None:
        return _matches(if_none_match, etag, weakly=True)
    moment = _moment(headers.get("if-modified-since"))
    return moment is not None and modified <= moment


def range_of(headers: Headers, etag: str, modified: int, length: int, now: float) -> Range | None:
    """Return the part of ``length`` bytes that a GET requests; None if the response is the whole.

    A request for several parts gets the whole, too (RFC 9110 section 14.2 lets a server ignore
    Range). ``modified`` and ``now`` are in seconds since 1970. Raise
    :class:`~feedpub.delivery.serving.url_files.PathRefusedError` with 416 if there are no such
    bytes.
    """
    unit, _, text = (_joined(headers, "range") or "").partition("=")
    if unit.strip().lower() != "bytes" or not _is_same(headers.get("if-range"), etag, modified, now):
        return None
    match = _RANGE.fullmatch(text.strip())
    if match is None or not _is_range(*match.groups()):
        return None
    start, end = _within(match[1], match[2], length)
    if start >= end:
        raise PathRefusedError(416)
    return start, end


def _is_range(first: str, last: str) -> bool:
    if max(len(first), len(last)) > _LONGEST_NUMBER:
        return False
    return int(first) <= int(last) if first and last else bool(first or last)


def _within(first: str, last: str, length: int) -> Range:
    """Return the existing bytes of a range; there are none if the start is not before the end."""
    if not first:
        return max(0, length - int(last)), length
    return int(first), min(length, int(last) + 1) if last else length


def _is_same(validator: str | None, etag: str, modified: int, now: float) -> bool:
    """Return whether a client's If-Range is of this version (section 13.1.5)."""
    if validator is None:
        return True
    if '"' in validator:
        return validator.strip() == etag
    # Two versions may have the same date if they were written within one second.
    return _moment(validator) == modified and now >= modified + 2


def _matches(text: str, etag: str, *, weakly: bool) -> bool:
    """Return whether ``etag`` is in the list ``text`` (section 8.8.3.2)."""
    if text.strip() == "*":
        return True
    return any(tag == etag and (weakly or not weak) for weak, tag in _TAG.findall(text))


def _joined(headers: Headers, name: str) -> str | None:
    values = headers.getlist(name)
    return ", ".join(values) if values else None


def _moment(text: str | None) -> int | None:
    """Return an HTTP date in seconds since 1970; None if it is not valid and must be ignored."""
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
        # Of the three formats of section 5.6.7, asctime names no zone, and is in UTC.
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
