"""The text of a page: its encoding, its elements, and what it shows without scripts.

A page is read in linear time, and never raises: it comes from a stranger.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator

_LONGEST_TITLE = 300
_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_ENCODINGS = re.compile(r"(utf-?8|utf-16.*|iso8859.*|cp[0-9]+|koi8.*|shift_jis.*|euc_.*|gb.*|big5.*|ascii|mac.*|tis.*)")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[^<>]*>")
_INVISIBLE = re.compile(r"<(script|style|noscript|template|svg|head)(?=[\s>/])", re.IGNORECASE)
_SLICE = 8192


def decoded(body: bytes, content_type: str | None) -> str:
    """Return the text of ``body`` in the encoding that its mark, the header or the page names."""
    return body.decode(_encoding(body, content_type), "replace")


def contents_of(text: str, tag: str) -> Iterator[str]:
    """Yield the text of each element ``tag`` that has one, cut to 300 characters."""
    for start, end in _elements(text, tag):
        words = plain_of(text[start : min(end, start + 10 * _LONGEST_TITLE)])
        if words:
            yield words[:_LONGEST_TITLE]


def plain_of(markup: str) -> str:
    """Return the text of ``markup`` in one line."""
    return _SPACE.sub(" ", html.unescape(_TAG.sub(" ", markup))).strip()


def without_comments(text: str) -> str:
    """Return ``text`` without comments; the last may have no end."""
    parts, position = [], 0
    while (start := text.find("<!--", position)) >= 0:
        parts.append(text[position:start])
        end = text.find("-->", start)
        position = end + len("-->") if end >= 0 else len(text)
    return "".join((*parts, text[position:]))


def shown(text: str) -> str:
    """Return what of the page ``text`` is shown without scripts, with its markup, in one pass."""
    parts, position = [], 0
    while (match := _INVISIBLE.search(text, position)) is not None:
        parts.append(text[position : match.start()])
        closing = re.compile(f"</{match[1]}", re.IGNORECASE).search(text, match.end())
        if closing is None:
            return " ".join(parts)
        position = closing.start()
    return " ".join((*parts, text[position:]))


def shown_length(markup: str, enough: int) -> int:
    """Return the number of characters of ``markup`` without tags and spaces.

    The count ends where there are ``enough``.
    """
    count = 0
    for start in range(0, len(markup), _SLICE):
        count += len(_SPACE.sub("", _TAG.sub("", markup[start : start + _SLICE])))
        if count >= enough:
            break
    return count


def _encoding(body: bytes, content_type: str | None) -> str:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return name
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
