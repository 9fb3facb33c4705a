"""OPML 2.0 (http://opml.org/spec2.opml): all feeds as lists that feed readers import.

A pure function. The lists depend on which feeds there are and what they are called, not on what they hold, so that
they change when subscriptions do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import etree

from feedpub.core.format_registry import FORMATS
from feedpub.core.models import FeedKind, FeedListing
from feedpub.feeds.paths import path_in
from feedpub.output.entry import SiteInfo
from feedpub.output.pages.languages import words_for

ALL = "feeds.opml"
_LISTED_APART = (FeedKind.TOPIC, FeedKind.PROVIDER)


def opml_files(
    site: SiteInfo, formats: tuple[str, ...], feeds: Sequence[FeedListing], *, pages: bool = True
) -> dict[str, bytes]:
    """Each list's path in output/, and its bytes: of all feeds, of the topics, of the providers.

    A feed is in a list once, in the first XML format of ``formats``, which every reader knows, else in the first.
    ``pages``: whether there is a page beside each feed to link to.
    """
    _, words = words_for(site.language)
    chosen = [FORMATS[name] for name in formats]
    listed = next((info for info in chosen if info.is_xml), chosen[0])
    lists = _Lists(site, listed.filename, pages=pages)
    groups = {kind: [feed for feed in feeds if feed.kind is kind] for kind in FeedKind}
    names = {FeedKind.CUSTOM: words.own, FeedKind.TOPIC: words.topics, FeedKind.PROVIDER: words.providers}
    body = etree.Element("body")
    lists.add(body, groups[FeedKind.SITE])
    for kind, name in names.items():
        if groups[kind]:
            lists.add(etree.SubElement(body, "outline", text=name), groups[kind])
    files = {ALL: lists.document(site.title, body)}
    for kind in _LISTED_APART:
        if groups[kind]:
            body = etree.Element("body")
            lists.add(body, groups[kind])
            files[_path(kind)] = lists.document(f"{site.title}: {names[kind]}", body)
    return files


def opml_paths(feeds: Iterable[FeedListing]) -> tuple[str, ...]:
    """The paths of :func:`opml_files`."""
    kinds = {feed.kind for feed in feeds}
    return (ALL, *(_path(kind) for kind in _LISTED_APART if kind in kinds))


def _path(kind: FeedKind) -> str:
    return f"{kind.value}.opml"


class _Lists:
    """What all lists of a site have in common."""

    def __init__(self, site: SiteInfo, file: str, *, pages: bool) -> None:
        self._site = site
        self._file = file
        self._pages = pages

    def add(self, parent: etree._Element, feeds: Iterable[FeedListing]) -> None:
        """An outline for each of ``feeds``."""
        base = self._site.base_url
        for feed in feeds:
            folder = base + path_in(feed.folder, "")
            etree.SubElement(
                parent,
                "outline",
                # The type of a subscription is rss, whatever its format.
                type="rss",
                text=feed.label or feed.title,
                title=feed.title,
                xmlUrl=folder + self._file,
                htmlUrl=folder if self._pages else base,
            )

    def document(self, title: str, body: etree._Element) -> bytes:
        """The whole list."""
        root = etree.Element("opml", version="2.0")
        head = etree.SubElement(root, "head")
        etree.SubElement(head, "title").text = title
        etree.SubElement(head, "ownerName").text = self._site.author.name
        root.append(body)
        document: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        return document
