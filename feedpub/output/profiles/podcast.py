"""The profile of podcasts: the elements that Apple, Spotify and apps of Podcasting 2.0 read.

https://podcasters.apple.com/support/823-podcast-requirements and
https://podcasting2.org/podcast-namespace. feedgen's extension for podcasts is not used: it writes
``yes`` and ``no`` where Apple has ``true`` and ``false``, and has no element of Podcasting 2.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID, uuid5

from feedpub.config import Podcast
from feedpub.core.errors import quoted
from feedpub.core.media_types import type_by_extension
from feedpub.output.entry import Entry
from feedpub.output.formats.base import FeedHead
from feedpub.output.formats.feedgen_fixes import Element, add
from feedpub.output.formats.xml_text import element, escaped
from feedpub.output.media import Media
from feedpub.output.profiles.base import CheckedFeed, Profile, ProfileFinding

_ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
_PODCAST = "{https://podcastindex.org/namespace/1.0}"
# https://podcasting2.org/podcast-namespace/tags/guid
_GUIDS = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
_CHAPTERS = "application/json+chapters"
_SECURE = "https://"
_LEAST_PIXELS, _MOST_PIXELS = 1400, 3000
# https://podcasters.apple.com/support/893-audio-requirements
_PLAYED = ("audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/aac", "video/mp4", "video/x-m4v", "video/quicktime")
_PICTURES = ("image/jpeg", "image/png")


class PodcastProfile(Profile):
    """The profile of podcasts."""

    namespaces: Mapping[str, str] = {"itunes": _ITUNES[1:-1], "podcast": _PODCAST[1:-1]}

    def extend_channel(self, channel: Element, head: FeedHead) -> None:
        """Describe the podcast."""
        podcast, author = head.podcast, head.site.author
        if podcast is None:
            return
        name = podcast.author or author.name
        add(channel, f"{_ITUNES}author", name)
        owner = podcast.owner
        if email := owner.email if owner else author.email:
            element = add(channel, f"{_ITUNES}owner")
            add(element, f"{_ITUNES}name", (owner and owner.name) or name)
            add(element, f"{_ITUNES}email", email)
        if podcast.image:
            add(channel, f"{_ITUNES}image", href=podcast.image)
        _add_categories(channel, podcast.categories)
        add(channel, f"{_ITUNES}explicit", str(podcast.explicit).lower())
        add(channel, f"{_ITUNES}type", podcast.type)
        if podcast.new_feed_url:
            add(channel, f"{_ITUNES}new-feed-url", podcast.new_feed_url)
        for element_name, is_set in (("complete", podcast.complete), ("block", podcast.block)):
            if is_set:
                add(channel, f"{_ITUNES}{element_name}", "Yes")
        _add_podcasting_2(channel, podcast, head, email)

    def enclosure(self, chosen: Media | None, entry: Entry) -> Media | None:  # noqa: ARG002  # of the interface
        """Return ``chosen`` if it is a recording: the link check may have left out the only one."""
        return chosen if chosen is not None and chosen.is_recording else None

    def item_elements(self, entry: Entry) -> Iterator[str]:
        """Yield the description of the episode."""
        recording = entry.enclosure
        if recording is not None and recording.is_recording and recording.duration is not None:
            yield element("itunes:duration", str(round(recording.duration)))
        if picture := _picture(entry):
            yield element("itunes:image", "", {"href": picture})
        episode = entry.article.episode
        if episode is None:
            return
        for name, value in (("season", episode.season), ("episode", episode.number), ("episodeType", episode.type)):
            if value is not None:
                yield element(f"itunes:{name}", escaped(str(value)))
        if episode.explicit is not None:
            yield element("itunes:explicit", str(episode.explicit).lower())
        for transcript in episode.transcripts:
            media_type = transcript.type or type_by_extension(transcript.url) or "text/html"
            attributes = {"url": transcript.url, "type": media_type, "language": transcript.language}
            yield element("podcast:transcript", "", attributes)
        if episode.chapters:
            yield element("podcast:chapters", "", {"url": episode.chapters, "type": _CHAPTERS})

    def findings(self, feed: CheckedFeed) -> Iterator[ProfileFinding]:
        """Yield what Apple Podcasts refuses of ``feed``, and Spotify without an owner."""
        podcast = feed.settings.podcast
        if podcast is None:
            return
        if not feed.site.base_url.startswith(_SECURE):
            message = f"{quoted(feed.site.base_url)} is not HTTPS, which Apple advises"
            yield ProfileFinding(key="podcast", message=message, is_refused=False)
        if podcast.owner is None and not feed.site.author.email:
            message = "missing; directories send a code to the owner: give {email: …} here, or site.author.email"
            yield ProfileFinding(key="podcast.owner", message=message)
        if cover := _cover_problem(podcast.image, feed):
            yield ProfileFinding(key="podcast.image", message=cover)
        if not feed.entries:
            yield ProfileFinding(key="podcast", message="has no episode yet; Apple takes a podcast that has one")
        if feed.total > len(feed.entries):
            message = f"the feed has {len(feed.entries)} of {feed.total} episodes, and apps show no others; raise it"
            yield ProfileFinding(key="limit", message=message, is_refused=False)
        titles: dict[str, str] = {}
        for entry in feed.entries:
            yield from _episode_findings(entry, titles)
            if podcast.type == "serial" and entry.article.episode and entry.article.episode.number is None:
                yield ProfileFinding(key="episode", message="missing; a serial has numbers", article=entry.article)


def guid_of(url: str) -> str:
    """Return the podcast:guid of the feed at ``url``."""
    return str(uuid5(_GUIDS, url.partition("://")[2].rstrip("/")))


def _add_categories(channel: Element, categories: tuple[str, ...]) -> None:
    """Write each category once, with all of its subcategories in it."""
    elements: dict[str, Element] = {}
    for category in categories:
        name, _, subcategory = category.partition(" > ")
        if name not in elements:
            elements[name] = add(channel, f"{_ITUNES}category")
            elements[name].set("text", name)
        if subcategory:
            add(elements[name], f"{_ITUNES}category").set("text", subcategory)


def _add_podcasting_2(channel: Element, podcast: Podcast, head: FeedHead, email: str | None) -> None:
    # An archive belongs to the podcast of its feed.
    add(channel, f"{_PODCAST}guid", podcast.guid or guid_of(head.archived.current or head.self_url))
    add(channel, f"{_PODCAST}medium", "podcast")
    if podcast.locked is not None:
        add(channel, f"{_PODCAST}locked", "yes" if podcast.locked else "no", owner=email)
    if podcast.funding:
        add(channel, f"{_PODCAST}funding", podcast.funding.text, url=podcast.funding.url)


def _cover_problem(image: str | None, feed: CheckedFeed) -> str | None:
    """Return why Apple refuses the cover; None if it does not, as far as that is known."""
    wanted = f"a square JPEG or PNG of {_LEAST_PIXELS} to {_MOST_PIXELS} pixels"
    if image is None:
        return f"missing; give {wanted}: a URL, or a path below base_url"
    if type_by_extension(image) not in _PICTURES:
        return f"{quoted(image)} is not a file .jpg or .png; give {wanted}"
    size = feed.size_of(image)
    if size is None or (size[0] == size[1] and _LEAST_PIXELS <= size[0] <= _MOST_PIXELS):
        return None
    return f"{quoted(image)} has {size[0]} x {size[1]} pixels; give {wanted}"


def _episode_findings(entry: Entry, titles: dict[str, str]) -> Iterator[ProfileFinding]:
    """Yield the findings of one episode; ``titles`` are those of the earlier ones, by recording."""
    recording, article = entry.enclosure, entry.article
    if recording is None or not recording.is_recording:
        message = "the only recording is a broken link, which check.on_broken omits; repair it"
        yield ProfileFinding(key="attachments", message=message, article=article)
        return
    url = recording.url
    messages = []
    if not recording.length:
        messages.append("has no known length; run 'feedpub check --kind attachment', or give its length in bytes")
    if recording.type.lower() not in _PLAYED:
        messages.append(f"is {recording.type}, which Apple does not play; give one of {', '.join(_PLAYED)}")
    if url in titles:
        messages.append(f"is the recording of {quoted(titles[url])}, too; Apple shows one episode of each")
    titles.setdefault(url, entry.title)
    for message in messages:
        yield ProfileFinding(key="attachments", message=f"{quoted(url)} {message}", article=article, url=url)
    if not url.startswith(_SECURE):
        message = f"{quoted(url)} is not HTTPS, which Apple advises"
        yield ProfileFinding(key="attachments", message=message, article=article, url=url, is_refused=False)


def _picture(entry: Entry) -> str | None:
    """Return the first picture of the episode that may be a cover: a square JPEG or PNG."""
    squares = (image.url for image in entry.images if image.width == image.height)
    return next((url for url in squares if type_by_extension(url) in _PICTURES), None)
