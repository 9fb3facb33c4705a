"""The templates and the static files: those of the package, and those in the owner's folder.

A file in the owner's folder replaces the file of the same name in the package. All files are read
at once, so that the pages and the fingerprint of a build use the same bytes. This module does not
import Jinja2, because a build that makes no page does not need it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from stat import S_ISREG

import msgspec

from feedpub.core.errors import UsageError, message_of, printable

PACKAGE_PREFIX = "feedpub/"
"""The prefix that names a template of the package, even if the owner has replaced it."""
ASSETS = ("feedpub.css", "feedpub.js")

_PACKAGE = Path(__file__).parent / "templates"
_MAX_FILES = 500
_MAX_BYTES = 5_000_000


class TemplateError(UsageError):
    """A template cannot be used. ``str()`` is ``path:line: what is wrong``."""

    is_located = True

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(path, line, message)

    def __str__(self) -> str:
        path, line, message = self.args
        return f"{printable(path)}:{line}: {printable(message)}"


class TemplateFiles(msgspec.Struct, frozen=True, cache_hash=True):
    """The files by name, with ``/`` between folders."""

    folder: str
    """The path of the owner's folder, for messages."""
    owner_files: tuple[tuple[str, bytes], ...]
    """The name and the bytes of each of the owner's files."""

    def asset(self, name: str) -> bytes | None:
        """Return the owner's file ``name``; None if there is none."""
        return dict(self.owner_files).get(name)

    def fingerprint(self) -> bytes:
        """Return a digest of all files, with those of the package."""
        digest = blake2b(digest_size=16)
        for name, data in (*_package_files(), *self.owner_files):
            digest.update(f"{len(name)}:{len(data)}:".encode() + name.encode("utf-8", "surrogatepass") + data)
        return digest.digest()

    def text(self, name: str) -> tuple[str, str]:
        """Return the text of the template ``name``, and its path for messages.

        Raise KeyError if there is no such template, and :class:`TemplateError` if it is not UTF-8.
        """
        owner_files = dict(self.owner_files)
        if name in owner_files:
            return _decoded(owner_files[name], f"{self.folder}/{name}")
        package_name = name.removeprefix(PACKAGE_PREFIX)
        return _decoded(dict(_package_files())[package_name], PACKAGE_PREFIX + package_name)


def load_templates(folder: str | None, shown: str) -> TemplateFiles:
    """Read the files of the owner's ``folder``. Messages show its path as ``shown``.

    Raise :class:`TemplateError` if a file cannot be read or the folder is too big, and
    :class:`~feedpub.core.errors.UsageError` if the folder cannot be listed.
    """
    return TemplateFiles(shown, tuple(_read(folder, shown)) if folder is not None else ())


def package_file(name: str) -> bytes:
    """Return the file ``name`` of the package."""
    return dict(_package_files())[name]


@cache
def _package_files() -> tuple[tuple[str, bytes], ...]:
    return tuple((path.name, path.read_bytes()) for path in sorted(_PACKAGE.iterdir()) if path.is_file())


def _read(folder: str, shown: str) -> Iterator[tuple[str, bytes]]:
    size = 0
    for count, name in enumerate(sorted(_names(folder, shown)), 1):
        file, path = os.path.join(folder, name), f"{shown}/{name}"
        try:
            status = os.stat(file)
            size += status.st_size
            if count > _MAX_FILES or size > _MAX_BYTES:
                limits = f"{_MAX_FILES} files or {_MAX_BYTES // 1_000_000} MB"
                raise TemplateError(shown, 1, f"holds more than {limits}; it must hold only templates")
            if not S_ISREG(status.st_mode):
                raise TemplateError(path, 1, "is not a regular file")
            yield name, Path(file).read_bytes()
        except OSError as error:
            raise TemplateError(path, 1, f"cannot be read: {message_of(error)}") from None


def _names(folder: str, shown: str) -> Iterator[str]:
    """Yield the names of the files in ``folder``, without hidden ones and those in ``feedpub/``."""

    def fail(error: OSError) -> None:
        message = f"output.templates cannot be listed: {message_of(error)}"
        raise UsageError(f"{printable(shown)}: {message}") from None

    count = 0
    for parent, folders, files in os.walk(folder, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = os.path.relpath(parent, folder).replace(os.sep, "/")
        prefix = "" if below == "." else f"{below}/"
        count += len(files)
        if not prefix.startswith(PACKAGE_PREFIX):
            yield from (prefix + name for name in files if not name.startswith("."))
        if count > 2 * _MAX_FILES:
            return


def _decoded(data: bytes, path: str) -> tuple[str, str]:
    try:
        return data.decode("utf-8-sig"), path
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TemplateError(path, line, f"byte 0x{data[error.start]:02x} is not UTF-8") from None
