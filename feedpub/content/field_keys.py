"""The article contract: the front matter keys of each field of an article.

The first key that is present gives the field's value. ``content.fields`` appends keys.
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
"""The key of attachments whose items are attachments only if their type is ``download``."""


def keys_of(extra: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return :data:`FIELDS` with the keys of ``content.fields`` appended."""
    return {field: (*keys, *extra.get(field, ())) for field, keys in FIELDS.items()}
