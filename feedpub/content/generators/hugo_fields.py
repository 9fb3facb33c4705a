"""The keys of dates and taxonomies in the configuration of a Hugo site.

See https://gohugo.io/configuration/front-matter/ and
https://gohugo.io/configuration/taxonomies/.
"""

from __future__ import annotations

from typing import Any

PUBLISH_DATES = ("publishdate", "pubdate", "published")
"""The keys of the date of publication, which come before those of the date."""
LATER_DATES = ("lastmod", "modified")
DATES = ("date", *PUBLISH_DATES, *LATER_DATES)
"""The keys of the date of a page."""
FILENAME = ":filename"
"""The key of the date in the file's name."""
PEOPLE = ("authors", "author", "contributors", "contributor", "writers", "writer")
"""The taxonomies whose terms are people."""

_EXPIRY_DATES = ("expirydate", "unpublishdate")
_DEFAULTS = {
    "date": DATES,
    "publishdate": (*PUBLISH_DATES, "date"),
    "lastmod": (":git", *LATER_DATES, "date", *PUBLISH_DATES),
    "expirydate": _EXPIRY_DATES,
}
_ALIASES = {"lastmod": LATER_DATES, "publishdate": PUBLISH_DATES, "expirydate": _EXPIRY_DATES}
_UNKNOWN = (":filemodtime", ":git")
_FIELDS = {"publishdate": "published_at", "lastmod": "updated_at", "expirydate": "expires_at"}
_TOPICS = ("categories", "tags")


def date_settings(data: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    """Return the keys of ``content`` for the site's ``frontmatter``."""
    written = data.get("frontmatter")
    chains = {key: _chain(key, value) for key, value in written.items()} if isinstance(written, dict) else {}
    dates = chains.get("date", DATES)
    if dates and dates[0] in _UNKNOWN:
        notes.append(f"dates that are not written down ({dates[0]}) are not read: articles need a date")
    content: dict[str, Any] = {}
    known = tuple(key for key in dates if key not in _UNKNOWN)
    if known != DATES:
        content["date_keys"] = [*known]
    fields: dict[str, list[str]] = {}
    for chain, field in _FIELDS.items():
        further = dates if field == "published_at" else ()
        default = (*_DEFAULTS[chain], *(DATES if further else ()))
        keys = [key for key in (*chains.get(chain, _DEFAULTS[chain]), *further) if not key.startswith(":")]
        if set(keys) - set(default):
            fields[field] = list(dict.fromkeys(keys))
    if fields:
        content["fields"] = fields
    return content


def taxonomy_fields(data: dict[str, Any]) -> dict[str, list[str]]:
    """Return the keys of topics and authors for the site's own taxonomies."""
    written = data.get("taxonomies")
    names = [str(value).lower() for value in written.values()] if isinstance(written, dict) else []
    fields: dict[str, list[str]] = {}
    if own := [name for name in names if name not in (*_TOPICS, *PEOPLE) and " " not in name]:
        fields["topics"] = [" + ".join((*_TOPICS, *own))]
    if people := [name for name in names if name in PEOPLE[2:]]:
        fields["authors"] = [*PEOPLE[:2], *people]
    return fields


def _chain(key: str, value: Any) -> tuple[str, ...]:
    """Return the keys of a date as the site lists them, with those that ``:default`` stands for."""
    listed = value if isinstance(value, list) else [value]
    keys: list[str] = []
    for item in (str(item).lower() for item in listed):
        keys += _DEFAULTS.get(key, ()) if item == ":default" else _ALIASES.get(item, (item,))
    return tuple(dict.fromkeys(keys))
