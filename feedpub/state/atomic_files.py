"""Files in output/: all of them or none, whole or not at all, untouched where equal, and only our own removed.

A change is prepared in full (every temporary file written and flushed, beside its target) before the first rename, so
that what can fail has failed while nothing has changed. Only this module writes into output/.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Self

import msgspec

from feedpub.core.errors import StorageError, message_of

TEMPORARY = ".feedpub-tmp-"


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What a write changed. Paths are relative to the output folder."""

    written: frozenset[str]
    removed: frozenset[str]
    foreign: frozenset[str]
    """What was to be removed, but is no longer what we wrote."""


def digest(data: bytes) -> str:
    """What tells one content of a file from another."""
    return sha256(data).hexdigest()


def is_below(path: str) -> bool:
    """Return whether the relative ``path`` stays below the folder that it is joined to, and can be a path."""
    return "\0" not in path and not {"", ".", ".."} & set(path.split("/"))


def claimable(folder: Path, files: Mapping[str, str]) -> set[str]:
    """Those of ``files`` (path → digest) that are there and not certainly someone else's."""
    _, foreign = _sorted_out(folder, files)
    return {path for path in files if path not in foreign and os.path.lexists(folder / path)}


def _sorted_out(folder: Path, files: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """Those of ``files`` (path → digest) that still are what we wrote, and those in whose place there is something else
    now, which is not ours to remove. One that cannot be read is neither: it may well be ours.
    """
    ours, foreign = set(), set()
    for path, written in files.items():
        with contextlib.suppress(OSError):
            data = _read(folder / path)
            if data is not None and digest(data) == written:
                ours.add(path)
            elif os.path.lexists(folder / path):
                foreign.add(path)
    return ours, foreign


class Stage:
    """A change of the files in ``folder``: everything is put beside its target first, then :meth:`commit` renames.

    A context manager: what was not committed leaves no trace. With ``dry_run`` nothing is written at all. Methods raise
    :class:`StorageError`; every file then is its old or its new self.
    """

    def __init__(self, folder: Path, *, dry_run: bool = False) -> None:
        self.folder = folder
        self.changed: list[str] = []
        """The relative paths of what is not in the folder already, byte for byte."""
        self._dry_run = dry_run
        self._prepared: list[tuple[str, Path]] = []
        self._folders: set[Path] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for temporary, _ in self._prepared:
            with contextlib.suppress(OSError):
                os.unlink(temporary)

    def put(self, path: str, data: bytes) -> None:
        """Have the file ``path``, relative to the folder, hold ``data``; where it does already, it is not touched."""
        target = self.folder / path
        if _holds(target, data):
            return
        self.changed.append(path)
        if self._dry_run:
            return
        try:
            if target.parent not in self._folders:
                target.parent.mkdir(parents=True, exist_ok=True)
                self._folders.add(target.parent)
            # Noted before it is there: an interruption may come between any two steps.
            self._prepared.append((_beside(target), target))
            _prepare(*self._prepared[-1], data)
        except OSError as error:
            raise self._failed(error) from None

    def commit(self, remove: Mapping[str, str], before_renames: Callable[[], object] = lambda: None) -> Changes:
        """Flush, rename, and then remove what of ``remove`` (path → digest) still is what we wrote.

        ``before_renames`` is called when everything is flushed, if there is anything to rename.
        """
        ours, foreign = _sorted_out(self.folder, remove)
        if self._dry_run:
            return Changes(written=frozenset(self.changed), removed=frozenset(ours), foreign=frozenset(foreign))
        try:
            # Only now: what was written first is on the disk by itself, and costs no wait.
            for temporary, _ in self._prepared:
                _flush(temporary)
            if self._prepared:
                before_renames()
            for temporary, target in self._prepared:
                os.replace(temporary, target)
            for parent in _folders_of(self.changed):
                _flush(os.fspath(self.folder / parent))
        except OSError as error:
            raise self._failed(error) from None
        removed = frozenset(_remove(self.folder, ours))
        for path in remove.keys() - ours - foreign:
            # A build that was killed after it removed the file may have left its folder.
            _remove_empty((self.folder / path).parent, self.folder)
        return Changes(written=frozenset(self.changed), removed=removed, foreign=frozenset(foreign))

    def _failed(self, error: OSError) -> StorageError:
        what = "is a file, not a folder" if isinstance(error, FileExistsError) else message_of(error)
        return StorageError(f"{_place(error, self.folder)}: cannot be written: {what}")


def replace_file(target: Path, data: bytes) -> None:
    """Write one file by rename, flushed. Raises :class:`StorageError`."""
    temporary = _beside(target)
    try:
        _prepare(temporary, target, data)
        _flush(temporary)
        os.replace(temporary, target)
        _flush(os.fspath(target.parent))
    except OSError as error:
        raise StorageError(f"{_place(error, target)}: cannot be written: {message_of(error)}") from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def remove_strays(folders: Iterable[Path], *, below: Path | None = None) -> None:
    """Remove the temporary files that a killed build left in ``folders``.

    A folder ``below`` another that held nothing else is removed too, with those above that it
    leaves empty. A folder without such a file stays: it may be someone else's.
    """
    for folder in folders:
        with contextlib.suppress(OSError):
            names = os.listdir(folder)
            strays = [name for name in names if name.startswith(TEMPORARY)]
            for stray in strays:
                os.unlink(folder / stray)
            if strays and below and below in folder.parents:
                _remove_empty(folder, below)


def _beside(target: Path) -> str:
    """The name of a temporary file."""
    return f"{target.parent}{os.sep}{TEMPORARY}{secrets.token_hex(8)}"


def _prepare(temporary: str, target: Path, data: bytes) -> None:
    """Write ``temporary``, of the mode of ``target``, or of the umask's where there is no such file."""
    mode = _mode_of(target)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with open(descriptor, "wb") as stream:
        if mode is not None:
            os.fchmod(descriptor, mode)
        stream.write(data)


def _mode_of(target: Path) -> int | None:
    """The mode that what replaces ``target`` keeps; None where there is no such file."""
    try:
        status = os.lstat(target)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        # A rename would fail too, but after others had been done.
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(target))
    return stat.S_IMODE(status.st_mode) if stat.S_ISREG(status.st_mode) else None


