"""The format RSS 2.0 (https://www.rssboard.org/rss-specification).

The documents also use content:encoded, Dublin Core, Atom links and Media RSS
(https://www.rssboard.org/media-rss).
"""

from __future__ import annotations

from collections.abc import Sequence

from feedpub.core.dates import rfc3339
from feedpub.core.feed_models import NEVER_UPDATED
from feedpub.core.media_types import type_by_extension
from feedpub.output.entry import AMP_REL, Entry, SiteInfo
from feedpub.output.formats.base import FeedHead
from feedpub.output.formats.feedgen_fixes import (
    ATOM,
    CONTENT,
    DC,
    MEDIA,
    Element,
    FixedEntry,
    FixedFeed,
    Splicer,
    add,
    add_head_elements,
    add_thumbnail,
    escape_markup,
    number_text,
)
from feedpub.output.media import Media
from feedpub.output.profiles import profile_of

# https://www.rssboard.org/rss-specification#ltimagegtSubelementOfLtchannelgt
_CHANNEL_IMAGES = (None, "image/gif", "image/jpeg", "image/png")

# The description of an item is HTML; the description of a channel is plain text.
_PLAIN_IN_ITEMS = ("title", "category", f"{{{DC}}}creator", f"{{{MEDIA}}}title", f"{{{MEDIA}}}credit")
_PLAIN_IN_CHANNELS = ("title", "description", "copyright", "category", "managingEditor", "webMaster")


class RssFormat:
    """The format RSS 2.0."""

    def __init__(self) -> None:
        self._splicers: dict[tuple[str, ...], Splicer] = {}

    def render_entry(self, entry: Entry, site: SiteInfo) -> bytes:
        """Return ``entry`` as an ``item`` element."""
        item = FixedEntry(_links(entry))
        item.title(entry.title)
        item.link(href=entry.url)
        item.guid(entry.id, permalink=entry.id == entry.url)
        item.published(entry.published)
        for topic in entry.topics:
            item.category(term=topic)
        if entry.content_html:
            item.content(entry.content_html)
        description = entry.summary_html or (entry.teaser_html if entry.content_html else None)
        if description:
            # Without a description, feedgen writes the body as the description.
            item.description(description)
        enclosure = entry.enclosure
        if enclosure:
            item.enclosure(enclosure.url, str(enclosure.length), enclosure.type)
        element = item.rss_entry()
        _add_extensions(element, entry, site)
        escape_markup(element.iter(*_PLAIN_IN_ITEMS))
        for name in entry.profiles:
            profile_of(name).extend_item(element, entry)
        return self._splicer(entry.profiles).entry(element)

    def render_feed(self, head: FeedHead, entries: Sequence[bytes]) -> bytes:
        """Return the feed document of ``head`` with ``entries``."""
        site = head.site
        feed = FixedFeed(_namespaces(head.profiles))
        feed.title(head.title)
        # feedgen takes the last link as the link of the channel, so the order matters.
        feed.link(href=head.self_url, rel="self", type=head.media_type)
        feed.link(href=head.home_url)
        feed.description(head.description)
        feed.language(head.language)
        feed.generator("feedpub")
        feed.ttl(site.ttl)
        feed.lastBuildDate(head.updated)
        if site.rights:
            feed.copyright(site.rights)
        if site.webmaster:
            feed.webMaster(site.webmaster)
        if site.author.email:
            feed.managingEditor(f"{site.author.email} ({site.author.name})")
        for category in site.categories:
            feed.category(term=category)
        pictures = (head.logo, head.icon, site.logo, site.icon)
        picture = next((url for url in pictures if url and type_by_extension(url) in _CHANNEL_IMAGES), None)
        if picture:
            feed.image(picture)
        root = feed.rss_root()
        channel = root.find("channel")
        add_head_elements(head, channel, f"{{{ATOM}}}link")
        if head.updated == NEVER_UPDATED:
            channel.remove(channel.find("lastBuildDate"))
        escape_markup(root.iter(*_PLAIN_IN_CHANNELS))
        for name in head.profiles:
            profile_of(name).extend_channel(channel, head)
        return self._splicer(head.profiles).document(root, entries)

    def _splicer(self, profiles: tuple[str, ...]) -> Splicer:
        """Return the splicer of documents that follow ``profiles``."""
        if profiles not in self._splicers:
            namespaces = {"atom": ATOM, "content": CONTENT, "dc": DC, "media": MEDIA, **_namespaces(profiles)}
            self._splicers[profiles] = Splicer("rss", namespaces, "channel")
        return self._splicers[profiles]


def _namespaces(profiles: tuple[str, ...]) -> dict[str, str]:
    return {prefix: uri for name in profiles for prefix, uri in profile_of(name).namespaces.items()}


def _links(entry: Entry) -> list[dict[str, str | None]]:
    article = entry.article
    links: list[dict[str, str | None]] = []
    if article.amp_url:
        links.append({"rel": AMP_REL, "href": article.amp_url, "type": "text/html"})
    return links


def _add_extensions(item: Element, entry: Entry, site: SiteInfo) -> None:
    """Append the elements of Atom, Dublin Core and Media RSS."""
    if entry.updated != entry.published:
        # RSS has no date of an update (https://www.rssboard.org/rss-profile#namespace-elements-atom).
        add(item, f"{{{ATOM}}}updated", rfc3339(entry.updated))
    for author in entry.authors:
        add(item, f"{{{DC}}}creator", author.name)
    if entry.language and entry.language != site.language:
        add(item, f"{{{DC}}}language", entry.language)
    for media in entry.media:
        _add_media(item, media)
    add_thumbnail(item, entry.lead)


def _add_media(item: Element, media: Media) -> None:
    content = add(
        item,
        f"{{{MEDIA}}}content",
        url=media.url,
        type=media.type,
        medium=media.medium,
        fileSize=number_text(media.length),
        duration=_seconds(media.duration),
        width=number_text(media.width),
        height=number_text(media.height),
    )
    if media.title:
        add(content, f"{{{MEDIA}}}title", media.title, type="plain")
    if media.credit:
        add(content, f"{{{MEDIA}}}credit", media.credit)


def _seconds(duration: float | None) -> str | None:
    """Return ``615`` for 615.0, and ``1.5`` for 1.5."""
    return None if duration is None else f"{duration:f}".rstrip("0").rstrip(".")
