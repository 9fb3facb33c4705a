"""The feed formats, which turn feeds into bytes.

Each format of :mod:`feedpub.core.format_registry` is a module with a class that implements
:class:`Format`.
"""

from functools import cache
from pkgutil import resolve_name

from feedpub.core.format_registry import FORMATS
from feedpub.output.formats.base import ArchiveLinks, FeedHead, Format

__all__ = ["ArchiveLinks", "FeedHead", "Format", "format_of"]


@cache
def format_of(name: str) -> Format:
    """Return the format with the name ``name`` in ``output.formats``.

    The first call for a name imports the module of the format and the libraries that it uses.
    """
    format_: Format = resolve_name(FORMATS[name].implementation)()
    return format_