def _holds(path: Path, data: bytes) -> bool:
    """Whether a file is there, can be read, and holds ``data``."""
    with contextlib.suppress(OSError):
        return os.lstat(path).st_size == len(data) and _read(path) == data
    return False


def _read(path: Path) -> bytes | None:
    """What a regular file holds; None where there is none, or something else in its place."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb") as stream:
            return stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _remove(folder: Path, paths: Iterable[str]) -> list[str]:
    removed = []
    for path in sorted(paths):
        target = folder / path
        try:
            target.unlink()
        except OSError:
            continue
        removed.append(path)
        _remove_empty(target.parent, folder)
    return removed


def _remove_empty(folder: Path, top: Path) -> None:
    """Remove ``folder``, and those above it below ``top``, as far as they are empty."""
    with contextlib.suppress(OSError):
        while folder != top:
            folder.rmdir()
            folder = folder.parent


def _folders_of(paths: Iterable[str]) -> set[str]:
    """Every folder above one of the relative ``paths``: a new one has to be flushed into the one that it is in."""
    found = set()
    for path in paths:
        above = path
        while above:
            above = above.rpartition("/")[0]
            found.add(above)
    return found


def _flush(path: str) -> None:
    """Have a file or a folder survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _place(error: OSError, otherwise: Path) -> str:
    name = error.filename2 or error.filename
    return os.fspath(name) if isinstance(name, (str, os.PathLike)) and TEMPORARY not in str(name) else str(otherwise)
