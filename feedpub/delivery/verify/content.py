"""The body of a response compared with the file in ``output/``. Pure functions.

Feeds are read with the tokenizer of :mod:`feedpub.links.judge.amp.tags`, in linear time, because a
public server may send anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice

import msgspec

from feedpub.core.format_registry import FormatInfo
from feedpub.delivery.verify.model import ContentFacts, ContentState
from feedpub.links.judge.amp.tags import tags
from feedpub.state.atomic_files import digest

_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_LINKS = ("link", "atom:link")
_ENTRIES = ("item", "entry")
# The date of the feed, else those of its entries.
_XML_DATES = (re.compile(rb"<(?:lastBuildDate|updated)>([^<]{1,60})<"), re.compile(rb"<pubDate>([^<]{1,60})<"))
_JSON_DATES = (
    re.compile(rb'"date_modified":\s*"([^"]{1,60})"'),
    re.compile(rb'"date_published":\s*"([^"]{1,60})"'),
)
_DATES_OF_ENTRIES = 1000


class _Hub(msgspec.Struct):
    url: str = ""


class _JsonHead(msgspec.Struct):
    feed_url: str | None = None
    hubs: tuple[_Hub, ...] = ()


def is_html(body: bytes, media_type: str | None) -> bool:
    """Return whether ``body`` is a page for people, by its beginning or its media type."""
    return _HTML.match(body) is not None or (media_type == "text/html" and b"<rss" not in body and b"<feed" not in body)


def facts_of(
    body: bytes, info: FormatInfo, expected_digest: str, file: bytes | None = None, newer_by: float | None = None
) -> ContentFacts:
    """Return the facts of ``body``, a feed in the format ``info``.

    ``file`` is the content of the file in output/, None if it is not there. ``newer_by`` is the
    number of seconds by which the response's Last-Modified is later than the file's date, None if
    one of them is not known.
    """
    state = ContentState.SAME
    if digest(body) != expected_digest and body != file:
        state = _difference(body, info, file, newer_by)
    self_url, hubs = head_links(body, info)
    return ContentFacts(state=state, size=len(body), self_url=self_url, hubs=hubs)


def _difference(body: bytes, info: FormatInfo, file: bytes | None, newer_by: float | None) -> ContentState:
    if file is None:
        return ContentState.DIFFERENT
    if file.startswith(body):
        return ContentState.TRUNCATED
    public, local = updated_of(body, info), updated_of(file, info)
    if public is None or local is None:
        return ContentState.DIFFERENT
    if public != local:
        return ContentState.STALE if public < local else ContentState.NEWER
    return ContentState.STALE if newer_by is not None and newer_by < -1 else ContentState.DIFFERENT


def head_links(body: bytes, info: FormatInfo) -> tuple[str | None, tuple[str, ...]]:
    """Return the URL of the feed's self link, None without one, and those of its hubs."""
    if info.is_json:
        try:
            head = msgspec.json.decode(body, type=_JsonHead)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None, ()
        return head.feed_url, tuple(hub.url for hub in head.hubs)
    self_url, hubs = None, []
    for tag in tags(body.decode("utf-8", "replace"), (*_LINKS, *_ENTRIES)):
        if tag.name in _ENTRIES:
            break
        relations = tag.attributes.get("rel", "").split()
        href = tag.attributes.get("href", "")
        if "self" in relations and self_url is None:
            self_url = href
        if "hub" in relations:
            hubs.append(href)
    return self_url, tuple(hubs)


def updated_of(body: bytes, info: FormatInfo) -> datetime | None:
    """Return the date of the feed in ``body``, or the newest of its entries; None without any."""
    for pattern in _JSON_DATES if info.is_json else _XML_DATES:
        matches = islice(pattern.finditer(body), _DATES_OF_ENTRIES)
        found = [match[1].decode("ascii", "replace") for match in matches]
        if found:
            # The date of an XML feed comes before those of its entries.
            is_of_feed = pattern is _XML_DATES[0]
            return _newest(found[:1] if is_of_feed else found)
    return None


def _newest(texts: Iterable[str]) -> datetime | None:
    return max((date for text in texts if (date := _date(text)) is not None), default=None)


def _date(text: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            date = parse(text.strip())
        except (ValueError, TypeError, OverflowError):
            continue
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    return None
