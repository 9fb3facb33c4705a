"""The folders of feeds and archives in output/.

They depend on a feed's key alone, never on history.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from feedpub.core.models import NAME_PREFIX, Candidate, FeedKind
from feedpub.core.slugs import slug

_ARCHIVE = re.compile("(?:(.*)/)?archive/[0-9]+")


def group_folders(article: Candidate) -> Iterator[str]:
    """Yield the folders of the feeds of the topics and the provider of ``article``.

    The feeds need not exist.
    """
    for topic in article.topics:
        yield folder_of(FeedKind.TOPIC, topic.key)
    if article.provider and article.provider.key:
        yield folder_of(FeedKind.PROVIDER, article.provider.key)


@lru_cache(1 << 14)  # all articles have the same few topics and providers
def folder_of(kind: FeedKind, key: str) -> str:
    """Return the folder in output/ of a feed. It depends on the feed's key alone."""
    if kind is FeedKind.SITE:
        return ""
    if kind is FeedKind.TOPIC or key.startswith(NAME_PREFIX):
        return f"{kind.value}/{slug(key.removeprefix(NAME_PREFIX))}"
    # A domain and the slug of a custom feed are safe names as they are.
    return f"{kind.value}/{key}"


def archive_folder(folder: str, number: int) -> str:
    """Return the folder in output/ of an archive of the feed in ``folder``."""
    return path_in(folder, f"archive/{number}")


def path_in(folder: str, name: str) -> str:
    """Return the path in output/ of the file ``name`` of the feed in ``folder``."""
    return f"{folder}/{name}" if folder else name


def feed_folder(path: str) -> str:
    """Return the folder of the feed whose file, or archive's file, ``path`` in output/ is."""
    folder = path.rpartition("/")[0]
    match = _ARCHIVE.fullmatch(folder)
    return (match[1] or "") if match else folder


def is_archived(path: str) -> bool:
    """Return whether the file ``path`` in output/ is in an archive."""
    return _ARCHIVE.fullmatch(path.rpartition("/")[0]) is not None


def folders_in(output: Path) -> Iterator[Path]:
    """Yield every folder on the disk that may hold a feed or an archive, and ``output`` itself.

    A folder comes after the folders in it.
    """
    yield from _archives(output)
    for group in (kind.value for kind in FeedKind if kind is not FeedKind.SITE):
        folders = _subfolders(output / group)
        for folder in folders or ():
            yield from _archives(folder)
            yield folder
        if folders is not None:
            yield output / group
    yield output


def _archives(folder: Path) -> Iterator[Path]:
    archives = _subfolders(folder / "archive")
    if archives is not None:
        yield from archives
        yield folder / "archive"


def _subfolders(folder: Path) -> list[Path] | None:
    """Return the folders in ``folder``; None if it cannot be listed, or is not a folder."""
    try:
        return sorted(path for path in folder.iterdir() if os.path.isdir(path))
    except OSError:
        return None
