"""What a request's conditions and ranges come to (RFC 9110 sections 13 and 14). Pure functions of headers."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

from starlette.datastructures import Headers

from feedpub.delivery.serving.url_files import PathRefusedError

Range = tuple[int, int]
"""The first byte, and the one after the last."""

_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_RANGE = re.compile(r"([0-9]*)[ \t]*-[ \t]*([0-9]*)")
_LONGEST_NUMBER = 18


def is_unchanged(headers: Headers, etag: str, modified: int) -> bool:
    """Whether a GET or HEAD is to be answered with 304. ``modified`` is in seconds since 1970.

    Raises :class:`~feedpub.delivery.serving.url_files.PathRefusedError` with 412 where the client wants another version.
    """
    if (wanted := _joined(headers, "if-match")) is not None:
        if not _matches(wanted, etag, weakly=False):
            raise PathRefusedError(412)
    elif (moment := _moment(headers.get("if-unmodified-since"))) is not None and modified > moment:
        raise PathRefusedError(412)
    if (known := _joined(headers, "if-none-match")) is not None:
        return _matches(known, etag, weakly=True)
    moment = _moment(headers.get("if-modified-since"))
    return moment is not None and modified <= moment


def range_of(headers: Headers, etag: str, modified: int, length: int, now: float) -> Range | None:
    """Return the part of ``length`` bytes that a GET asks for, or None where the whole is to be sent: also to a client
    that asks for several parts (RFC 9110 section 14.2 lets a server ignore Range).

    Raises :class:`~feedpub.delivery.serving.url_files.PathRefusedError` with 416 where there are no such bytes.
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
    """Return the bytes of a range that exist; none exist where the start is not before the end."""
    if not first:
        return max(0, length - int(last)), length
    return int(first), min(length, int(last) + 1) if last else length


def _is_same(validator: str | None, etag: str, modified: int, now: float) -> bool:
    """Whether a client that has a part may have the rest (section 13.1.5)."""
    if validator is None:
        return True
    if '"' in validator:
        return validator.strip() == etag
    # A date tells versions apart only once the second is over in which the file was written.
    return _moment(validator) == modified and now >= modified + 2


def _matches(text: str, etag: str, *, weakly: bool) -> bool:
    """Whether ``etag`` is in the list ``text`` (section 8.8.3.2)."""
    if text.strip() == "*":
        return True
    return any(tag == etag and (weakly or not weak) for weak, tag in _TAG.findall(text))


def _joined(headers: Headers, name: str) -> str | None:
    values = headers.getlist(name)
    return ", ".join(values) if values else None


def _moment(text: str | None) -> int | None:
    """Seconds since 1970 of an HTTP date; None where it is none, and then is to be ignored."""
    if text is None:
        return None
    try:
        return int(parsedate_to_datetime(text).timestamp())
    except (ValueError, TypeError, OverflowError):
        return None
