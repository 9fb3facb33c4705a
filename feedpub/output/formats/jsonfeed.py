"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).

What the specification has no word for stands in ``_feedpub`` objects: AMP addresses, related articles, the provider,
quality and heat. Such an extension is for programs that know feedpub; others pass over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from feedpub.core.dates import rfc3339
from feedpub.core.models import ArticleBase, Author
from feedpub.output.entry import Entry, SiteInfo
from feedpub.output.formats.base import FeedHead
from feedpub.output.media import Media


class JsonFeedFormat:
    """JSON Feed 1.1."""

    def __init__(self) -> None:
        self._encoder = msgspec.json.Encoder()

    def render_entry(self, entry: Entry, site: SiteInfo) -> bytes:
        """One item."""
        lead = entry.images[0] if entry.images else None
        item = {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "content_html": entry.content_html,
            "content_text": None if entry.content_html else entry.summary or entry.title,
            "summary": entry.summary,
            "image": lead.url if lead else None,
            "date_published": rfc3339(entry.published),
            "date_modified": rfc3339(entry.updated),
            "authors": [_author(author) for author in entry.authors],
            "tags": list(entry.topics),
            "language": entry.language if entry.language != site.language else None,
            "attachments": [_attachment(media) for media in entry.media if media is not lead],
            "_feedpub": _extension(entry),
        }
        return self._encoder.encode(_present(item))

    def render_feed(self, head: FeedHead, entries: Sequence[bytes]) -> bytes:
        """The whole feed."""
        site = head.site
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": head.title,
            "home_page_url": head.home_url,
            "feed_url": head.self_url,
            "next_url": head.archived.previous,
            "description": site.description,
            "icon": site.logo or site.icon,
            "favicon": site.icon,
            "authors": [_author(site.author)],
            "language": site.language,
            "hubs": [{"type": "WebSub", "url": head.hub}] if head.hub else None,
        }
        document = {**_present(feed), "items": [msgspec.Raw(entry) for entry in entries]}
        return self._encoder.encode(document) + b"\n"


def _author(author: Author) -> dict[str, Any]:
    return _present({"name": author.name, "url": author.uri})


def _attachment(media: Media) -> dict[str, Any]:
    duration = media.duration
    return _present(
        {
            "url": media.url,
            "mime_type": media.type,
            "title": media.title,
            "size_in_bytes": media.length or None,
            "duration_in_seconds": int(duration) if duration is not None and duration.is_integer() else duration,
        }
    )


def _extension(entry: Entry) -> dict[str, Any]:
    article = entry.article
    duration = article.duration
    return _present(
        {
            **_story(article),
            "duration_in_seconds": int(duration) if duration is not None and duration.is_integer() else duration,
            "related": [_related(story) for story in article.related],
        }
    )


def _story(story: ArticleBase) -> dict[str, Any]:
    provider = story.provider
    return {
        "amp_url": story.amp_url,
        "amp_cache_url": story.amp_cache_url,
        "type": story.type,
        "quality": story.quality,
        "heat": story.heat,
        "provider": _present({"name": provider.name, "domain": provider.domain}) if provider else None,
    }


def _related(story: ArticleBase) -> dict[str, Any]:
    return _present(
        {"url": story.url, "title": story.title, "date_published": _date(story.published_at), **_story(story)}
    )


def _date(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment else None


def _present(values: dict[str, Any]) -> dict[str, Any]:
    """``values`` without what is not there; the specification has no null."""
    return {key: value for key, value in values.items() if value or value == 0}
