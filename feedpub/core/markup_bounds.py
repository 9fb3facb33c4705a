"""The bounds of markup, beyond which a sanitizer would take seconds, or unbounded memory."""

from __future__ import annotations

import re

_MAX_DEPTH = 250
# Beyond the first two limits the sanitizer takes more than a second. The others are of elements
# that it opens again, at 8 microseconds each: each formatting tag that was never closed, in each
# later block
# (https://html.spec.whatwg.org/multipage/parsing.html#reconstruct-the-active-formatting-elements).
_MAX_NESTING_TAGS = 20_000
_MAX_REFERENCES = 50_000
_MAX_REOPENED = 2_000_000
_MAX_REOPENED_OF_CLOSED = 1_000_000
_MAX_REOPENED_OF_OPEN = 250_000
_FORMATTING_NAMES = "b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u"
# Few bodies have so many tags that these are needed, so re compiles them at their first use.
_FORMATTING = rf"(?i)<(?:{_FORMATTING_NAMES})(?=[\s/>])"
_END_OF_FORMATTING = rf"(?i)</(?:{_FORMATTING_NAMES})(?=[\s/>])"
_FORMATTING_TAG = rf"""(?i)<({_FORMATTING_NAMES})(?=[\s/])(?:[^<>"']|"[^"<>]*"|'[^'<>]*')*+>"""
# In these, an end tag may close nothing that was open before.
_SCOPES = (
    r"(?i)<(?:!|(?:applet|caption|iframe|marquee|math|no[a-z]+|object|script|select|style|svg|t[dh]|template|textarea"
    r"|title)(?=[\s/>]))"
)
# HTML opens at most three equal tags again; there are 13 formatting elements without attributes.
_MOST_EQUAL = 3 * 13
# An item ends where the next item of the same list begins, but not at an item of another list.
_ITEM = r"(?i)<(?:li|dd|dt)(?=[\s/>])"
# Elements that do not nest: they are empty, or end where the next begins.
_FLAT = (
    "area base br col dd dt embed hr img input li option p param source tbody td tfoot th thead tr track wbr".split()
)
_NESTING = rf"(?i)<(/?)(?!(?:{'|'.join(_FLAT)})(?=[\s/>]))[a-z]"


def within_bounds(markup: str) -> str | None:
    """Return ``markup`` in a form that takes a sanitizer no more than seconds; None without one.

    The time of a sanitizer grows with the square of the depth, and of the number of references
    (``&``). Use :func:`without_tags` for such markup. The time for formatting tags that it opens
    again grows with their number; of equal ones it opens three, so their attributes are left out
    if there are too many.
    """
    if markup.count("&") > _MAX_REFERENCES:
        return None
    tags = markup.count("<")
    if tags <= _MAX_DEPTH:
        return markup
    if _is_deep(markup):
        return None
    alike, distinct = _count_reopened(markup)
    if distinct * tags > _MAX_REOPENED_OF_OPEN and distinct * tags > _most_reopened(markup):
        markup = re.sub(_FORMATTING_TAG, r"<\1>", markup)
        alike, distinct = _count_reopened(markup)
        if distinct * tags > _MAX_REOPENED_OF_OPEN:
            return None
    return None if (alike + distinct) * tags > _MAX_REOPENED else markup


def _is_deep(markup: str) -> bool:
    depth, nesting = 0, len(re.findall(_ITEM, markup))
    if nesting > _MAX_NESTING_TAGS:
        return True
    for match in re.finditer(_NESTING, markup):
        nesting += not match[1]
        # An end tag that closes nothing makes no room.
        depth = max(depth - 1, 0) if match[1] else depth + 1
        if depth > _MAX_DEPTH or nesting > _MAX_NESTING_TAGS:
            return True
    return False


def _most_reopened(markup: str) -> int:
    """Return the limit of elements that are opened again, less if end tags may not close them."""
    are_closed = len(re.findall(_FORMATTING, markup)) <= len(re.findall(_END_OF_FORMATTING, markup))
    return _MAX_REOPENED_OF_CLOSED if are_closed and not re.search(_SCOPES, markup) else _MAX_REOPENED_OF_OPEN


def _count_reopened(markup: str) -> tuple[int, int]:
    """Return how many tags a browser opens again in a block, if none is closed: those that are
    alike, and those with attributes.
    """
    without_attributes = with_attributes = 0
    for match in re.finditer(_FORMATTING, markup):
        is_without = markup.startswith(">", match.end())
        without_attributes += is_without
        with_attributes += not is_without
    return min(without_attributes, _MOST_EQUAL), with_attributes
