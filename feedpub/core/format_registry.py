"""The registry of the feed formats: what the rest of the program has to know of each. It imports none of them.

A new format is a module in :mod:`feedpub.output.formats` and a line here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormatInfo:
    """The facts about a format; the order of the fields is that of the registry's lines."""

    filename: str
    """Its file in a feed's folder; no other format has the same."""
    media_type: str
    """Served with the file, and named where pages and feeds link it."""
    label: str
    """Shown to people."""
    implementation: str
    """``module:class`` of the :class:`~feedpub.output.formats.Format`, imported when a document is rendered."""

    @property
    def is_xml(self) -> bool:
        """Whether every feed reader knows it, and a browser can style it."""
        return self.media_type.endswith("+xml")

    @property
    def is_json(self) -> bool:
        """Whether scripts of other sites may read the file: they have no other way to it."""
        return self.media_type.endswith("+json")


FORMATS = {
    "rss": FormatInfo("rss.xml", "application/rss+xml", "RSS", "feedpub.output.formats.rss:RssFormat"),
    "atom": FormatInfo("atom.xml", "application/atom+xml", "Atom", "feedpub.output.formats.atom:AtomFormat"),
    "json": FormatInfo("feed.json", "application/feed+json", "JSON", "feedpub.output.formats.jsonfeed:JsonFeedFormat"),
}
"""Each format by its name in ``output.formats``."""


def format_of_path(path: str) -> FormatInfo | None:
    """Return the format whose file ``path`` is, in whatever folder; None for any other file."""
    name = path.rpartition("/")[2]
    return next((info for info in FORMATS.values() if info.filename == name), None)
