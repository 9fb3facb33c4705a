"""The media type that a file of output/ is served as: by its name alone, by tables of our own."""

from __future__ import annotations

from feedpub.core.format_registry import format_of_path
from feedpub.delivery.hosting.site_target import OPML_TYPE
from feedpub.output.media import type_of_name

# What pages need, and enclosures do not (https://www.iana.org/assignments/media-types/).
_OF_PAGES = {
    "css": "text/css",
    "js": "text/javascript",
    "map": "application/json",
    "mjs": "text/javascript",
    "opml": OPML_TYPE,
    "webmanifest": "application/manifest+json",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "xsl": "application/xslt+xml",
}
_UNKNOWN = "application/octet-stream"
_TEXTUAL = frozenset(("application/json", "application/xml", "image/bmp", "image/vnd.microsoft.icon"))


def media_type(name: str) -> str:
    """The type of the file ``name``, which may have folders before it."""
    feed = format_of_path(name)
    if feed:
        return feed.media_type
    file = name.rpartition("/")[2]
    return _OF_PAGES.get(file.rpartition(".")[2].lower()) or type_of_name(file) or _UNKNOWN


def content_type(name: str) -> str:
    """The header's value. Texts are UTF-8; XML and JSON say so, or are it, by themselves (RFC 7303, RFC 8259)."""
    kind = media_type(name)
    return f"{kind}; charset=utf-8" if kind.startswith("text/") and kind != OPML_TYPE else kind


def is_compressible(name: str) -> bool:
    """Whether compression makes less of such a file."""
    kind = media_type(name)
    return kind.startswith("text/") or kind.endswith(("+xml", "+json")) or kind in _TEXTUAL


def is_json(name: str) -> bool:
    """Whether scripts of other sites may read it: they have no other way to it."""
    kind = media_type(name)
    return kind == "application/json" or kind.endswith("+json")
