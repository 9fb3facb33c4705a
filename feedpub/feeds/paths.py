"""Where in output/ feeds and their archives lie: a function of a feed's key alone, never of history."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from feedpub.core.models import NAME_PREFIX, Candidate, FeedKind
from feedpub.core.slugs import slug

_ARCHIVE = re.compile("(?:(.*)/)?archive/[0-9]+")


def homes_of(article: Candidate) -> Iterator[str]:
    """The folders of the feeds of the topics and the provider of ``article``, be there such feeds or not."""
    for topic in article.topics:
        yield folder_of(FeedKind.TOPIC, topic.key)
    if article.provider and article.provider.key:
        yield folder_of(FeedKind.PROVIDER, article.provider.key)


@lru_cache(1 << 14)  # the same few for every article
def folder_of(kind: FeedKind, key: str) -> str:
    """The folder in output/ of a feed: a function of its key alone."""
    if kind is FeedKind.SITE:
        return ""
    if kind is FeedKind.TOPIC or key.startswith(NAME_PREFIX):
        return f"{kind.value}/{slug(key.removeprefix(NAME_PREFIX))}"
    # A domain and an owner's slug are safe names as they are.
    return f"{kind.value}/{key}"


def archive_folder(folder: str, number: int) -> str:
    """The folder in output/ of an archive of the feed in ``folder``."""
    return path_in(folder, f"archive/{number}")


def path_in(folder: str, name: str) -> str:
    """The path in output/ of the file ``name`` of the feed in ``folder``; that of the folder itself, without a name."""
    return f"{folder}/{name}" if folder else name


def feed_folder(path: str) -> str:
    """The folder of the feed that the file ``path`` in output/ belongs to, be it in an archive of it."""
    folder = path.rpartition("/")[0]
    found = _ARCHIVE.fullmatch(folder)
    return (found[1] or "") if found else folder


def is_archived(path: str) -> bool:
    """Whether the file ``path`` in output/ lies in an archive."""
    return _ARCHIVE.fullmatch(path.rpartition("/")[0]) is not None


def folders_in(output: Path) -> Iterator[Path]:
    """Every folder on the disk that a feed or an archive may lie in, and those above; the inner ones first."""
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
    found = _subfolders(folder / "archive")
    if found is not None:
        yield from found
        yield folder / "archive"


def _subfolders(folder: Path) -> list[Path] | None:
    """Those in ``folder``; None where it is none, or cannot be looked into."""
    try:
        return sorted(path for path in folder.iterdir() if os.path.isdir(path))
    except OSError:
        return None
