"""URL path → a file below the output folder, and never one outside it, whatever the URL.

The path is taken apart before it is decoded, so that an encoded slash is no slash; every part has to be a plain,
visible name (RFC 3986 section 3.3); and what the file system makes of the whole, symbolic links followed, has to lie
in the folder still. Folders are not listed.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

import msgspec

from feedpub.core.urls import path_of

Stamp = tuple[int, int, int, int, int]
"""Device, inode, size, and the times of the last change of content and of state in ns: equal means the same bytes."""

_LONGEST_PATH = 8192
_LONGEST_NAME = 255
_WELL_KNOWN = ".well-known"
_INDEX = "index.html"
# No file that belongs on a web server has them in its name, and much has been broken into with them.
_ODD = re.compile(r"[\x00-\x1f\x7f/\\]")
_BARE_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class PathRefusedError(Exception):
    """There is nothing to be had; ``status`` is HTTP's word for why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ServedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A regular file that may be served."""

    path: str
    """On the disk, as it was asked for: symbolic links are not resolved."""
    name: str
    """Below the output folder, with ``/`` between folders."""
    stamp: Stamp


class FolderRedirect(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for is at another path of this host."""

    path: str
    """Percent-encoded."""
    is_permanent: bool


class OutputFiles:
    """The files of the output ``folder``, which lies at the decoded URL path ``base``, ``/`` or ``/news/``."""

    def __init__(self, folder: str, base: str) -> None:
        self._folder = folder
        self._base = base.split("/")[1:-1]

    def find(self, raw_path: bytes) -> ServedFile | FolderRedirect:
        """What lies at the path of a request, as it was sent, without its query. Raises :class:`PathRefusedError`."""
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

    def again(self, place: ServedFile) -> ServedFile:
        """``place`` as it is now. Raises :class:`PathRefusedError`."""
        return self._file(place.name.split("/"))

    def beside(self, place: ServedFile, ending: str) -> ServedFile | None:
        """The file whose name is that of ``place`` and ``ending``, if there is one that may be served."""
        status = _stat(place.path + ending)
        if status is None or not stat.S_ISREG(status.st_mode):
            return None
        try:
            self.real_path(place.path + ending)
        except PathRefusedError:
            return None
        return ServedFile(path=place.path + ending, name=place.name + ending, stamp=stamp_of(status))

    def real_path(self, path: str) -> str:
        """Where the file ``path`` is, symbolic links resolved. Raises :class:`PathRefusedError` where that is not here."""
        try:
            root, real = os.path.realpath(self._folder, strict=True), os.path.realpath(path, strict=True)
        except OSError:
            raise PathRefusedError(404) from None
        below = os.path.relpath(real, root)
        if below != os.curdir and not all(map(_is_visible, below.split(os.sep))):
            raise PathRefusedError(404)
        return real

    def _file_or_folder(self, parts: Sequence[str], names: Sequence[str]) -> ServedFile | FolderRedirect:
        path = os.path.join(self._folder, *names)
        status = _stat(path)
        if status is not None and stat.S_ISDIR(status.st_mode):
            self.real_path(path)
            return FolderRedirect(path=_url_path([*parts, ""]), is_permanent=True)
        return self._file(names)

    def _file(self, names: Sequence[str]) -> ServedFile:
        path = os.path.join(self._folder, *names)
        status = _stat(path)
        if status is None or not stat.S_ISREG(status.st_mode):
            raise PathRefusedError(404)
        self.real_path(path)
        return ServedFile(path=path, name="/".join(names), stamp=stamp_of(status))


def stamp_of(status: os.stat_result) -> Stamp:
    """What tells a file from every other, and from what it was before."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _parts(raw_path: bytes) -> list[str]:
    """The names between the slashes, decoded. Raises :class:`PathRefusedError`."""
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
    """Whether ``name`` is one of a file or folder that is served: not hidden, not ``..``, not empty."""
    if not name or len(os.fsencode(name)) > _LONGEST_NAME:
        return False
    return not name.startswith(".") or name == _WELL_KNOWN


def _url_path(parts: Sequence[str]) -> str:
    return "/" + "/".join(map(path_of, parts))


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except (OSError, ValueError):
        return None
