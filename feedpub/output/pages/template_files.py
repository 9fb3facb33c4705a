"""The templates and the static files in use: the package's own, and those from the owner's folder before them.

All are read at once, so that what a build's fingerprint covers is what the pages are made of. Nothing here knows
Jinja2, which a build without work for it need not import.
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

OWN_PREFIX = "feedpub/"
"""Under which the package's own templates can be reached, whatever replaces them."""
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
    """Files by name, ``/`` between folders."""

    folder: str
    """The owner's folder as messages name it."""
    own: tuple[tuple[str, bytes], ...]
    """The owner's files, by name."""

    def asset(self, name: str) -> bytes | None:
        """The owner's file of this name, if there is one."""
        return dict(self.own).get(name)

    def fingerprint(self) -> bytes:
        """Of all files, the package's own included."""
        digest = blake2b(digest_size=16)
        for name, data in (*_packaged(), *self.own):
            digest.update(f"{len(name)}:{len(data)}:".encode() + name.encode("utf-8", "surrogatepass") + data)
        return digest.digest()

    def text(self, name: str) -> tuple[str, str]:
        """The template of this name, and its path for messages. Raises KeyError, and :class:`TemplateError`."""
        own = dict(self.own)
        if name in own:
            return _decoded(own[name], f"{self.folder}/{name}")
        plain = name.removeprefix(OWN_PREFIX)
        return _decoded(dict(_packaged())[plain], OWN_PREFIX + plain)


def sources_of(folder: str | None, shown: str) -> TemplateFiles:
    """What there is now, with the owner's ``folder``, which messages call ``shown``. Raises :class:`TemplateError`."""
    return TemplateFiles(shown, tuple(_read(folder, shown)) if folder is not None else ())


def package_file(name: str) -> bytes:
    """A file of the package's own."""
    return dict(_packaged())[name]


@cache
def _packaged() -> tuple[tuple[str, bytes], ...]:
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
                raise TemplateError(shown, 1, f"holds more than {limits}; it must be a folder for templates alone")
            if not S_ISREG(status.st_mode):
                raise TemplateError(path, 1, "is no file that can be read")
            yield name, Path(file).read_bytes()
        except OSError as error:
            raise TemplateError(path, 1, f"cannot be read: {message_of(error)}") from None


def _names(folder: str, shown: str) -> Iterator[str]:
    """Every file of ``folder`` but hidden ones and those of ``feedpub/``, which is the package's."""

    def fail(error: OSError) -> None:
        message = f"output.templates cannot be listed: {message_of(error)}"
        raise UsageError(f"{printable(shown)}: {message}") from None

    count = 0
    for parent, folders, files in os.walk(folder, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = os.path.relpath(parent, folder).replace(os.sep, "/")
        prefix = "" if below == "." else f"{below}/"
        count += len(files)
        yield from (prefix + name for name in files if not name.startswith(".") and not prefix.startswith(OWN_PREFIX))
        if count > 2 * _MAX_FILES:
            return


def _decoded(data: bytes, path: str) -> tuple[str, str]:
    try:
        return data.decode("utf-8-sig"), path
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TemplateError(path, line, f"byte 0x{data[error.start]:02x} is not UTF-8") from None
