"""Feeds as bytes: one module a format, all behind :class:`Format`."""

from functools import cache
from importlib import import_module

from feedpub.formats.base import Archived, FeedHead, Format

# Name in the configuration → file in a feed's folder, module, class. XML libraries are imported when they are needed.
_REGISTRY = {
    "rss": ("rss.xml", "feedpub.formats.rss", "RssFormat"),
    "atom": ("atom.xml", "feedpub.formats.atom", "AtomFormat"),
    "json": ("feed.json", "feedpub.formats.jsonfeed", "JsonFeedFormat"),
}

FILENAMES = {name: filename for name, (filename, _, _) in _REGISTRY.items()}
"""The file of each format in a feed's folder."""

__all__ = ["FILENAMES", "Archived", "FeedHead", "Format", "format_of"]


@cache
def format_of(name: str) -> Format:
    """The format that ``output.formats`` calls ``name``."""
    _, module, class_name = _REGISTRY[name]
    format_: Format = getattr(import_module(module), class_name)()
    return format_
