"""Which keys of the front matter each field of an article is read from: the article contract, in one table.

A field takes the first of its keys that is present. ``content.fields`` appends keys for other sites.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "excerpt": ("excerpt", "description", "summary"),
    "published_at": ("publishedDateTime", "date"),
    "updated_at": ("updatedDateTime", "lastmod", "updated"),
    "url": ("sourceUrl", "webUrl", "originalUrl"),
    "amp_url": ("ampUrl", "ampWebUrl"),
    "amp_cache_url": ("cdnAmpUrl", "cdnAmpWebUrl"),
    "type": ("type",),
    "quality": ("quality",),
    "heat": ("heat",),
    "published": ("published",),
    "provider": ("provider",),
    "topics": ("topics", "tags"),
    "images": ("images",),
    "attachments": ("enclosures", "attachments", "actions"),
    "duration": ("length",),
    "related": ("related",),
    "id": ("id",),
    "language": ("language", "locale"),
}

WITHHOLDING = ("draft", "deleted", "removed")
ACTIONS = "actions"
"""The one key of attachments whose items are attachments only where their type says ``download``."""


def keys_of(extra: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The table with the keys of ``content.fields`` appended."""
    return {field: (*keys, *extra.get(field, ())) for field, keys in FIELDS.items()}
