"""The registry of the feed formats, with the facts about each that other packages use.

It imports none of the formats. A new format is a module in :mod:`feedpub.output.formats` and a line
here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormatInfo:
    """The facts about a format, in the order of the registry's lines."""

    filename: str
    """The name of its file in a feed's folder, different for each format."""
    media_type: str
    """The media type in HTTP headers, and in the links of pages and feeds."""
    label: str
    """The name on pages."""
    implementation: str
    """The ``module:class`` of the :class:`~feedpub.output.formats.Format`.

    It is imported when a document is rendered.
    """

    @property
    def is_xml(self) -> bool:
        """True if the format is XML: all feed readers support it, and browsers can style it."""
        return self.media_type.endswith("+xml")

    @property
    def is_json(self) -> bool:
        """True if the format is JSON: scripts of other sites may read its files (CORS)."""
        return self.media_type.endswith("+json")


FORMATS = {
    "rss": FormatInfo("rss.xml", "application/rss+xml", "RSS", "feedpub.output.formats.rss:RssFormat"),
    "atom": FormatInfo("atom.xml", "application/atom+xml", "Atom", "feedpub.output.formats.atom:AtomFormat"),
    "json": FormatInfo("feed.json", "application/feed+json", "JSON", "feedpub.output.formats.jsonfeed:JsonFeedFormat"),
}
"""All formats, by their names in ``output.formats``."""


def format_of_path(path: str) -> FormatInfo | None:
    """Return the format of the file ``path`` in any folder; None if it is no feed."""
    name = path.rpartition("/")[2]
    return next((info for info in FORMATS.values() if info.filename == name), None)
