"""The format JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).

The specification has no keys for AMP addresses, related articles, the provider, quality and heat.
They are in ``_feedpub`` objects, an extension that the specification allows and that other programs
ignore.
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
    """The format JSON Feed 1.1."""

    def __init__(self) -> None:
        self._encoder = msgspec.json.Encoder()

    def render_entry(self, entry: Entry, site: SiteInfo) -> bytes:
        """Return ``entry`` as an item object."""
        lead = entry.lead
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
        """Return the feed document of ``head`` with ``entries``."""
        site = head.site
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": head.title,
            "home_page_url": head.home_url,
            "feed_url": head.self_url,
            "next_url": head.archived.previous,
            "description": head.description,
            "icon": head.logo or head.icon,
            "favicon": head.icon,
            "authors": [_author(site.author)],
            "language": head.language,
            "expired": head.expired or None,
            "hubs": [{"type": "WebSub", "url": head.hub}] if head.hub else None,
        }
        document = {**_present(feed), "items": [msgspec.Raw(entry) for entry in entries]}
        return self._encoder.encode(document) + b"\n"


def _author(author: Author) -> dict[str, Any]:
    return _present({"name": author.name, "url": author.uri, "avatar": author.avatar})


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
            **_shared_fields(article),
            "duration_in_seconds": int(duration) if duration is not None and duration.is_integer() else duration,
            "related": [_related(related) for related in article.related],
            "digest": list(entry.digest),
            "story": [_related(other) for other in entry.story],
        }
    )


def _shared_fields(article: ArticleBase) -> dict[str, Any]:
    provider = article.provider
    return {
        "amp_url": article.amp_url,
        "amp_cache_url": article.amp_cache_url,
        "type": article.type,
        "quality": article.quality,
        "heat": article.heat,
        "provider": _present({"name": provider.name, "domain": provider.domain}) if provider else None,
    }


def _related(article: ArticleBase) -> dict[str, Any]:
    return _present(
        {
            "url": article.url,
            "title": article.title,
            "date_published": _date(article.published_at),
            **_shared_fields(article),
        }
    )


def _date(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment else None


def _present(values: dict[str, Any]) -> dict[str, Any]:
    """Return ``values`` without the empty ones, but with 0. The specification has no null."""
    return {key: value for key, value in values.items() if value or value == 0}
