"""XML elements as text: the bytes that lxml gives the same elements, in a fraction of the time.

Every text is escaped here, as canonical XML escapes it
(https://www.w3.org/TR/xml-c14n11/#ProcessingModel). The reader of articles has taken out what XML
cannot hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from feedpub.output.media import Media

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
# RSS does not define whether a title is HTML, and most readers show this spelling correctly
# (https://www.rssboard.org/rss-profile#data-types-characterdata).
_PLAIN = _TEXT | {ord("&"): "&#x26;", ord("<"): "&#x3C;"}
_ATTRIBUTE = _TEXT | {ord('"'): "&quot;", ord("\n"): "&#10;", ord("\t"): "&#9;"}
_find_special = re.compile('[&<>"\r\n\t]').search


def escaped(text: str) -> str:
    """Return ``text`` as the content of an element."""
    return text.translate(_TEXT) if _find_special(text) else text


def plain(text: str) -> str:
    """Return plain ``text`` as the content of an element that some readers take for HTML."""
    return text.translate(_PLAIN) if _find_special(text) else text


def element(tag: str, content: str = "", attributes: Mapping[str, str | None] | None = None) -> str:
    """Return an element with ``content``, which is XML. Leave out attributes that are None."""
    opening = tag
    for name, value in (attributes or {}).items():
        if value is not None:
            opening += f' {name}="{value.translate(_ATTRIBUTE) if _find_special(value) else value}"'
    return f"<{opening}>{content}</{tag}>" if content else f"<{opening}/>"


def thumbnails(lead: Media | None) -> Iterator[str]:
    """Yield the ``lead`` image as the ``media:thumbnail`` of Media RSS, if there is one."""
    if lead:
        attributes = {"url": lead.url, "width": number_text(lead.width), "height": number_text(lead.height)}
        yield element("media:thumbnail", "", attributes)


def number_text(number: int | None) -> str | None:
    """Return ``number`` as text; None if it is not known."""
    return str(number) if number else None
