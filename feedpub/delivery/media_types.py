"""The headers of the files of ``output/`` that depend on their names alone, from tables of its own.

Every way to the world uses them: the preview server, and uploads to a store.
"""

from __future__ import annotations

from feedpub.core.format_registry import format_of_path
from feedpub.core.media_types import type_of_name
from feedpub.delivery.hosting.site_target import OPML_TYPE
from feedpub.feeds.paths import WELL_KNOWN_FEEDS
from feedpub.output.compression import EXTENSIONS

# The types of the pages' files, which are no enclosures
# (https://www.iana.org/assignments/media-types/).
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


def media_type(name: str) -> str:
    """Return the media type of the file ``name``, which may begin with folders."""
    feed = format_of_path(name)
    if feed:
        return feed.media_type
    if name == WELL_KNOWN_FEEDS:
        return OPML_TYPE
    file = name.rpartition("/")[2]
    return _OF_PAGES.get(file.rpartition(".")[2].lower()) or type_of_name(file) or _UNKNOWN


def content_type(name: str) -> str:
    """Return the value of Content-Type.

    Texts are UTF-8. XML and JSON need no charset (RFC 7303, RFC 8259).
    """
    kind = media_type(name)
    return f"{kind}; charset=utf-8" if kind.startswith("text/") and kind != OPML_TYPE else kind


def content_coding(name: str) -> tuple[str, str | None]:
    """Return the name of the file that ``name`` is a copy of, and the coding of the copy.

    A file that is no compressed copy (``output.precompress``) has its own name, and no coding. The
    codings are those of Content-Encoding (RFC 9110 section 8.4.1).
    """
    for coding, extension in EXTENSIONS.items():
        if name.endswith(extension):
            return name.removesuffix(extension), coding
    return name, None


def is_json(name: str) -> bool:
    """Return whether the file is JSON, which scripts of other sites may read."""
    kind = media_type(name)
    return kind == "application/json" or kind.endswith("+json")
