"""The walk through the content folders that finds the article files. It opens none.

See :mod:`feedpub.content.walk` for what it finds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec

from feedpub.content.files import ArticleFile, display
from feedpub.content.walk import Walk
from feedpub.core.errors import Problem, UsageError


class Unlisted(msgspec.Struct, frozen=True, kw_only=True):
    """The article files that a scan takes over from the last build."""

    count: int
    folders: Mapping[str, bytes]
    """The digests of their folders (:func:`feedpub.building.fingerprints.folders`), by path."""
    find: Callable[[str], ArticleFile]
    """A function from the path of one to the file without its stamp."""


class Scan(msgspec.Struct, frozen=True):
    """The article files of the content folders. Usually, they are the result of a walk."""

    folders: tuple[tuple[ArticleFile, ...], ...]
    """The article files of each folder that has any."""
    problems: tuple[Problem, ...]
    """The problems of entries that cannot be articles, one for each entry."""
    unlisted: Unlisted | None = None
    """The article files of all other folders; None after a walk, which finds all."""

    @property
    def sources(self) -> tuple[ArticleFile, ...]:
        """All article files, in the order of their paths."""
        sources = [source for folder in self.folders for source in folder]
        return tuple(sorted(sources, key=lambda source: source.path))


def scan(root: Path, folders: Iterable[str], pattern: str, exclude: Iterable[str], skip: Iterable[Path]) -> Scan:
    """Return the article files in ``folders``, relative to ``root``, the folder of config.yaml.

    The folders of ``skip`` are left out, and names that begin with a dot. ``pattern`` is matched
    against the path below the content folder; a pattern of ``exclude`` without a slash against
    every name. A folder below them that cannot be listed is a problem. Raise :class:`UsageError` if
    a folder of ``folders`` is missing or cannot be listed, or if the disk fails.
    """
    walk = Walk(root, pattern, list(exclude), skip)
    for folder in folders:
        top = (root / folder).resolve()
        if not top.is_dir():
            raise UsageError(f"content.path: {folder}: there is no such folder; is its disk mounted?")
        walk.tops.append(top)
    for top in walk.tops:
        walk.add_folder(top, top)
    return _result(walk)


def scan_paths(root: Path, folders: Iterable[str], paths: Iterable[Path], pattern: str, exclude: Iterable[str]) -> Scan:
    """Return the article files among ``paths``, and those that :func:`scan` would find in folders.

    A file may have any name. Raise :class:`UsageError` for a path that does not exist.
    """
    walk = Walk(root, pattern, list(exclude), ())
    walk.tops = [(root / folder).resolve() for folder in folders]
    for path in paths:
        if not os.path.exists(path):
            raise UsageError(f"{display(path)}: there is no such file or folder")
        absolute = Path(os.path.abspath(path))
        is_top = absolute.resolve() in walk.tops
        walk.add_path(absolute.resolve() if is_top else absolute.parent.resolve() / absolute.name)
    return _result(walk)


def _result(walk: Walk) -> Scan:
    walk.follow_links()
    return Scan(tuple(walk.folders), tuple(walk.problems))
