"""The representations of a file, one for each content coding, with their bytes and their ETags.

An ETag is a digest of the bytes. A representation is made once for each stamp of a file, in a
thread, and a bounded cache in memory keeps it. A large file is opened once for each response: files
change by rename, so the response is a whole version, the old one or the new one.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import stat
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256

import anyio
import brotli
import msgspec

from feedpub.delivery.serving.negotiation import IDENTITY
from feedpub.delivery.serving.url_files import OutputFiles, PathRefusedError, ServedFile, Stamp, stamp_of
from feedpub.output.compression import EXTENSIONS

Edit = Callable[[bytes], bytes]
"""A change to a page before it is sent."""

LARGE = 8_000_000
"""Bytes: a larger file is read while it is sent, and is not compressed by the server."""
_CACHE_SIZE = 64_000_000
_OVERHEAD = 1000
# Nanoseconds, more than a tick of the file system's clock: two writes within one tick may leave
# the same stamp.
_TICK = 50_000_000
_CHUNK = 1 << 18
_TRIES = 3
_SUFFIXES = {"gzip": "-gz", "br": "-br", IDENTITY: ""}
_MODE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


class Representation(msgspec.Struct, frozen=True, kw_only=True):
    """A file in one coding."""

    coding: str
    """One of :data:`~feedpub.delivery.serving.negotiation.CODINGS`."""
    etag: str
    """A strong one, with its quotes."""
    modified: int
    """The time of the last change, in seconds since 1970."""
    length: int
    """The number of bytes."""
    body: bytes | None
    """The bytes; None if there are more than :data:`LARGE`, to be read from ``place``."""
    place: ServedFile
    """The file with these bytes, or with the plain ones if the server compressed them."""


class Representations:
    """The representations of ``files``, which may have compressed copies beside them."""

    def __init__(self, files: OutputFiles) -> None:
        self._files = files
        self._cache: OrderedDict[object, Representation] = OrderedDict()
        self._size = 0

    async def get(self, place: ServedFile, codings: tuple[str, ...], edit: Edit | None = None) -> Representation:
        """Return the representation of ``place`` in the first possible one of ``codings``.

        Raise :class:`~feedpub.delivery.serving.url_files.PathRefusedError` if there is none.
        """
        for coding in codings:
            copy = None if coding == IDENTITY or edit else self._compressed_copy(place, coding)
            if copy or coding == IDENTITY or place.stamp[2] <= LARGE:
                return await self._cached_or_new(place, copy or place, coding, edit)
        raise PathRefusedError(406)

    def _compressed_copy(self, place: ServedFile, coding: str) -> ServedFile | None:
        """Return the compressed copy beside ``place``; None if it is older, of another version."""
        copy = self._files.copy_of(place, EXTENSIONS[coding])
        return copy if copy and copy.stamp[3] >= place.stamp[3] else None

    async def _cached_or_new(
        self, place: ServedFile, source: ServedFile, coding: str, edit: Edit | None
    ) -> Representation:
        key = (source.path, source.stamp, coding, edit)
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        new = await anyio.to_thread.run_sync(partial(self._make, place, source, coding, edit))
        if new.place.stamp == source.stamp and not _is_racy(source.stamp):
            self._add_to_cache(key, new)
        return new

    def _add_to_cache(self, key: object, new: Representation) -> None:
        if key in self._cache:
            return
        self._cache[key] = new
        self._size += len(new.body or b"") + _OVERHEAD
        while self._size > _CACHE_SIZE:
            _, oldest = self._cache.popitem(last=False)
            self._size -= len(oldest.body or b"") + _OVERHEAD

    def _make(self, place: ServedFile, source: ServedFile, coding: str, edit: Edit | None) -> Representation:
        is_plain = source is place
        with open_file(self._files, source) as (file, opened_stamp):
            body, digest, stamp = _read(file, opened_stamp)
        if body is not None and is_plain and (edit or coding != IDENTITY):
            body = compressed(edit(body) if edit else body, coding)
            digest = sha256(body).hexdigest()
        return Representation(
            coding=coding,
            etag=f'"{digest[:32]}{_SUFFIXES[coding]}"',
            # The time of the file itself: a compressed copy may be younger.
            modified=(stamp if is_plain else place.stamp)[3] // 1_000_000_000,
            length=stamp[2] if body is None else len(body),
            body=body,
            place=msgspec.structs.replace(source, stamp=stamp),
        )


@contextlib.contextmanager
def open_file(files: OutputFiles, place: ServedFile) -> Iterator[tuple[int, Stamp]]:
    """Open the file at ``place`` for reading; give it and its stamp, which may be a newer one.

    Raise :class:`~feedpub.delivery.serving.url_files.PathRefusedError` if it cannot be read.
    """
    try:
        file = os.open(files.real_path(place.path), _MODE)
    except OSError as error:
        raise PathRefusedError(_status_of(error)) from None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise PathRefusedError(404)
        yield file, stamp_of(status)
    except OSError as error:
        raise PathRefusedError(_status_of(error)) from None
    finally:
        os.close(file)


def compressed(data: bytes, coding: str) -> bytes:
    """Return ``data`` in ``coding``, the same bytes for each call."""
    if coding == "gzip":
        return gzip.compress(data, 6, mtime=0)
    return brotli.compress(data, quality=5) if coding == "br" else data


def chunks(file: int, start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes of ``file`` from ``start`` up to ``end``; fewer if it has become shorter."""
    while start < end and (chunk := os.pread(file, min(_CHUNK, end - start), start)):
        yield chunk
        start += len(chunk)


def _read(file: int, stamp: Stamp) -> tuple[bytes | None, str, Stamp]:
    """Return a file's bytes, None if it is large, with its digest and its stamp.

    Raise :class:`PathRefusedError` if the file changes during each of several attempts.
    """
    for _ in range(_TRIES):
        digest, parts = sha256(), []
        for chunk in chunks(file, 0, stamp[2]):
            digest.update(chunk)
            if stamp[2] <= LARGE:
                parts.append(chunk)
        before, stamp = stamp, stamp_of(os.fstat(file))
        # Without the time of its state, which changes when another file replaces this one.
        if before[:4] == stamp[:4]:
            return None if stamp[2] > LARGE else b"".join(parts), digest.hexdigest(), before
    raise PathRefusedError(503)


def _is_racy(stamp: Stamp) -> bool:
    """Return whether a file is so new that it may change and keep its stamp."""
    return time.time_ns() - max(stamp[3], stamp[4]) < _TICK


def _status_of(error: OSError) -> int:
    if isinstance(error, PermissionError):
        return 403
    return 404 if isinstance(error, (FileNotFoundError, NotADirectoryError)) else 503
