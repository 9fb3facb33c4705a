"""The format RSS 2.0 (https://www.rssboard.org/rss-specification).

The documents also use content:encoded, Dublin Core, Atom links and Media RSS
(https://www.rssboard.org/media-rss).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.utils import format_datetime

from feedpub.core.dates import rfc3339
from feedpub.core.feed_models import NEVER_UPDATED
from feedpub.core.media_types import type_by_extension
from feedpub.output.entry import AMP_REL, Entry, SiteInfo
from feedpub.output.formats.base import FeedHead
from feedpub.output.formats.feedgen_fixes import ATOM, FixedFeed, add_head_elements, document, escape_markup
from feedpub.output.formats.xml_text import element, escaped, number_text, plain, thumbnails
from feedpub.output.media import Media
from feedpub.output.profiles import profile_of

# https://www.rssboard.org/rss-specification#ltimagegtSubelementOfLtchannelgt
_CHANNEL_IMAGES = (None, "image/gif", "image/jpeg", "image/png")

_PLAIN_IN_CHANNELS = ("title", "description", "copyright", "category", "managingEditor", "webMaster")


class RssFormat:
    """The format RSS 2.0."""

    def render_entry(self, entry: Entry, site: SiteInfo) -> bytes:
        """Return ``entry`` as an ``item`` element."""
        parts = [element("title", plain(entry.title)), element("link", escaped(entry.url))]
        description = entry.summary_html or (entry.teaser_html if entry.content_html else None)
        if description:
            parts.append(element("description", escaped(description)))
        if entry.content_html:
            # Readers that know no content:encoded show the description.
            parts.append(element("content:encoded" if description else "description", escaped(entry.content_html)))
        is_permalink = str(entry.id == entry.url).lower()
        parts.append(element("guid", escaped(entry.id), {"isPermaLink": is_permalink}))
        parts += [element("category", plain(topic)) for topic in entry.topics]
        profiles = [profile_of(name) for name in entry.profiles]
        enclosure = entry.enclosure
        for profile in profiles:
            enclosure = profile.enclosure(enclosure, entry)
        if enclosure:
            attributes = {"url": enclosure.url, "length": str(enclosure.length), "type": enclosure.type}
            parts.append(element("enclosure", "", attributes))
        parts.append(element("pubDate", format_datetime(entry.published)))
        parts += _extensions(entry, site)
        for profile in profiles:
            parts += profile.item_elements(entry)
        return element("item", "".join(parts)).encode()

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
        return document(root, entries, b"</channel></rss>")


def _namespaces(profiles: tuple[str, ...]) -> dict[str, str]:
    return {prefix: uri for name in profiles for prefix, uri in profile_of(name).namespaces.items()}


def _extensions(entry: Entry, site: SiteInfo) -> Iterator[str]:
    """Yield the elements of Atom, Dublin Core and Media RSS."""
    if entry.article.amp_url:
        yield element("atom:link", "", {"rel": AMP_REL, "href": entry.article.amp_url, "type": "text/html"})
    if entry.updated != entry.published:
        # RSS has no date of an update (https://www.rssboard.org/rss-profile#namespace-elements-atom).
        yield element("atom:updated", rfc3339(entry.updated))
    for author in entry.authors:
        yield element("dc:creator", plain(author.name))
    if entry.language and entry.language != site.language:
        yield element("dc:language", escaped(entry.language))
    yield from map(_media_content, entry.media)
    yield from thumbnails(entry.lead)


def _media_content(media: Media) -> str:
    inner = element("media:title", plain(media.title), {"type": "plain"}) if media.title else ""
    if media.credit:
        inner += element("media:credit", plain(media.credit))
    attributes = {
        "url": media.url,
        "type": media.type,
        "medium": media.medium,
        "fileSize": number_text(media.length),
        "duration": _seconds(media.duration),
        "width": number_text(media.width),
        "height": number_text(media.height),
    }
    return element("media:content", inner, attributes)


def _seconds(duration: float | None) -> str | None:
    """Return ``615`` for 615.0, and ``1.5`` for 1.5."""
    return None if duration is None else f"{duration:f}".rstrip("0").rstrip(".")
