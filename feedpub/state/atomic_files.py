"""Atomic writing of files: each file is complete or unchanged, and equal files are not touched.

All temporary files of a build are written and flushed beside their targets before the first rename.
An error up to then changes nothing. Only files that feedpub wrote are removed. Only this module
writes into the output folder.
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
from feedpub.state.flushing import flush, flush_all

TEMPORARY = ".feedpub-tmp-"


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """The files that a commit changed, as paths relative to the folder."""

    written: frozenset[str]
    removed: frozenset[str]
    foreign: frozenset[str]
    """The files to remove that somebody else has changed, which stay."""


def digest(data: bytes) -> str:
    """Return the SHA-256 digest of a file's content, in hexadecimal."""
    return sha256(data).hexdigest()


def is_below(path: str) -> bool:
    """Return whether the relative ``path`` is valid and stays below the folder it is joined to."""
    return "\0" not in path and not {"", ".", ".."} & set(path.split("/"))


def file_in(folder: Path, path: str) -> Path:
    """Return the file at ``path`` in ``folder``. Names on the disk are UTF-8 in every locale."""
    return folder / (path if path.isascii() else os.fsdecode(path.encode()))


def possibly_ours(folder: Path, files: Mapping[str, str]) -> set[str]:
    """Return the paths of existing ``files`` (path → digest) that may be feedpub's own.

    A file that cannot be read is one of them.
    """
    _, foreign = _ours_and_foreign(folder, files)
    return {path for path in files if path not in foreign and os.path.lexists(file_in(folder, path))}


