"""The profile of Flipboard (https://about.flipboard.com/rss-spec/).

Flipboard shows the enclosure of an item above its excerpt: a picture, or a video in MP4.
"""

from __future__ import annotations

from collections.abc import Iterator

from feedpub.output.entry import Entry
from feedpub.output.media import Media
from feedpub.output.profiles.base import CheckedFeed, Profile, ProfileFinding

_LEAST_ENTRIES = 20
_LEAST_PIXELS = 500
_LEAST_CHARACTERS = 300


class FlipboardProfile(Profile):
    """The profile of Flipboard."""

    def enclosure(self, chosen: Media | None, entry: Entry) -> Media | None:
        """Return a large picture, unless ``chosen`` is a video in MP4."""
        if chosen is not None and chosen.type == "video/mp4":
            return chosen
        return next((image for image in entry.images if not _is_small(_stated_size(image))), None)

    def findings(self, feed: CheckedFeed) -> Iterator[ProfileFinding]:
        """Yield what Flipboard refuses of ``feed``."""
        count = len(feed.entries)
        if count < _LEAST_ENTRIES:
            is_limited = feed.settings.limit < _LEAST_ENTRIES
            hint = "raise it" if is_limited else "widen the rule"
            message = f"the feed has {count} of the {_LEAST_ENTRIES} entries that Flipboard wants; {hint}"
            yield ProfileFinding(key="limit" if is_limited else "profiles", message=message)
        if not feed.settings.description and feed.site.description == feed.site.title:
            message = "missing; Flipboard needs a sentence on what the feed is about"
            yield ProfileFinding(key="description", message=message)
        for entry in feed.entries:
            yield from _findings_of_entry(entry, feed)


def _findings_of_entry(entry: Entry, feed: CheckedFeed) -> Iterator[ProfileFinding]:
    sizes = {image.url: _stated_size(image) or feed.size_of(image.url) for image in entry.images}
    is_video = entry.enclosure is not None and entry.enclosure.type == "video/mp4"
    if not sizes and not is_video:
        message = f"missing; Flipboard shows an image of {_LEAST_PIXELS} pixels or more above the excerpt"
        yield ProfileFinding(key="images", message=message, article=entry.article)
    elif all(map(_is_small, sizes.values())) and not is_video:
        url, size = next(iter(sizes.items()))
        shown = " x ".join(map(str, size or ()))
        message = f"is {shown} pixels; Flipboard takes an image of which no side is below {_LEAST_PIXELS}"
        yield ProfileFinding(key="images", message=message, article=entry.article, url=url)
    characters = len(entry.summary or entry.teaser or "")
    if characters < _LEAST_CHARACTERS * 9 // 10:
        message = f"has {characters} characters; Flipboard shows about {_LEAST_CHARACTERS}"
        yield ProfileFinding(key="excerpt", message=message, article=entry.article, is_refused=False)


def _stated_size(image: Media) -> tuple[int, int] | None:
    """Return the width and the height in the front matter; None if one of them is missing."""
    return (image.width, image.height) if image.width and image.height else None


def _is_small(size: tuple[int, int] | None) -> bool:
    """Return whether a size is known, and too small."""
    return size is not None and min(size) < _LEAST_PIXELS
