"""The walk through folders that finds article files. It opens none.

Links out of the content folders are not followed. A folder is walked by its own path. A link to it
is followed only if no file in the folder is an article by that path, for example because the folder
is hidden. So folders that link each other cost no more than the folders do.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import Counter
from collections.abc import Iterable
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from feedpub.content.files import ArticleFile, display, open_real, stamp_from
from feedpub.content.globs import matcher
from feedpub.core.errors import Problem, UsageError, message_of

_MAX_PATHS = 10
"""The number of paths by which a folder is listed while none of them gives an article."""
_OF_THE_FOLDER = frozenset((errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOTDIR))
"""The errors that a folder causes. Any other error means that the disk fails."""


class _Folder(NamedTuple):
    """A folder that the walk has to list."""

    real: str
    """Its path without links."""
    below: str
    """The start of its entries' paths below the content folder: empty, or ending in a slash."""
    shown: str
    """The start of its entries' paths in messages."""


class Walk:
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
        self.links: list[_Folder] = []
        """The links to folders that were found in the listed folders."""
        self.done: set[str] = set()
        """The real paths of the folders that gave an article."""
        self.tries: Counter[str] = Counter()
        """The number of paths by which each other folder was listed."""

    def add_folder(self, top: Path, folder: Path) -> None:
        """Add the articles below ``folder``."""
        self._list_all(_Folder(os.path.realpath(folder), _below(folder, top), _below(folder, self.root)))

    def _list_all(self, folder: _Folder) -> None:
        # A path can have more folders than Python allows recursive calls.
        self.pending.append(folder)
        while self.pending:
            folder = self.pending.pop()
            if folder.real in self.done or self.tries[folder.real] >= _MAX_PATHS:
                continue
            self._list(folder)
            if self.files:
                self.done.add(folder.real)
            else:
                self.tries[folder.real] += 1
            self._end_folder()

    def _list(self, folder: _Folder) -> None:
        try:
            descriptor = open_real(folder.real, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            # Removed since its parent was listed.
            return
        except OSError as error:
            self._unreadable(folder, error)
            return
        try:
            with os.scandir(descriptor) as listing:
                entries = sorted(listing, key=attrgetter("name"))
            for entry in entries:
                if not entry.name.startswith("."):
                    if entry.is_file(follow_symlinks=False):
                        self._add_regular(folder, entry)
                    else:
                        self._entry(folder, entry)
        except OSError as error:
            self._unreadable(folder, error)
        finally:
            os.close(descriptor)

    def _unreadable(self, folder: _Folder, error: OSError) -> None:
        message = f"the folder cannot be read: {message_of(error)}"
        shown = folder.shown.removesuffix("/")
        if error.errno not in _OF_THE_FOLDER or any(folder.real == os.fspath(top) for top in self.tops):
            # Without this error, the articles of a failing disk would vanish from all feeds.
            raise UsageError(f"{display(shown or os.curdir)}: {message} (see content.exclude)") from None
        self._problem(shown, f"{message}; its articles are left out (see content.exclude)")

    def _entry(self, folder: _Folder, entry: os.DirEntry[str]) -> None:
        below = folder.below + entry.name
        if self.is_excluded and self.is_excluded(below):
            return
        path = f"{folder.real}{os.sep}{entry.name}"
        # entry.is_dir() raises an error for a link that leads in circles.
        is_link = entry.is_symlink()
        if os.path.isdir(path) if is_link else entry.is_dir(follow_symlinks=False):
            self._subfolder(folder, entry.name, is_link=is_link)
        elif self.is_article(below):
            shown = folder.shown + entry.name
            real = os.path.realpath(path) if is_link else path
            if not is_link or not self._leads_out(shown, real):
                self._add_target(path, below, shown, real)

    def _add_regular(self, folder: _Folder, entry: os.DirEntry[str]) -> None:
        """Add a regular file. Nearly all entries are regular files."""
        below = folder.below + entry.name
        if not self.is_article(below) or (self.is_excluded and self.is_excluded(below)):
            return
        shown = folder.shown + entry.name
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            self._problem(shown, f"cannot be read: {message_of(error)}")
        else:
            file = f"{folder.real}{os.sep}{entry.name}"
            self._add(shown, ArticleFile(display(shown), display(below), file, stamp_from(status)))

    def _subfolder(self, folder: _Folder, name: str, *, is_link: bool) -> None:
        path = f"{folder.real}{os.sep}{name}"
        real = os.path.realpath(path) if is_link else path
        shown = folder.shown + name
        if is_link and self._leads_out(shown, real):
            return
        if is_link and Path(folder.real).is_relative_to(real):
            self._problem(shown, "leads back to a folder that it is in; not followed")
        elif real not in self.skip:
            (self.links if is_link else self.pending).append(_Folder(real, f"{folder.below}{name}/", f"{shown}/"))

    def add_path(self, path: Path) -> None:
        """Add the file ``path``, or the articles below the folder ``path``."""
        top = next((top for top in self.tops if path.is_relative_to(top)), None)
        if top is None:
            top = path if path.is_dir() else path.parent
            self.tops.append(top.resolve())
        real = os.path.realpath(path)
        shown = os.path.relpath(path, self.root)
        if self._leads_out(shown, real):
            return
        below = os.path.relpath(path, top)
        if path.is_dir():
            self.add_folder(top, path)
        elif not (self.is_excluded and self.is_excluded(below)):
            self._add_target(path, below, shown, real)
            self._end_folder()

    def _leads_out(self, shown: str, real: str) -> bool:
        if any(Path(real).is_relative_to(inside) for inside in self.tops):
            return False
        self._problem(shown, "leads outside the content folder; not followed")
        return True

    def _add_target(self, path: str | Path, below: str, shown: str, real: str) -> None:
        try:
            status = os.stat(real)
        except OSError as error:
            message = "is a link to nothing" if os.path.islink(path) else f"cannot be read: {message_of(error)}"
            self._problem(shown, message)
            return
        if not stat.S_ISREG(status.st_mode):
            self._problem(shown, "is not a regular file")
            return
        self._add(shown, ArticleFile(display(shown), display(below), real, stamp_from(status)))

    def _add(self, shown: str, source: ArticleFile) -> None:
        if shown not in self.paths:
            self.paths.add(shown)
            self.files.append(source)

    def _end_folder(self) -> None:
        if self.files:
            self.folders.append(tuple(self.files))
            self.files = []

    def follow_links(self) -> None:
        """Add the articles of the folders that only links lead to.

        The order of the links, and so the path by which a folder is walked, is that of their paths.
        A link in a folder that a link leads to comes after those in the folders themselves.
        """
        while self.links:
            links, self.links = sorted(self.links, key=attrgetter("shown")), []
            for folder in links:
                self._list_all(folder)

    def _problem(self, shown: str, message: str) -> None:
        self.problems.append(Problem(path=display(shown), line=1, key="file", message=message))


def _below(folder: Path, top: Path) -> str:
    """Return the start of the paths of the entries of ``folder``, relative to ``top``."""
    relative = os.path.relpath(folder, top)
    return "" if relative == os.curdir else f"{relative}/"
