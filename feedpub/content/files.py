"""Which files of the content folders are articles, and their bytes. The only module that opens one.

Nothing outside the content folders is read: a link that leads out is not followed, whoever put it there. What is no
regular file (a FIFO would block a build for ever) is not opened.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import msgspec

from feedpub.content.globs import matcher
from feedpub.core.errors import Problem, UsageError, message_of

Stamp = tuple[int, int, int, int]
"""What tells that a file was not touched: size, mtime and ctime in nanoseconds, inode."""

_CHUNK = 65536

NO_STAMP: Stamp = (-1, -1, -1, -1)


class ArticleFile(msgspec.Struct, frozen=True, order=True):
    """One article file."""

    path: str
    """For messages, the same on every machine: relative to config.yaml, ``/`` between folders."""
    below: str
    """The path below its content folder, ``/`` between folders."""
    file: str
    """For the system: absolute, links resolved."""
    stamp: Stamp = NO_STAMP


class Scan(msgspec.Struct, frozen=True):
    """What a walk through the content folders found."""

    folders: tuple[tuple[ArticleFile, ...], ...]
    """The files of each folder that holds any."""
    problems: tuple[Problem, ...]
    """What was there but cannot be an article, one each."""

    @property
    def sources(self) -> tuple[ArticleFile, ...]:
        """All files, in order of path."""
        found = [source for folder in self.folders for source in folder]
        return tuple(sorted(found, key=lambda source: source.path))


class UnreadableError(Exception):
    """A file cannot be read, or must not be. ``is_missing`` tells a failing disk from a file that is wrong."""

    def __init__(self, message: str, *, is_missing: bool = False) -> None:
        super().__init__(message)
        self.is_missing = is_missing


class Unreadable(NamedTuple):
    """An article file that cannot be read."""

    problem: Problem
    is_missing: bool
    """Whether it is the disk that failed."""


def scan(root: Path, folders: Iterable[str], pattern: str, exclude: Iterable[str], skip: Iterable[Path]) -> Scan:
    """The articles in ``folders`` (relative to ``root``, config.yaml's folder), but for the folders of ``skip``.

    ``pattern`` is matched against the path below the content folder; a pattern of ``exclude`` without a slash against
    every name. Names that begin with a dot are passed over. Raises :class:`UsageError` where a folder is missing, or
    cannot be listed.
    """
    walk = _Walk(root, pattern, list(exclude), skip)
    for folder in folders:
        top = (root / folder).resolve()
        if not top.is_dir():
            raise UsageError(f"content.path: {folder}: there is no such folder; is its disk mounted?")
        walk.tops.append(top)
    for top in walk.tops:
        walk.folder(top, top, (os.path.realpath(top),))
    return walk.result()


def read(file: str, max_size: int) -> bytes:
    """The bytes of a regular file of at most ``max_size`` bytes. Raises :class:`UnreadableError`."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableError("is not a regular file")
            data = b"" if status.st_size > max_size else _read_all(descriptor, status.st_size, max_size)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {message_of(error)}", is_missing=True) from None
    if status.st_size > max_size or len(data) > max_size:
        raise UnreadableError(f"is larger than content.max_file_size ({max_size} bytes)")
    return data


def read_source(source: ArticleFile, max_size: int) -> bytes | Unreadable:
    """Return what :func:`read` gives, or the problem that an editor reads of."""
    try:
        return read(source.file, max_size)
    except UnreadableError as error:
        return Unreadable(Problem(path=source.path, line=1, key="file", message=str(error)), error.is_missing)


def _read_all(descriptor: int, size: int, limit: int) -> bytes:
    """What a file holds, ``size`` bytes or, if it grows meanwhile, more; hardly more than ``limit``."""
    data = os.read(descriptor, size + 1)
    # A file system need not give all at once.
    while len(data) <= limit and (more := os.read(descriptor, _CHUNK)):
        data += more
    return data


def stamp_of(path: str | Path) -> Stamp | None:
    """The stamp of a regular file; None where there is none."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return _stamp(status) if stat.S_ISREG(status.st_mode) else None


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def display(path: str | Path) -> str:
    r"""``path`` as text that every output can hold; bytes that are no UTF-8 are shown as ``\\xff``."""
    if isinstance(path, str) and path.isascii():
        return path
    return os.fspath(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").replace(os.sep, "/")


class _Folder(NamedTuple):
    """A folder on the way."""

    path: str
    below: str
    """What its entries' paths below the content folder begin with: empty, or ending in a slash."""
    shown: str
    """What their paths in messages begin with."""
    above: tuple[str, ...]
    """The real paths of the folders that it is in, and its own."""


class _Walk:
    def __init__(self, root: Path, pattern: str, exclude: list[str], skip: Iterable[Path]) -> None:
        self.root = root
        self.is_article = matcher(pattern)
        self.is_excluded = matcher(exclude, names_too=True) if exclude else None
        self.skip = {os.path.realpath(path) for path in skip}
        self.tops: list[Path] = []
        self.found: set[str] = set()
        self.folders: list[tuple[ArticleFile, ...]] = []
        self.files: list[ArticleFile] = []
        """Of the folder that is being listed."""
        self.problems: list[Problem] = []
        self.pending: list[_Folder] = []

    def folder(self, top: Path, folder: str | Path, above: tuple[str, ...]) -> None:
        """Gather the articles below ``folder``; ``above`` are the folders that it is in, and itself."""
        # No recursion: a path can hold more folders than Python can call functions.
        self.pending.append(_Folder(os.fspath(folder), _below(folder, top), _below(folder, self.root), above))
        while self.pending:
            self._list(self.pending.pop())
            self._end_folder()

    def _list(self, folder: _Folder) -> None:
        try:
            with os.scandir(folder.path) as listing:
                found = sorted(listing, key=attrgetter("name"))
        except FileNotFoundError:
            # Removed since its parent was listed.
            return
        except OSError as error:
            # To go on would take its articles out of every feed.
            shown = display(os.path.relpath(folder.path, self.root))
            raise UsageError(f"{shown}: the folder cannot be read: {message_of(error)} (see content.exclude)") from None
        for entry in found:
            if not entry.name.startswith("."):
                if entry.is_file(follow_symlinks=False):
                    self._regular(folder, entry)
                else:
                    self._entry(folder, entry)

    def _entry(self, folder: _Folder, entry: os.DirEntry[str]) -> None:
        below = folder.below + entry.name
        if self.is_excluded and self.is_excluded(below):
            return
        # Of a link that leads in circles, entry.is_dir() raises an error.
        is_link = entry.is_symlink()
        if os.path.isdir(entry.path) if is_link else entry.is_dir():
            self._subfolder(folder, entry, is_link=is_link)
        elif self.is_article(below):
            real = os.path.realpath(entry.path) if is_link else entry.path
            if not is_link or not self._leads_out(entry.path, real):
                self._file(entry.path, below, folder.shown + entry.name, real)

    def _regular(self, folder: _Folder, entry: os.DirEntry[str]) -> None:
        """Gather what is a regular file, as nearly everything is."""
        below = folder.below + entry.name
        if not self.is_article(below) or (self.is_excluded and self.is_excluded(below)):
            return
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            self._problem(entry.path, f"cannot be read: {message_of(error)}")
        else:
            self._found(
                entry.path, ArticleFile(display(folder.shown + entry.name), display(below), entry.path, _stamp(status))
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

    def named(self, place: Path) -> None:
        """Gather the file ``place``, or the articles below the folder ``place``."""
        top = next((top for top in self.tops if place.is_relative_to(top)), None)
        if top is None:
            top = place if place.is_dir() else place.parent
            self.tops.append(top.resolve())
        real = os.path.realpath(place)
        if self._leads_out(place, real):
            return
        below = os.path.relpath(place, top)
        if place.is_dir():
            self.folder(top, place, (real,))
        elif not (self.is_excluded and self.is_excluded(below)):
            self._file(os.fspath(place), below, os.path.relpath(place, self.root), real)
            self._end_folder()

    def _leads_out(self, path: str | Path, real: str) -> bool:
        if any(Path(real).is_relative_to(inside) for inside in self.tops):
            return False
        self._problem(path, "leads outside the content folder; not followed")
        return True

    def _file(self, path: str, below: str, shown: str, real: str) -> None:
        try:
            status = os.stat(real)
        except OSError as error:
            message = "is a link to nothing" if os.path.islink(path) else f"cannot be read: {message_of(error)}"
            self._problem(path, message)
            return
        if not stat.S_ISREG(status.st_mode):
            self._problem(path, "is not a regular file")
            return
        self._found(path, ArticleFile(display(shown), display(below), real, _stamp(status)))

    def _found(self, path: str, source: ArticleFile) -> None:
        if path not in self.found:
            self.found.add(path)
            self.files.append(source)

    def _end_folder(self) -> None:
        if self.files:
            self.folders.append(tuple(self.files))
            self.files = []

    def result(self) -> Scan:
        """What was gathered."""
        return Scan(tuple(self.folders), tuple(self.problems))

    def _problem(self, path: str | Path, message: str) -> None:
        shown = display(os.path.relpath(path, self.root))
        self.problems.append(Problem(path=shown, line=1, key="file", message=message))


def _below(folder: str | Path, top: Path) -> str:
    """What the paths of the entries of ``folder`` begin with, seen from ``top``."""
    relative = os.path.relpath(folder, top)
    return "" if relative == os.curdir else f"{relative}/"


def scan_paths(root: Path, folders: Iterable[str], paths: Iterable[Path], pattern: str, exclude: Iterable[str]) -> Scan:
    """The articles that an editor names: each file, whatever its name, and what :func:`scan` takes of each folder.

    Raises :class:`UsageError` for a path that is not there.
    """
    walk = _Walk(root, pattern, list(exclude), ())
    walk.tops = [(root / folder).resolve() for folder in folders]
    for path in paths:
        if not os.path.exists(path):
            raise UsageError(f"{display(path)}: there is no such file or folder")
        place = Path(os.path.abspath(path))
        walk.named(place.resolve() if place.resolve() in walk.tops else place.parent.resolve() / place.name)
    return walk.result()


RACY = 2_000_000_000
"""Nanoseconds before the last build's start within which a file's times are not believed: a coarse clock may have let
it change once more without a trace.
"""


def is_racy(stamp: Stamp, last_started: int) -> bool:
    """Whether a file has to be read though its stamp is what it was."""
    return max(stamp[1], stamp[2]) >= last_started - RACY
