"""feedgen with corrections, for both XML formats. Every workaround for feedgen is in this module.

feedgen 1.0.0 has these defects. It loses rel, type and length of the links of an Atom entry, and
accepts only five link relations. In RSS, it drops authors without an e-mail address, and keeps only
rel=self of the channel's links. It has no title and no credit for Media RSS. It changes the locale
of the process for every date, and writes the current time where a date is missing. feedgen writes
its own elements without a namespace; a literal ``xmlns`` attribute of the root gives them one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from email.utils import format_datetime
from html import escape
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import quoteattr

import feedgen.entry
import feedgen.feed
from feedgen.ext.base import BaseExtension
from lxml import etree

from feedpub.core.text import looks_like_html
from feedpub.output.formats.base import FeedHead
from feedpub.output.media import Media

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
HISTORY = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"
XML = "http://www.w3.org/XML/1998/namespace"

# The same text without setlocale(), which is slow and changes the dates of other threads.
feedgen.feed.formatRFC2822 = format_datetime
feedgen.entry.formatRFC2822 = format_datetime

# The characters that start markup in a reader that takes plain text for HTML.
_MARKUP = re.compile("([&<])")

Attributes = Mapping[str, str | None]
Element = Any


def add(parent: Element, tag: str, text: str | None = None, **attributes: str | None) -> Element:
    """Append an element to ``parent`` and return it. Leave out attributes that are None."""
    element = etree.SubElement(parent, tag, {name: value for name, value in attributes.items() if value is not None})
    element.text = text
    return element


def add_thumbnail(parent: Element, lead: Media | None) -> None:
    """Append the ``lead`` image as the ``media:thumbnail`` of Media RSS."""
    if lead:
        width, height = number_text(lead.width), number_text(lead.height)
        add(parent, f"{{{MEDIA}}}thumbnail", url=lead.url, width=width, height=height)


def number_text(number: int | None) -> str | None:
    """Return ``number`` as text; None if it is not known."""
    return str(number) if number else None


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


class FixedEntry(feedgen.entry.FeedEntry):  # type: ignore[misc]  # feedgen has no types
    """An entry that keeps every link, with its relation, type and length."""

    def __init__(self, links: Iterable[Attributes]) -> None:
        super().__init__()
        self.atom_links = tuple(links)
        """The attributes of each link. feedgen also needs ``link()`` for the alternate link."""

    def atom_entry(self) -> Element:
        """Return the Atom entry."""
        element = super().atom_entry()
        for link in element.findall("link"):
            element.remove(link)
        for attributes in self.atom_links:
            add(element, "link", **attributes)
        return element

    def rss_entry(self) -> Element:
        """Return the RSS item."""
        element = super().rss_entry()
        for attributes in self.atom_links:
            add(element, f"{{{ATOM}}}link", **attributes)
        return element


class _Namespaces(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """A feedgen extension that declares the namespaces of entries."""

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._namespaces = dict(namespaces)

    def extend_ns(self) -> dict[str, str]:
        """Return the namespaces by their prefixes."""
        return self._namespaces


class FixedFeed(feedgen.feed.FeedGenerator):  # type: ignore[misc]  # feedgen has no types
    """A feed without entries; :class:`Splicer` adds them as bytes."""

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


class Splicer:
    """A serializer that writes an entry once and joins the bytes into many documents.

    It serializes an entry inside a root that declares every namespace, and cuts off the root. The
    bytes then hold no namespace declarations and fit into any document with the same root.
    """

    def __init__(self, root: str, namespaces: Mapping[str, str], container: str | None = None) -> None:
        """Put entries into the child ``container`` of ``root``, or into the root itself."""
        self._root = root
        self._namespaces = dict(namespaces)
        self._container = container
        container_element = self._empty_container()
        container_element.text = "\n"
        head, _, tail = _serialized(container_element).partition(b"\n")
        self._head, self._tail = len(head), tail

    def entry(self, element: Element) -> bytes:
        """Return ``element`` as bytes that fit into a document with the same root."""
        container_element = self._empty_container()
        container_element.append(element)
        return _serialized(container_element)[self._head : -len(self._tail)]

    def document(self, root: Element, entries: Iterable[bytes]) -> bytes:
        """Return the document ``root`` with ``entries`` at the end of their container."""
        document = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
        head = document.removesuffix(self._tail)
        return b"\n".join((head, *entries, self._tail)) + b"\n"

    def _empty_container(self) -> Element:
        root = etree.Element(self._root, nsmap=self._namespaces)
        return root if self._container is None else etree.SubElement(root, self._container)


def _serialized(element: Element) -> bytes:
    data: bytes = etree.tostring(element.getroottree(), encoding="UTF-8", xml_declaration=False)
    return data
