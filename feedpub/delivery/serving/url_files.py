"""The file below the output folder at a URL's path, and never a file outside it.

The path is split before it is decoded, so that an encoded slash is no separator. Every part must be
a plain, visible name (RFC 3986 section 3.3). The real path, with symbolic links resolved, must lie
in the folder, too. There are no listings of folders.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote_to_bytes

import msgspec

from feedpub.core.urls import path_of
from feedpub.state.atomic_files import file_in

Stamp = tuple[int, int, int, int, int]
"""Device, inode, size, and the times of the last change of content and of state in ns.

Equal stamps mean equal bytes.
"""

_LONGEST_PATH = 8192
_LONGEST_NAME = 255
_WELL_KNOWN = ".well-known"
_INDEX = "index.html"
# No published file has these in its name, and many attacks use them.
_ODD = re.compile(r"[\x00-\x1f\x7f/\\]")
_BARE_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class PathRefusedError(Exception):
    """A request that gets no file; ``status`` is the HTTP status of the response."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ServedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A regular file that the server may send."""

    path: str
    """The path on the disk, with symbolic links not resolved."""
    name: str
    """The path below the output folder, with ``/`` between folders."""
    stamp: Stamp


class FolderRedirect(msgspec.Struct, frozen=True, kw_only=True):
    """A redirect to another path of this host."""

    path: str
    """The percent-encoded path."""
    is_permanent: bool


class OutputFiles:
    """The files of the output ``folder``, at the decoded URL path ``base``: ``/`` or ``/news/``."""

    def __init__(self, folder: str, base: str) -> None:
        self._folder = Path(folder)
        self._base = base.split("/")[1:-1]

    def find(self, raw_path: bytes) -> ServedFile | FolderRedirect:
        """Return the file, or the redirect, for a request's raw path without its query.

        Raise :class:`PathRefusedError` if there is none.
        """
        parts = _parts(raw_path)
        depth = len(self._base)
        if parts == [""] and self._base:
            return FolderRedirect(path=_url_path([*self._base, ""]), is_permanent=False)
        if parts[:depth] != self._base:
            raise PathRefusedError(404)
        below = parts[depth:]
        names = below[:-1] if below and not below[-1] else below
        if not all(map(_is_visible, names)) or names[-1:] == [_WELL_KNOWN]:
            raise PathRefusedError(404)
        if names == below:
            return self._file_or_folder(parts, names)
        return self._file([*names, _INDEX])

    def refresh(self, place: ServedFile) -> ServedFile:
        """Return ``place`` with its present stamp.

        Raise :class:`PathRefusedError` if it is gone.
        """
        return self._file(place.name.split("/"))

    def copy_of(self, place: ServedFile, ending: str) -> ServedFile | None:
        """Return the file with the name of ``place`` plus ``ending``; None if there is none."""
        status = _stat(place.path + ending)
        if status is None or not stat.S_ISREG(status.st_mode):
            return None
        try:
            self.real_path(place.path + ending)
        except PathRefusedError:
            return None
        return ServedFile(path=place.path + ending, name=place.name + ending, stamp=stamp_of(status))

    def real_path(self, path: str) -> str:
        """Return ``path`` with symbolic links resolved.

        Raise :class:`PathRefusedError` if that is not a visible file of the output folder.
        """
        try:
            root, real = os.path.realpath(self._folder, strict=True), os.path.realpath(path, strict=True)
        except OSError:
            raise PathRefusedError(404) from None
        below = os.path.relpath(real, root)
        if below != os.curdir and not all(map(_is_visible, below.split(os.sep))):
            raise PathRefusedError(404)
        return real

    def _file_or_folder(self, parts: Sequence[str], names: Sequence[str]) -> ServedFile | FolderRedirect:
        path = os.fspath(file_in(self._folder, "/".join(names)))
        status = _stat(path)
        if status is not None and stat.S_ISDIR(status.st_mode):
            self.real_path(path)
            return FolderRedirect(path=_url_path([*parts, ""]), is_permanent=True)
        return self._file(names)

    def _file(self, names: Sequence[str]) -> ServedFile:
        path = os.fspath(file_in(self._folder, "/".join(names)))
        status = _stat(path)
        if status is None or not stat.S_ISREG(status.st_mode):
            raise PathRefusedError(404)
        self.real_path(path)
        return ServedFile(path=path, name="/".join(names), stamp=stamp_of(status))


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp of a file, which changes with its content."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _parts(raw_path: bytes) -> list[str]:
    """Return the decoded names between the slashes.

    Raise :class:`PathRefusedError` for a bad path.
    """
    if len(raw_path) > _LONGEST_PATH:
        raise PathRefusedError(414)
    if not raw_path.startswith(b"/") or _BARE_PERCENT.search(raw_path):
        raise PathRefusedError(400)
    try:
        parts = [unquote_to_bytes(part).decode() for part in raw_path[1:].split(b"/")]
    except UnicodeDecodeError:
        raise PathRefusedError(400) from None
    if any(map(_ODD.search, parts)):
        raise PathRefusedError(400)
    return parts


def _is_visible(name: str) -> bool:
    """Return whether a file or folder of this name is public: not hidden, not ``..``, not empty."""
    if not name or len(name.encode("utf-8", "surrogateescape")) > _LONGEST_NAME:
        return False
    return not name.startswith(".") or name == _WELL_KNOWN


def _url_path(parts: Sequence[str]) -> str:
    return "/" + "/".join(map(path_of, parts))


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except (OSError, ValueError):
        return None
