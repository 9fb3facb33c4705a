"""Article files: their stamps and their bytes. No other module opens one.

Only regular files are opened, because a FIFO would block a build for ever. No link is followed.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import NamedTuple

import msgspec

from feedpub.core.errors import Problem, message_of

Stamp = tuple[int, int, int, int]
"""The size, mtime and ctime (in nanoseconds) and inode of a file. A change alters one of them."""

_CHUNK = 65536
# O_PATH needs no permission to list the folder. Systems other than Linux lack it.
_SEARCH = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC
_LIKE_AN_ESCAPE = re.compile(r"\\(?=x(?:[89a-f][0-9a-f]|5c))")

NO_STAMP: Stamp = (-1, -1, -1, -1)


class ArticleFile(msgspec.Struct, frozen=True, order=True):
    """One article file."""

    path: str
    """The path in messages, the same on every machine: relative to config.yaml, with ``/``."""
    below: str
    """The path below its content folder, with ``/``."""
    file: str
    """The path for the system: absolute, without links."""
    stamp: Stamp = NO_STAMP


class UnreadableError(Exception):
    """A file that cannot be read, or must not be. ``is_missing`` is True if the disk failed."""

    def __init__(self, message: str, *, is_missing: bool = False) -> None:
        super().__init__(message)
        self.is_missing = is_missing


class Unreadable(NamedTuple):
    """An article file that cannot be read."""

    problem: Problem
    is_missing: bool
    """True if the disk failed."""


def read(file: str, max_size: int) -> bytes:
    """Return the bytes of a regular file of at most ``max_size`` bytes.

    Raise :class:`UnreadableError` for any other.
    """
    try:
        descriptor = open_real(file, os.O_RDONLY | os.O_NONBLOCK)
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


def open_real(path: str, flags: int) -> int:
    """Return the descriptor of the file or folder at ``path``, which is absolute and has no links.

    A link that has taken the place of the file, or of a folder above it, is not followed. Raise
    :class:`OSError` if the file cannot be opened, or if there is such a link.
    """
    flags |= os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags)
    try:
        # Linux gives the real path of an open file. One call is faster than to open each folder.
        if os.readlink(f"/proc/self/fd/{descriptor}") == path:
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return _open_without_links(path, flags)


def _open_without_links(path: str, flags: int) -> int:
    """Open each folder of ``path`` in turn, and then the file; raise :class:`OSError` at a link."""
    *folders, name = [part for part in path.split(os.sep) if part] or [os.curdir]
    folder = os.open(os.sep, _SEARCH)
    try:
        for part in folders:
            inner = os.open(part, _SEARCH | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(name, flags, dir_fd=folder)
    finally:
        os.close(folder)


def read_source(source: ArticleFile, max_size: int) -> bytes | Unreadable:
    """Return the bytes of ``source``, or the problem that :func:`read` has with it."""
    try:
        return read(source.file, max_size)
    except UnreadableError as error:
        return Unreadable(Problem(path=source.path, line=1, key="file", message=str(error)), error.is_missing)


def _read_all(descriptor: int, size: int, limit: int) -> bytes:
    """Return the bytes of an open file: ``size``, or more if it grows meanwhile.

    Stop soon after ``limit``.
    """
    data = os.read(descriptor, size + 1)
    # One call may return only a part of the file.
    while len(data) <= limit and (more := os.read(descriptor, _CHUNK)):
        data += more
    return data


def stamp_of(path: str | Path) -> Stamp | None:
    """Return the stamp of a regular file; None if there is none."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return stamp_from(status) if stat.S_ISREG(status.st_mode) else None


def stamp_from(status: os.stat_result) -> Stamp:
    """Return the stamp of a file with ``status``."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def display(path: str | Path) -> str:
    r"""Return ``path`` as text that every output can hold; no two paths give the same.

    A byte that is not UTF-8 becomes ``\xff``. A backslash before what would then read as such an
    escape becomes ``\x5c``.
    """
    text = os.fspath(path)
    if "\\x" in text:
        text = _LIKE_AN_ESCAPE.sub(r"\\x5c", text)
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").replace(os.sep, "/")


RACY = 2_000_000_000
"""The nanoseconds before the last build's start in which a file's times prove nothing.

With a coarse clock, the file may have changed again within one tick.
"""


def is_racy(stamp: Stamp, last_started: int) -> bool:
    """Return whether a file has to be read although its stamp is unchanged."""
    return max(stamp[1], stamp[2]) >= last_started - RACY
