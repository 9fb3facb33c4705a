"""The article contract: the front matter keys of each field of an article.

The first key that is present gives the field's value. ``content.fields`` appends keys. A key with
dots is also the path to a key in a mapping (``extra.author``), and keys that `` + `` joins are
merged to one list (``categories + tags``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "excerpt": ("excerpt", "description", "summary"),
    "published_at": ("publishedDateTime", "date"),
    "updated_at": ("updatedDateTime", "lastmod", "updated"),
    "expires_at": ("expires", "expiryDate"),
    "url": ("sourceUrl", "webUrl", "originalUrl"),
    "amp_url": ("ampUrl", "ampWebUrl"),
    "amp_cache_url": ("cdnAmpUrl", "cdnAmpWebUrl"),
    "type": ("type",),
    "quality": ("quality",),
    "heat": ("heat",),
    "published": ("published",),
    "authors": ("authors", "author"),
    "provider": ("provider",),
    "topics": ("topics", "tags"),
    "images": ("images",),
    "attachments": ("enclosures", "attachments", "actions", "enclosure"),
    "duration": ("length",),
    "related": ("related",),
    "id": ("id",),
    "language": ("language", "locale"),
    "episode": ("episode", "episodeNumber", "episode_number"),
    "season": ("season", "seasonNumber", "season_number"),
    "episode_type": ("episodeType", "episode_type"),
    "explicit": ("explicit",),
    "transcripts": ("transcripts", "transcript"),
    "chapters": ("chapters",),
}

LISTS = frozenset(("authors", "topics", "images", "attachments", "related", "transcripts"))
"""The fields that are lists, whose keys may be merged."""
DECIDING = ("title", "published_at", "expires_at", "url", "published", "id")
"""The fields that decide whether and where an article is published.

A wrong value keeps the article out. A wrong value of any other field is ignored.
"""
OF_EPISODES = ("episode", "season", "episode_type", "explicit", "transcripts", "chapters")
"""The fields of episodes of a podcast, which are read only if the site has a podcast.

Articles of other sites have such keys with other meanings.
"""
WITHHOLDING = ("draft", "deleted", "removed")
ACTIONS = "actions"
"""The key of attachments whose items are attachments only if their type is ``download``."""
SLUG = "slug"
"""The key of ``{slug}`` in ``content.permalink``."""
CATEGORIES = ("categories", "category")
"""The keys of ``{category}`` in ``content.permalink``."""
MERGE = " + "

# Keys of other programs that stand for a field, in lower case and without hyphens and underscores.
_LOOK_ALIKES: dict[str, frozenset[str]] = {
    "title": frozenset(("title", "headline", "heading", "name", "pagetitle", "posttitle", "subject")),
    "published_at": frozenset(
        """
        date datetime pubdate pubtime pubdatetime publishdate publisheddate publishedat publishedon publishedtime
        publishat publishon publishtime published datepublished dateposted postdate posted postedat postedon created
        createdat createdon createddate creationdate datecreated time timestamp publisheddatetime
        """.split()
    ),
    "url": frozenset(
        """
        url link href permalink canonical canonicalurl source sourceurl externalurl externallink originalurl weburl
        linkurl
        """.split()
    ),
}
_BETWEEN_WORDS = re.compile("[-_ ]")


def keys_of(extra: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return :data:`FIELDS` with the keys of ``content.fields`` appended.

    Merged keys come first: one of them alone may be a key of the contract.
    """
    return {field: _ordered(keys, extra.get(field, ())) for field, keys in FIELDS.items()}


def _ordered(keys: tuple[str, ...], extra: Sequence[str]) -> tuple[str, ...]:
    merged = [key for key in extra if MERGE in key]
    return (*merged, *keys, *(key for key in extra if MERGE not in key))


def parts_of(key: str) -> list[str]:
    """Return the keys that ``key`` merges, or ``key`` itself."""
    return [part.strip() for part in key.split(MERGE)]


def paths_in(fields: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the keys with dots in ``fields``, which may be paths."""
    parts = (part for keys in fields.values() for key in keys for part in parts_of(key))
    return tuple(dict.fromkeys(part for part in parts if "." in part))


def look_alike(field: str, present: Iterable[str]) -> str | None:
    """Return the first of the ``present`` keys that other programs use for ``field``, or None.

    A key of the contract in another case comes first. The key is a common name, so that messages
    may show it.
    """
    names = _LOOK_ALIKES.get(field, frozenset())
    found = [key for key in present if _BETWEEN_WORDS.sub("", key).lower() in names]
    own = {key.lower() for key in FIELDS[field]}
    return min(found, key=lambda key: key.lower() not in own, default=None)
