"""The format Atom 1.0 (RFC 4287, https://www.rfc-editor.org/rfc/rfc4287)."""

from __future__ import annotations

from collections.abc import Sequence

from feedpub.core.models import Author
from feedpub.core.text import looks_like_html
from feedpub.output.entry import AMP_REL, Entry, SiteInfo
from feedpub.output.formats.base import FeedHead
from feedpub.output.formats.feedgen_fixes import (
    MEDIA,
    XML,
    FixedEntry,
    FixedFeed,
    Splicer,
    add_head_elements,
    add_thumbnail,
    declare_markup,
)


class AtomFormat:
    """The format Atom 1.0."""

    def __init__(self) -> None:
        self._splicer = Splicer("feed", {"media": MEDIA})

    def render_entry(self, entry: Entry, site: SiteInfo) -> bytes:
        """Return ``entry`` as an ``entry`` element."""
        item = FixedEntry(_links(entry))
        item.id(entry.id)
        item.title(entry.title)
        item.link(href=entry.url)
        item.published(entry.published)
        item.updated(entry.updated)
        if entry.content_html:
            item.content(entry.content_html, type="html")
        if entry.summary_html and (entry.summary_is_html or looks_like_html(entry.summary)):
            # Some readers take plain text such as "a <b> c" for HTML; type="html" leaves no doubt.
            item.summary(entry.summary_html, type="html")
        elif entry.summary or not entry.content_html:
            # Readers and the W3C validator expect a summary where there is no content.
            item.summary(entry.summary or entry.title)
        for author in entry.authors:
            item.author(_person(author))
        for topic in entry.topics:
            item.category(term=topic)
        element = item.atom_entry()
        declare_markup(element.find("title"))
        # Atom has no element for an image; readers know this one of Media RSS.
        add_thumbnail(element, entry.lead)
        if entry.language and entry.language != site.language:
            element.set(f"{{{XML}}}lang", entry.language)
        return self._splicer.entry(element)

    def render_feed(self, head: FeedHead, entries: Sequence[bytes]) -> bytes:
        """Return the feed document of ``head`` with ``entries``."""
        site = head.site
        feed = FixedFeed()
        # An archive has the id of its feed.
        feed.id(head.archived.current or head.self_url)
        feed.title(head.title)
        feed.updated(head.updated)
        feed.link(href=head.self_url, rel="self", type=head.media_type)
        feed.link(href=head.home_url, rel="alternate", type="text/html")
        feed.subtitle(head.description)
        feed.language(head.language)
        feed.author(_person(site.author))
        feed.generator("feedpub")
        for category in site.categories:
            feed.category(term=category)
        if site.rights:
            feed.rights(site.rights)
        if head.logo:
            feed.logo(head.logo)
        if head.icon:
            feed.icon(head.icon)
        root = feed.atom_root()
        declare_markup(root.find("title"))
        add_head_elements(head, root, "link")
        return self._splicer.document(root, entries)


def _links(entry: Entry) -> list[dict[str, str | None]]:
    article = entry.article
    links: list[dict[str, str | None]] = [{"rel": "alternate", "href": entry.url, "type": "text/html"}]
    for media in entry.media:
        length = str(media.length) if media.length else None
        links.append(
            {"rel": "enclosure", "href": media.url, "type": media.type, "length": length, "title": media.title}
        )
    if article.amp_url:
        links.append({"rel": AMP_REL, "href": article.amp_url, "type": "text/html"})
    return links


def _person(author: Author) -> dict[str, str]:
    person = {"name": author.name, "uri": author.uri, "email": author.email}
    return {key: value for key, value in person.items() if value}
