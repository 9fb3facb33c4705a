"""feedgen with corrections, for both XML formats. Every workaround for feedgen is in this module.

feedgen makes the documents without their entries, which :mod:`feedpub.output.formats.xml_text`
writes. feedgen 1.0.0 has these defects. It keeps only rel=self of the links of an RSS channel, and
has no links to a hub or to archives. It changes the locale of the process for every date, and
writes the current time where a date is missing. It writes its own elements without a namespace; a
literal ``xmlns`` attribute of the root gives them one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from email.utils import format_datetime
from html import escape
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import quoteattr

import feedgen.feed
from feedgen.ext.base import BaseExtension
from lxml import etree

from feedpub.core.text import looks_like_html
from feedpub.output.formats.base import FeedHead

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
HISTORY = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"

# The same text without setlocale(), which is slow and changes the dates of other threads.
feedgen.feed.formatRFC2822 = format_datetime

# The characters that start markup in a reader that takes plain text for HTML.
_MARKUP = re.compile("([&<])")

Attributes = Mapping[str, str | None]
Element = Any


def add(parent: Element, tag: str, text: str | None = None, **attributes: str | None) -> Element:
    """Append an element to ``parent`` and return it. Leave out attributes that are None."""
    element = etree.SubElement(parent, tag, {name: value for name, value in attributes.items() if value is not None})
    element.text = text
    return element


def add_head_elements(head: FeedHead, parent: Element, link: str) -> None:
    """Write the values of ``head`` that feedgen does not support.

    The links to the hub and the archives become elements of ``parent`` with the tag ``link``. An
    archive is marked as one, and the stylesheet becomes a processing instruction.
    """
    for rel, href in head.links:
        add(parent, link, rel=rel, href=href)
    if head.archived.is_archive:
        etree.SubElement(parent, f"{{{HISTORY}}}archive", nsmap={"fh": HISTORY})
    if head.stylesheet:
        # A pseudo-attribute needs the escapes of an attribute, and lxml does not write them.
        instruction = f'type="text/css" href={quoteattr(head.stylesheet)}'
        parent.getroottree().getroot().addprevious(etree.ProcessingInstruction("xml-stylesheet", instruction))


def escape_markup(elements: Iterable[Element]) -> None:
    """Write ``&`` and ``<`` in the text of ``elements`` as hexadecimal character references.

    The text is plain, and its value stays the same. RSS does not define whether a title is HTML,
    and most readers show this spelling correctly
    (https://www.rssboard.org/rss-profile#data-types-characterdata).
    """
    for element in elements:
        head, *rest = _MARKUP.split(element.text or "")
        element.text = head
        for mark, tail in zip(rest[::2], rest[1::2], strict=True):
            reference = etree.Entity(f"#x{ord(mark):X}")
            reference.tail = tail
            element.append(reference)


def declare_markup(title: Element) -> None:
    """Declare the text of an Atom ``title`` as HTML if a reader might take it for HTML.

    The text is plain, and is escaped once more, so that its tags show as text. It is in a CDATA
    section, because Miniflux decodes no other title that is HTML.
    """
    if looks_like_html(title.text):
        title.set("type", "html")
        title.text = etree.CDATA(escape(title.text, quote=False))


class _Namespaces(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """A feedgen extension that declares the namespaces of entries."""

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._namespaces = dict(namespaces)

    def extend_ns(self) -> dict[str, str]:
        """Return the namespaces by their prefixes."""
        return self._namespaces


class FixedFeed(feedgen.feed.FeedGenerator):  # type: ignore[misc]  # feedgen has no types
    """A feed without entries; :func:`document` adds them as bytes."""

    def __init__(self, namespaces: Mapping[str, str] = MappingProxyType({})) -> None:
        """Declare ``namespaces`` in RSS besides those that all feeds have."""
        super().__init__()
        in_rss = {"dc": DC, "media": MEDIA, **namespaces}
        self.register_extension("rss_namespaces", lambda: _Namespaces(in_rss), atom=False)
        self.register_extension("atom_namespaces", lambda: _Namespaces({"media": MEDIA}), rss=False)

    def rss_root(self) -> Element:
        """Return the RSS document. Its root declares every namespace that items use."""
        root, _ = self._create_rss()
        return root

    def atom_root(self) -> Element:
        """Return the Atom document."""
        root, _ = self._create_atom()
        return root


def document(root: Element, entries: Iterable[bytes], tail: bytes) -> bytes:
    """Return the document ``root`` with ``entries`` before ``tail``, its last end tags.

    Entries are written once, and joined into many documents.
    """
    head = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True).removesuffix(tail)
    return b"\n".join((head, *entries, tail)) + b"\n"
