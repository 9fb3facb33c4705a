"""The format Atom 1.0 (RFC 4287, https://www.rfc-editor.org/rfc/rfc4287)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from feedpub.core.models import Author
from feedpub.core.text import looks_like_html
from feedpub.output.entry import AMP_REL, Entry, SiteInfo
from feedpub.output.formats.base import FeedHead
from feedpub.output.formats.feedgen_fixes import FixedFeed, add_head_elements, declare_markup, document
from feedpub.output.formats.xml_text import element, escaped, number_text, thumbnails

_HTML = {"type": "html"}


class AtomFormat:
    """The format Atom 1.0."""

    def render_entry(self, entry: Entry, site: SiteInfo) -> bytes:
        """Return ``entry`` as an ``entry`` element."""
        parts = [
            element("id", escaped(entry.id)),
            _title(entry.title),
            element("updated", entry.updated.isoformat()),
            *map(_author, entry.authors),
        ]
        if entry.content_html:
            parts.append(element("content", escaped(entry.content_html), _HTML))
        if entry.summary_html and (entry.summary_is_html or looks_like_html(entry.summary)):
            # Some readers take plain text such as "a <b> c" for HTML; type="html" leaves no doubt.
            parts.append(element("summary", escaped(entry.summary_html), _HTML))
        elif entry.summary or not entry.content_html:
            # Readers and the W3C validator expect a summary where there is no content.
            parts.append(element("summary", escaped(entry.summary or entry.title)))
        parts += [element("category", "", {"term": topic}) for topic in entry.topics]
        parts.append(element("published", entry.published.isoformat()))
        parts += _links(entry)
        # Atom has no element for an image; readers know this one of Media RSS.
        parts += thumbnails(entry.lead)
        language = entry.language if entry.language != site.language else None
        return element("entry", "".join(parts), {"xml:lang": language or None}).encode()

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
        return document(root, entries, b"</feed>")


def _title(text: str) -> str:
    """Return a plain title, declared as HTML if a reader might take it for HTML.

    Its tags show as text. It is in a CDATA section, because Miniflux decodes no other title that is
    HTML.
    """
    if looks_like_html(text):
        return element("title", f"<![CDATA[{escape(text, quote=False)}]]>", _HTML)
    return element("title", escaped(text))


def _author(author: Author) -> str:
    return element("author", "".join(element(tag, escaped(text)) for tag, text in _person(author).items()))


def _links(entry: Entry) -> Iterator[str]:
    yield element("link", "", {"rel": "alternate", "href": entry.url, "type": "text/html"})
    for media in entry.media:
        length = number_text(media.length)
        attributes = {"rel": "enclosure", "href": media.url, "type": media.type, "length": length, "title": media.title}
        yield element("link", "", attributes)
    if entry.article.amp_url:
        yield element("link", "", {"rel": AMP_REL, "href": entry.article.amp_url, "type": "text/html"})


def _person(author: Author) -> dict[str, str]:
    person = {"name": author.name, "email": author.email, "uri": author.uri}
    return {key: value for key, value in person.items() if value}
