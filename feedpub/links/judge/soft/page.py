"""The signs in a page: that it does not exist, or that its domain is for sale.

A page is read as text of limited length, in linear time, and never raises: it comes from a
stranger. Most pages say nothing of the kind.
"""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import unquote
from zlib import crc32

from feedpub.core.errors import printable
from feedpub.links.judge.soft.known import (
    FOR_SALE,
    NOT_FOUND,
    PARKED_MARKS,
    PARKED_SIGNS,
    VIDEO_GONE,
    VIDEO_HOSTS,
)
from feedpub.links.model import PageFacts, PageSign
from feedpub.links.schedule.politeness import host_of

MOST_TEXT = 256 * 1024
"""The maximum number of bytes that are read of a page, after decoding."""
MOST_OF_A_VIDEO = 1_000_000
"""The same of a video host's page, which says in its middle whether there is the video."""

_LONGEST_TITLE = 300
_SHOWN = 80
# A page that shows less is a page without an article.
_LEAST_ARTICLE = 1000
# A page that shows less is filled by its scripts, so that what it says at first is not final.
_LEAST_TEXT = 20
_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_ENCODINGS = re.compile(r"(utf-?8|utf-16.*|iso8859.*|cp[0-9]+|koi8.*|shift_jis.*|euc_.*|gb.*|big5.*|ascii|mac.*|tis.*)")
_PARTS = re.compile(r"\s[-|–—·•»:]+\s|[|–—·•»]|:\s")
_MARKS = " \t\n.,!?…:;-–—\"'“”„«»()[]"
_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[^<>]*>")
_INVISIBLE = ("script", "style", "noscript", "template", "svg", "head")


def most_bytes(url: str) -> int:
    """Return how many bytes of the page at ``url`` are enough."""
    return MOST_OF_A_VIDEO if _is_video(url) else MOST_TEXT


def read_page(body: bytes, content_type: str | None, url: str) -> PageFacts:
    """Return what the page ``body``, which may be incomplete, says; ``url`` is its own."""
    if _is_video(url) and any(mark in body for mark in VIDEO_GONE):
        return PageFacts(PageSign.VIDEO_GONE, "the player says that there is no such video", is_certain=True)
    text = body.decode(_encoding(body, content_type), "replace")
    mark = next((mark for mark in (*PARKED_MARKS, *PARKED_SIGNS) if mark in body), None)
    # An article about parked domains may have such a text, too, between others.
    if mark is not None and _shown_length(text) < _LEAST_ARTICLE:
        return PageFacts(PageSign.PARKED, f"the page contains {mark.decode()}", is_certain=mark in PARKED_MARKS)
    for tag, name in (("title", "title"), ("h1", "heading")):
        words = _content_of(text, tag)
        for pattern, sign in ((NOT_FOUND, PageSign.NOT_FOUND), (FOR_SALE, PageSign.FOR_SALE)):
            if any(pattern.fullmatch(part) for part in _parts(words)):
                evidence = f"its {name} is {printable(words[:_SHOWN])!r}"
                return PageFacts(sign, evidence, _shown_length(text) >= _LEAST_TEXT)
    is_static = b"<script" not in body and b"<SCRIPT" not in body and _shown_length(text) >= _LEAST_TEXT
    return PageFacts(PageSign.NOTHING, "", is_static, crc32(body))


def missing_fragments(body: bytes, content_type: str | None, fragments: Iterable[str]) -> tuple[str, ...]:
    """Return those of ``fragments`` that no element of the page ``body`` has as its id or name.

    A fragment is looked for as it is written and decoded (HTML section 7.4.6.3), and with the
    prefix that GitHub gives the ids in Markdown. A page that scripts fill misses none.
    """
    text = body.decode(_encoding(body, content_type), "replace")
    if _shown_length(text) < _LEAST_TEXT:
        return ()
    return tuple(fragment for fragment in fragments if not _has_fragment(text, fragment))


def _has_fragment(text: str, fragment: str) -> bool:
    names = {name for plain in (fragment, unquote(fragment)) for name in (plain, html.escape(plain))}
    pattern = "|".join(re.escape(name) for name in sorted(names))
    return re.search(rf"(?:id|name)\s{{0,9}}=\s{{0,9}}[\"']?(?:user-content-)?(?:{pattern})[\"'\s>]", text) is not None


def _is_video(url: str) -> bool:
    return ".".join(host_of(url).split(".")[-2:]) in VIDEO_HOSTS


def _encoding(body: bytes, content_type: str | None) -> str:
    """Return the encoding that the header, a byte order mark or the page itself names."""
    if body.startswith(codecs.BOM_UTF8):
        return "utf-8"
    for source in ((content_type or "").encode("latin-1", "replace"), body[:2048]):
        match = _CHARSET.search(source)
        if match is not None:
            try:
                name = codecs.lookup(match[1].decode()).name
            except LookupError:
                continue
            if _ENCODINGS.fullmatch(name):
                return name
    return "utf-8"


def _content_of(text: str, tag: str) -> str:
    """Return the text of the first element ``tag`` that has one; empty if there is none."""
    for start, end in _elements(text, tag):
        words = _SPACE.sub(" ", html.unescape(_TAG.sub(" ", text[start : min(end, start + 10 * _LONGEST_TITLE)])))
        if words.strip():
            return words.strip()[:_LONGEST_TITLE]
    return ""


def _elements(text: str, tag: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the content of each element ``tag``, in one pass over ``text``."""
    opening = re.compile(rf"<{tag}(?=[\s>/])", re.IGNORECASE)
    closing = re.compile(rf"</{tag}", re.IGNORECASE)
    position = 0
    while (match := opening.search(text, position)) is not None:
        start = text.find(">", match.end()) + 1
        if not start:
            return
        close = closing.search(text, start)
        end = close.start() if close else len(text)
        yield start, end
        position = end


def _parts(title: str) -> Iterator[str]:
    """Yield the parts of a title: the page's, and usually the site's."""
    plain = unicodedata.normalize("NFC", title).replace("’", "'").replace("\xa0", " ").casefold()
    for part in (plain, *_PARTS.split(plain)):
        yield _SPACE.sub(" ", part).strip(_MARKS)


def _shown_length(text: str) -> int:
    """Return the number of characters, without spaces, that the page shows without scripts."""
    shown: list[str] = []
    position = 0
    cuts = sorted(span for tag in _INVISIBLE for span in _elements(text, tag))
    for start, end in (*cuts, (len(text), len(text))):
        if start > position:
            shown.append(text[position:start])
        position = max(position, end)
    return len(_SPACE.sub("", _TAG.sub("", "".join(shown))))