def _ours_and_foreign(folder: Path, files: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """Return the paths of ``files`` (path → digest) with that digest, and those of other content.

    A file that cannot be read is in neither set.
    """
    ours, foreign = set(), set()
    for path, expected in files.items():
        with contextlib.suppress(OSError):
            data = _read(file_in(folder, path))
            if data is not None and digest(data) == expected:
                ours.add(path)
            elif os.path.lexists(file_in(folder, path)):
                foreign.add(path)
    return ours, foreign


class Stage:
    """A change of files in ``folder``: :meth:`add` writes temporary files, :meth:`commit` renames.

    It is a context manager, which removes the temporary files that were not committed. With
    ``dry_run``, nothing is written. The methods raise :class:`~feedpub.core.errors.StorageError` if
    a file cannot be written; every file then has its old or its new content.
    """

    def __init__(self, folder: Path, *, dry_run: bool = False) -> None:
        self.folder = folder
        self.changed: list[str] = []
        """The relative paths of the files whose content changes."""
        self._dry_run = dry_run
        self._prepared: list[tuple[str, Path]] = []
        self._folders: set[Path] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for temporary, _ in self._prepared:
            with contextlib.suppress(OSError):
                os.unlink(temporary)

    def add(self, path: str, data: bytes) -> None:
        """Write ``data`` for the file ``path`` in the folder, unless it has this content."""
        target = file_in(self.folder, path)
        if _has_content(target, data):
            return
        self.changed.append(path)
        if self._dry_run:
            return
        try:
            if target.parent not in self._folders:
                target.parent.mkdir(parents=True, exist_ok=True)
                self._folders.add(target.parent)
            # Recorded before the file exists: an interruption can come between any two steps.
            self._prepared.append((_temporary_name(target), target))
            _write_temporary(*self._prepared[-1], data)
        except OSError as error:
            raise self._failed(error) from None

    def commit(self, remove: Mapping[str, str], before_renames: Callable[[], object] = lambda: None) -> Changes:
        """Flush and rename the added files, then remove the files of ``remove`` (path → digest).

        A file to remove stays if its content has another digest. ``before_renames`` is called when
        all files are flushed, if there are files to rename.
        """
        ours, foreign = _ours_and_foreign(self.folder, remove)
        if self._dry_run:
            return Changes(written=frozenset(self.changed), removed=frozenset(ours), foreign=frozenset(foreign))
        try:
            # Flushed last: the system has written the first files by now, so that it takes less.
            flush_all([temporary for temporary, _ in self._prepared])
            if self._prepared:
                before_renames()
            for temporary, target in self._prepared:
                os.replace(temporary, target)
            flush_all([os.fspath(file_in(self.folder, parent)) for parent in _parents_of(self.changed)])
        except OSError as error:
            raise self._failed(error) from None
        removed = frozenset(_remove(self.folder, ours))
        for path in remove.keys() - ours - foreign:
            # A build that was killed after it removed the file may have left its folder.
            _remove_empty(file_in(self.folder, path).parent, self.folder)
        return Changes(written=frozenset(self.changed), removed=removed, foreign=frozenset(foreign))

    def _failed(self, error: OSError) -> StorageError:
        cause = "is a file, not a folder" if isinstance(error, FileExistsError) else message_of(error)
        return StorageError(f"{_failed_path(error, self.folder)}: cannot be written: {cause}")


def replace_file(target: Path, data: bytes) -> None:
    """Write one file by rename, flushed.

    Raise :class:`~feedpub.core.errors.StorageError` if it cannot be written.
    """
    temporary = _temporary_name(target)
    try:
        _write_temporary(temporary, target, data)
        flush(temporary)
        os.replace(temporary, target)
        flush(os.fspath(target.parent))
    except OSError as error:
        raise StorageError(f"{_failed_path(error, target)}: cannot be written: {message_of(error)}") from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def remove_strays(folders: Iterable[Path], *, below: Path | None = None) -> None:
    """Remove the temporary files that a killed build left in ``folders``.

    A folder that becomes empty and lies ``below`` the given folder is removed too, with the empty
    folders above it. A folder without temporary files stays, because it may be somebody else's.
    """
    for folder in folders:
        with contextlib.suppress(OSError):
            names = os.listdir(folder)
            strays = [name for name in names if name.startswith(TEMPORARY)]
            for stray in strays:
                os.unlink(folder / stray)
            if strays and below and below in folder.parents:
                _remove_empty(folder, below)


def _temporary_name(target: Path) -> str:
    """Return the path of a new temporary file beside ``target``."""
    return f"{target.parent}{os.sep}{TEMPORARY}{secrets.token_hex(8)}"


def _write_temporary(temporary: str, target: Path, data: bytes) -> None:
    """Write ``temporary`` with the mode of ``target``, or that of the umask for a new file."""
    mode = _mode_of(target)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with open(descriptor, "wb") as stream:
        if mode is not None:
            os.fchmod(descriptor, mode)
        stream.write(data)


def _mode_of(target: Path) -> int | None:
    """Return the mode of the regular file ``target``; None if there is no such file."""
    try:
        status = os.lstat(target)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        # The rename would fail too, but after other renames.
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(target))
    return stat.S_IMODE(status.st_mode) if stat.S_ISREG(status.st_mode) else None


def _has_content(path: Path, data: bytes) -> bool:
    """Return whether ``path`` is a readable file with the content ``data``."""
    with contextlib.suppress(OSError):
        return os.lstat(path).st_size == len(data) and _read(path) == data
    return False


def _read(path: Path) -> bytes | None:
    """Return the content of a regular file; None if there is no regular file."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb") as stream:
            return stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _remove(folder: Path, paths: Iterable[str]) -> list[str]:
    """Remove files and the folders that become empty; return the paths of the removed files."""
    removed = []
    for path in sorted(paths):
        target = file_in(folder, path)
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


def _parents_of(paths: Iterable[str]) -> set[str]:
    """Return every folder above one of the relative ``paths``.

    All are flushed, because the name of a new folder is stored in its parent.
    """
    parents = set()
    for path in paths:
        parent = path
        while parent:
            parent = parent.rpartition("/")[0]
            parents.add(parent)
    return parents


def _failed_path(error: OSError, otherwise: Path) -> str:
    """Return the path that ``error`` names, unless it is a temporary file."""
    name = error.filename2 or error.filename
    return os.fspath(name) if isinstance(name, (str, os.PathLike)) and TEMPORARY not in str(name) else str(otherwise)
