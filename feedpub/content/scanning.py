"""The walk through the content folders that finds the article files. It opens none.

Links out of the content folders are not followed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import msgspec

from feedpub.content.files import ArticleFile, display, stamp_from
from feedpub.content.globs import matcher
from feedpub.core.errors import Problem, UsageError, message_of


class Scan(msgspec.Struct, frozen=True):
    """The result of a walk through the content folders."""

    folders: tuple[tuple[ArticleFile, ...], ...]
    """The article files of each folder that has any."""
    problems: tuple[Problem, ...]
    """The problems of entries that cannot be articles, one for each entry."""

    @property
    def sources(self) -> tuple[ArticleFile, ...]:
        """All article files, in the order of their paths."""
        sources = [source for folder in self.folders for source in folder]
        return tuple(sorted(sources, key=lambda source: source.path))


def scan(root: Path, folders: Iterable[str], pattern: str, exclude: Iterable[str], skip: Iterable[Path]) -> Scan:
    """Return the article files in ``folders``, relative to ``root``, the folder of config.yaml.

    The folders of ``skip`` are left out, and names that begin with a dot. ``pattern`` is matched
    against the path below the content folder; a pattern of ``exclude`` without a slash against
    every name. Raise :class:`UsageError` if a folder is missing or cannot be listed.
    """
    walk = _Walk(root, pattern, list(exclude), skip)
    for folder in folders:
        top = (root / folder).resolve()
        if not top.is_dir():
            raise UsageError(f"content.path: {folder}: there is no such folder; is its disk mounted?")
        walk.tops.append(top)
    for top in walk.tops:
        walk.add_folder(top, top, (os.path.realpath(top),))
    return walk.result()


def scan_paths(root: Path, folders: Iterable[str], paths: Iterable[Path], pattern: str, exclude: Iterable[str]) -> Scan:
    """Return the article files among ``paths``, and those that :func:`scan` would find in folders.

    A file may have any name. Raise :class:`UsageError` for a path that does not exist.
    """
    walk = _Walk(root, pattern, list(exclude), ())
    walk.tops = [(root / folder).resolve() for folder in folders]
    for path in paths:
        if not os.path.exists(path):
            raise UsageError(f"{display(path)}: there is no such file or folder")
        absolute = Path(os.path.abspath(path))
        is_top = absolute.resolve() in walk.tops
        walk.add_path(absolute.resolve() if is_top else absolute.parent.resolve() / absolute.name)
    return walk.result()


class _Folder(NamedTuple):
    """A folder that the walk has to list."""

    path: str
    below: str
    """The start of its entries' paths below the content folder: empty, or ending in a slash."""
    shown: str
    """The start of its entries' paths in messages."""
    above: tuple[str, ...]
    """The real paths of the folders that it is in, and its own."""


