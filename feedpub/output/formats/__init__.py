"""Feeds as bytes: a module for each format of :mod:`feedpub.core.format_registry`, all behind :class:`Format`."""

from functools import cache
from pkgutil import resolve_name

from feedpub.core.format_registry import FORMATS
from feedpub.output.formats.base import ArchiveLinks, FeedHead, Format

__all__ = ["ArchiveLinks", "FeedHead", "Format", "format_of"]


@cache
def format_of(name: str) -> Format:
    """Return the format that ``output.formats`` calls ``name``. Imports its module, with its libraries."""
    format_: Format = resolve_name(FORMATS[name].implementation)()
    return format_
