"""Front matter that data files of a site give the articles of a folder, or a single article.

A build reads them each time: a draft may be one only there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from feedpub.config import Config
from feedpub.content.files import display
from feedpub.core.errors import UsageError, message_of

_MOST_PARENTS = 8


class ContentFolder(NamedTuple):
    """A content folder, and the site that it is in."""

    path: Path
    """Its path without links."""
    shown: str
    """The start of its articles' paths in messages; empty, or ending in a slash."""
    site: Path
    """The folder of the generator's configuration, or the content folder if none is above it."""

    @property
    def parents(self) -> list[Path]:
        """The folders from that of the site down to the one above the content folder."""
        inside = [parent for parent in self.path.parents if parent.is_relative_to(self.site)]
        return inside[::-1]


def content_folders(config: Config, configurations: tuple[str, ...]) -> Iterator[ContentFolder]:
    """Yield the content folders, each in the site with a file that a pattern matches."""
    for folder in config.folders:
        path = (config.root / folder).resolve()
        relative = os.path.relpath(path, config.root)
        above = [path, *path.parents][:_MOST_PARENTS]
        files = ((place, [*place.glob(pattern)]) for place in above for pattern in configurations)
        site = next((place for place, found in files if found), path)
        yield ContentFolder(path, "" if relative == os.curdir else f"{display(relative)}/", site)


def names_in(folder: Path) -> list[str]:
    """Return the names in ``folder``, in order.

    Raise :class:`~feedpub.core.errors.UsageError` if it cannot be listed.
    """
    try:
        return sorted(os.listdir(folder))
    except OSError as error:
        raise UsageError(f"{folder}: cannot be read: {message_of(error)}") from None


def contained(file: Path, folder: Path) -> Path:
    """Return ``file`` without links.

    Raise :class:`~feedpub.core.errors.UsageError` if it is a link out of ``folder``: what is not
    read there may make drafts of articles.
    """
    real = file.resolve()
    if not real.is_relative_to(folder):
        raise UsageError(f"{file}: leads outside {folder}; it may make drafts of articles, so put a file there")
    return real