class _Walk:
    """A walk through the content folders, and the files and problems that it has found."""

    def __init__(self, root: Path, pattern: str, exclude: list[str], skip: Iterable[Path]) -> None:
        self.root = root
        self.is_article = matcher(pattern)
        self.is_excluded = matcher(exclude, names_too=True) if exclude else None
        self.skip = {os.path.realpath(path) for path in skip}
        self.tops: list[Path] = []
        self.paths: set[str] = set()
        self.folders: list[tuple[ArticleFile, ...]] = []
        self.files: list[ArticleFile] = []
        """The files of the folder that is being listed."""
        self.problems: list[Problem] = []
        self.pending: list[_Folder] = []

    def add_folder(self, top: Path, folder: str | Path, above: tuple[str, ...]) -> None:
        """Add the articles below ``folder``. ``above`` holds its own real path."""
        # A path can have more folders than Python allows recursive calls.
        self.pending.append(_Folder(os.fspath(folder), _below(folder, top), _below(folder, self.root), above))
        while self.pending:
            self._list(self.pending.pop())
            self._end_folder()

    def _list(self, folder: _Folder) -> None:
        try:
            with os.scandir(folder.path) as listing:
                entries = sorted(listing, key=attrgetter("name"))
        except FileNotFoundError:
            # Removed since its parent was listed.
            return
        except OSError as error:
            # Without this error, its articles would vanish from all feeds.
            shown = display(os.path.relpath(folder.path, self.root))
            raise UsageError(f"{shown}: the folder cannot be read: {message_of(error)} (see content.exclude)") from None
        for entry in entries:
            if not entry.name.startswith("."):
                if entry.is_file(follow_symlinks=False):
                    self._add_regular(folder, entry)
                else:
                    self._entry(folder, entry)

    def _entry(self, folder: _Folder, entry: os.DirEntry[str]) -> None:
        below = folder.below + entry.name
        if self.is_excluded and self.is_excluded(below):
            return
        # entry.is_dir() raises an error for a link that leads in circles.
        is_link = entry.is_symlink()
        if os.path.isdir(entry.path) if is_link else entry.is_dir():
            self._subfolder(folder, entry, is_link=is_link)
        elif self.is_article(below):
            real = os.path.realpath(entry.path) if is_link else entry.path
            if not is_link or not self._leads_out(entry.path, real):
                self._add_target(entry.path, below, folder.shown + entry.name, real)

    def _add_regular(self, folder: _Folder, entry: os.DirEntry[str]) -> None:
        """Add a regular file. Nearly all entries are regular files."""
        below = folder.below + entry.name
        if not self.is_article(below) or (self.is_excluded and self.is_excluded(below)):
            return
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            self._problem(entry.path, f"cannot be read: {message_of(error)}")
        else:
            self._add(
                entry.path,
                ArticleFile(display(folder.shown + entry.name), display(below), entry.path, stamp_from(status)),
            )

    def _subfolder(self, folder: _Folder, entry: os.DirEntry[str], *, is_link: bool) -> None:
        real = os.path.realpath(entry.path) if is_link else os.path.join(folder.above[-1], entry.name)
        if is_link and self._leads_out(entry.path, real):
            return
        if real in folder.above:
            self._problem(entry.path, "leads back to a folder that it is in; not followed")
        elif real not in self.skip:
            below, shown = f"{folder.below}{entry.name}/", f"{folder.shown}{entry.name}/"
            self.pending.append(_Folder(entry.path, below, shown, (*folder.above, real)))

    def add_path(self, path: Path) -> None:
        """Add the file ``path``, or the articles below the folder ``path``."""
        top = next((top for top in self.tops if path.is_relative_to(top)), None)
        if top is None:
            top = path if path.is_dir() else path.parent
            self.tops.append(top.resolve())
        real = os.path.realpath(path)
        if self._leads_out(path, real):
            return
        below = os.path.relpath(path, top)
        if path.is_dir():
            self.add_folder(top, path, (real,))
        elif not (self.is_excluded and self.is_excluded(below)):
            self._add_target(os.fspath(path), below, os.path.relpath(path, self.root), real)
            self._end_folder()

    def _leads_out(self, path: str | Path, real: str) -> bool:
        if any(Path(real).is_relative_to(inside) for inside in self.tops):
            return False
        self._problem(path, "leads outside the content folder; not followed")
        return True

    def _add_target(self, path: str, below: str, shown: str, real: str) -> None:
        try:
            status = os.stat(real)
        except OSError as error:
            message = "is a link to nothing" if os.path.islink(path) else f"cannot be read: {message_of(error)}"
            self._problem(path, message)
            return
        if not stat.S_ISREG(status.st_mode):
            self._problem(path, "is not a regular file")
            return
        self._add(path, ArticleFile(display(shown), display(below), real, stamp_from(status)))

    def _add(self, path: str, source: ArticleFile) -> None:
        if path not in self.paths:
            self.paths.add(path)
            self.files.append(source)

    def _end_folder(self) -> None:
        if self.files:
            self.folders.append(tuple(self.files))
            self.files = []

    def result(self) -> Scan:
        """Return the files and problems found."""
        return Scan(tuple(self.folders), tuple(self.problems))

    def _problem(self, path: str | Path, message: str) -> None:
        shown = display(os.path.relpath(path, self.root))
        self.problems.append(Problem(path=shown, line=1, key="file", message=message))


def _below(folder: str | Path, top: Path) -> str:
    """Return the start of the paths of the entries of ``folder``, relative to ``top``."""
    relative = os.path.relpath(folder, top)
    return "" if relative == os.curdir else f"{relative}/"
