"""The subscription lists in OPML 2.0 (http://opml.org/spec2.opml), which feed readers import.

The list of all feeds is also at the well-known URI ``/.well-known/feeds``
(https://github.com/Dan-Q/well-known-feeds). Pure functions. The lists depend on the names of the
feeds, and not on the articles in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import etree

from feedpub.core.feed_models import FeedListing
from feedpub.core.format_registry import FORMATS
from feedpub.core.models import FeedKind
from feedpub.feeds.paths import WELL_KNOWN_FEEDS, has_well_known, path_in, url_path
from feedpub.output.entry import SiteInfo
from feedpub.output.pages.languages import words_for

ALL = "feeds.opml"
_KINDS_WITH_LIST = (FeedKind.TOPIC, FeedKind.PROVIDER)


def opml_files(site: SiteInfo, feeds: Sequence[FeedListing], *, pages: bool = True) -> dict[str, bytes]:
    """Return the bytes of each list by its path in output/.

    There is a list of all feeds, one of the topics and one of the providers. A list holds each feed
    in one format: its first XML format, because every feed reader supports XML, else its first.
    ``pages`` is True if each feed has a page that the list can link.
    """
    _, words = words_for(site.language)
    lists = _Lists(site, pages=pages)
    groups = {kind: [feed for feed in feeds if feed.kind is kind] for kind in FeedKind}
    names = {FeedKind.CUSTOM: words.own, FeedKind.TOPIC: words.topics, FeedKind.PROVIDER: words.providers}
    body = etree.Element("body")
    lists.add(body, groups[FeedKind.SITE])
    for kind, name in names.items():
        if groups[kind]:
            lists.add(etree.SubElement(body, "outline", text=name), groups[kind])
    files = {ALL: lists.document(site.title, body)}
    for kind in _KINDS_WITH_LIST:
        if groups[kind]:
            body = etree.Element("body")
            lists.add(body, groups[kind])
            files[_path(kind)] = lists.document(f"{site.title}: {names[kind]}", body)
    if has_well_known(site.base_url):
        files[WELL_KNOWN_FEEDS] = files[ALL]
    return files


def opml_paths(site: SiteInfo, feeds: Iterable[FeedListing]) -> tuple[str, ...]:
    """Return the paths of the lists that :func:`opml_files` makes."""
    kinds = {feed.kind for feed in feeds}
    well_known = (WELL_KNOWN_FEEDS,) if has_well_known(site.base_url) else ()
    return (ALL, *(_path(kind) for kind in _KINDS_WITH_LIST if kind in kinds), *well_known)


def _path(kind: FeedKind) -> str:
    return f"{kind.value}.opml"


class _Lists:
    """The lists of one site, with or without links to pages."""

    def __init__(self, site: SiteInfo, *, pages: bool) -> None:
        self._site = site
        self._pages = pages

    def add(self, parent: etree._Element, feeds: Iterable[FeedListing]) -> None:
        """Append an outline for each of ``feeds`` to ``parent``."""
        base = self._site.base_url
        for feed in feeds:
            folder = base + path_in(url_path(feed.folder), "")
            infos = [FORMATS[name] for name in feed.formats]
            listed_format = next((info for info in infos if info.is_xml), infos[0])
            etree.SubElement(
                parent,
                "outline",
                # The specification has only this type for subscriptions, in any format.
                type="rss",
                text=feed.label or feed.title,
                title=feed.title,
                xmlUrl=folder + listed_format.filename,
                htmlUrl=folder if self._pages else base,
            )

    def document(self, title: str, body: etree._Element) -> bytes:
        """Return the list with the outlines in ``body``."""
        root = etree.Element("opml", version="2.0")
        head = etree.SubElement(root, "head")
        etree.SubElement(head, "title").text = title
        etree.SubElement(head, "ownerName").text = self._site.author.name
        root.append(body)
        document: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        return document
