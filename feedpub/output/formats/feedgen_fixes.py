"""feedgen with its defects mended, for both XML formats. All that feedgen gets wrong is put right here and only here.

feedgen 1.0.0 loses rel, type and length of an Atom entry's links, accepts five link relations only, keeps no author
without e-mail in RSS, carries only rel=self into the RSS channel, has no Media RSS title or credit, switches the
process's locale for every date, and dates what has no date with the present. Elements without a namespace prefix are
feedgen's own, whose namespace is a literal ``xmlns`` attribute of the root.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import quoteattr

import feedgen.entry
import feedgen.feed
from feedgen.ext.base import BaseExtension
from lxml import etree

from feedpub.output.formats.base import FeedHead

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
HISTORY = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"
XML = "http://www.w3.org/XML/1998/namespace"

# The same text without a call of setlocale(), which is slow and changes the dates of other threads.
feedgen.feed.formatRFC2822 = format_datetime
feedgen.entry.formatRFC2822 = format_datetime

# What a reader that takes plain text for HTML would trip over.
_MARKUP = re.compile("([&<])")

Attributes = Mapping[str, str | None]
Element = Any


def add(parent: Element, tag: str, text: str | None = None, **attributes: str | None) -> Element:
    """Append an element to ``parent``; attributes that are None are left out."""
    element = etree.SubElement(parent, tag, {name: value for name, value in attributes.items() if value is not None})
    element.text = text
    return element


def describe(head: FeedHead, parent: Element, link: str) -> None:
    """Append to ``parent``, whose links are called ``link``, what feedgen has no word for: the hub, and where the
    document stands among archives. Say which stylesheet a browser is to use.
    """
    for rel, href in head.links:
        add(parent, link, rel=rel, href=href)
    if head.archived.is_archive:
        etree.SubElement(parent, f"{{{HISTORY}}}archive", nsmap={"fh": HISTORY})
    if head.stylesheet:
        # A pseudo-attribute is escaped like an attribute, which lxml leaves to us.
        instruction = f'type="text/css" href={quoteattr(head.stylesheet)}'
        parent.getroottree().getroot().addprevious(etree.ProcessingInstruction("xml-stylesheet", instruction))


def spell_out(elements: Iterable[Element]) -> None:
    """Write ``&`` and ``<`` in the text of ``elements``, which is plain, as hexadecimal character references.

    The text stays the same. RSS never said whether a title is HTML, and this is the spelling that most readers show as
    it is meant (https://www.rssboard.org/rss-profile#data-types-characterdata).
    """
    for element in elements:
        head, *rest = _MARKUP.split(element.text or "")
        element.text = head
        for mark, tail in zip(rest[::2], rest[1::2], strict=True):
            reference = etree.Entity(f"#x{ord(mark):X}")
            reference.tail = tail
            element.append(reference)


class FixedEntry(feedgen.entry.FeedEntry):  # type: ignore[misc]  # feedgen has no types
    """An entry whose links, of whatever relation, arrive whole."""

    def __init__(self, links: Iterable[Attributes]) -> None:
        super().__init__()
        self.mended_links = tuple(links)
        """As attributes of atom:link. The alternate link is also set by feedgen's own ``link()``, which insists."""

    def atom_entry(self) -> Element:
        """The Atom entry."""
        element = super().atom_entry()
        for link in element.findall("link"):
            element.remove(link)
        for attributes in self.mended_links:
            add(element, "link", **attributes)
        return element

    def rss_entry(self) -> Element:
        """The RSS item."""
        element = super().rss_entry()
        for attributes in self.mended_links:
            add(element, f"{{{ATOM}}}link", **attributes)
        return element


class _Namespaces(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """Declares what the items of an RSS channel use."""

    def extend_ns(self) -> dict[str, str]:
        """Prefix → namespace."""
        return {"dc": DC, "media": MEDIA}


class FixedFeed(feedgen.feed.FeedGenerator):  # type: ignore[misc]  # feedgen has no types
    """A feed without entries; they are serialized apart, see :class:`Splicer`."""

    def __init__(self) -> None:
        super().__init__()
        self.register_extension("namespaces", _Namespaces, atom=False)

    def rss_root(self) -> Element:
        """The RSS document, every namespace that items use declared on its root."""
        root, _ = self._create_rss()
        return root

    def atom_root(self) -> Element:
        """The Atom document."""
        root, _ = self._create_atom()
        return root


class Splicer:
    """Serializes an entry once and joins the bytes into many documents.

    An entry is serialized inside a root that declares every namespace, and what the serializer wrote around it is cut
    off, so that it carries no declarations of its own and fits into any document with the same root.
    """

    def __init__(self, root: str, namespaces: Mapping[str, str], container: str | None = None) -> None:
        """Entries stand in the child ``container`` of ``root``, or in the root itself."""
        self._root = root
        self._namespaces = dict(namespaces)
        self._container = container
        holder = self._holder()
        holder.text = "\n"
        head, _, tail = _serialized(holder).partition(b"\n")
        self._head, self._tail = len(head), tail

    def entry(self, element: Element) -> bytes:
        """``element`` as bytes that fit into a document of the same root."""
        holder = self._holder()
        holder.append(element)
        return _serialized(holder)[self._head : -len(self._tail)]

    def document(self, root: Element, entries: Iterable[bytes]) -> bytes:
        """The document ``root``, which ends with what entries stand in, with ``entries`` in it."""
        document = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
        head = document.removesuffix(self._tail)
        return b"\n".join((head, *entries, self._tail)) + b"\n"

    def _holder(self) -> Element:
        root = etree.Element(self._root, nsmap=self._namespaces)
        return root if self._container is None else etree.SubElement(root, self._container)


def _serialized(element: Element) -> bytes:
    data: bytes = etree.tostring(element.getroottree(), encoding="UTF-8", xml_declaration=False)
    return data
