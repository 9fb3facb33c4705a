"""What is sent of a file, one representation for each content coding: its bytes, and an ETag that is a digest of them.

Made once for what a file's stamp says it holds, in a thread, and kept in memory up to a bound. A file is opened once,
and what is sent comes from that opening: files change by rename, so it is a whole version, the old one or the new.
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

Edit = Callable[[bytes], bytes]
"""What is done to a page before it is sent."""

LARGE = 8_000_000
"""Bytes; a larger file is read as it is sent, and not compressed on the way."""
_KEPT = 64_000_000
_OVERHEAD = 1000
# A clock's tick: within it a file could be written twice and keep its stamp.
_TICK = 50_000_000
_CHUNK = 1 << 18
_TRIES = 3
_ENDINGS = {"gzip": ".gz", "br": ".br"}
_SUFFIXES = {"gzip": "-gz", "br": "-br", IDENTITY: ""}
_MODE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


class Representation(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent of a file in one coding."""

    coding: str
    """One of :data:`~feedpub.delivery.serving.negotiation.CODINGS`."""
    etag: str
    """Strong, in its quotes."""
    modified: int
    """Seconds since 1970."""
    length: int
    """Bytes."""
    body: bytes | None
    """None where the file is :data:`LARGE`, and to be read from ``place``."""
    place: ServedFile
    """The file with these bytes; for what was compressed on the way, the file with the plain ones."""


class Representations:
    """The representations of ``files``, of which those in ``coding`` may lie compressed beside the file."""

    def __init__(self, files: OutputFiles) -> None:
        self._files = files
        self._kept: OrderedDict[object, Representation] = OrderedDict()
        self._size = 0

    async def of(self, place: ServedFile, codings: tuple[str, ...], edit: Edit | None = None) -> Representation:
        """The representation of ``place`` in the first of ``codings`` that it can be had in.

        Raises :class:`~feedpub.delivery.serving.url_files.PathRefusedError`.
        """
        for coding in codings:
            lying = None if coding == IDENTITY or edit else self._compressed(place, coding)
            if lying or coding == IDENTITY or place.stamp[2] <= LARGE:
                return await self._kept_or_made(place, lying or place, coding, edit)
        raise PathRefusedError(406)

    def _compressed(self, place: ServedFile, coding: str) -> ServedFile | None:
        """The compressed file beside ``place``, unless it is older: then it is of an older version."""
        found = self._files.beside(place, _ENDINGS[coding])
        return found if found and found.stamp[3] >= place.stamp[3] else None

    async def _kept_or_made(
        self, place: ServedFile, source: ServedFile, coding: str, edit: Edit | None
    ) -> Representation:
        key = (source.path, source.stamp, coding, edit)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        made = await anyio.to_thread.run_sync(partial(self._make, place, source, coding, edit))
        if made.place.stamp == source.stamp and not _is_racy(source.stamp):
            self._keep(key, made)
        return made

    def _keep(self, key: object, made: Representation) -> None:
        if key in self._kept:
            return
        self._kept[key] = made
        self._size += len(made.body or b"") + _OVERHEAD
        while self._size > _KEPT:
            _, oldest = self._kept.popitem(last=False)
            self._size -= len(oldest.body or b"") + _OVERHEAD

    def _make(self, place: ServedFile, source: ServedFile, coding: str, edit: Edit | None) -> Representation:
        is_plain = source is place
        with opened(self._files, source) as (file, seen):
            body, digest, stamp = _read(file, seen)
        if body is not None and is_plain and (edit or coding != IDENTITY):
            body = compressed(edit(body) if edit else body, coding)
            digest = sha256(body).hexdigest()
        return Representation(
            coding=coding,
            etag=f'"{digest[:32]}{_SUFFIXES[coding]}"',
            # Of the file itself: what lies beside it may have been compressed later.
            modified=(stamp if is_plain else place.stamp)[3] // 1_000_000_000,
            length=stamp[2] if body is None else len(body),
            body=body,
            place=msgspec.structs.replace(source, stamp=stamp),
        )


@contextlib.contextmanager
def opened(files: OutputFiles, place: ServedFile) -> Iterator[tuple[int, Stamp]]:
    """The file at ``place``, opened to be read, and its stamp, which may be a newer one.

    Raises :class:`~feedpub.delivery.serving.url_files.PathRefusedError`.
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
    """``data`` in ``coding``, the same bytes whenever it is asked for."""
    if coding == "gzip":
        return gzip.compress(data, 6, mtime=0)
    return brotli.compress(data, quality=5) if coding == "br" else data


def chunks(file: int, start: int, end: int) -> Iterator[bytes]:
    """The bytes of ``file`` from ``start`` up to ``end``; fewer, where it has become shorter."""
    while start < end and (chunk := os.pread(file, min(_CHUNK, end - start), start)):
        yield chunk
        start += len(chunk)


def _read(file: int, stamp: Stamp) -> tuple[bytes | None, str, Stamp]:
    """What a file holds, None for a large one, its digest and stamp. Raises :class:`PathRefusedError` where someone writes
    into it all the time.
    """
    for _ in range(_TRIES):
        hashed, kept = sha256(), []
        for chunk in chunks(file, 0, stamp[2]):
            hashed.update(chunk)
            if stamp[2] <= LARGE:
                kept.append(chunk)
        before, stamp = stamp, stamp_of(os.fstat(file))
        # But for the last: to be replaced changes a file's state, and nothing in it.
        if before[:4] == stamp[:4]:
            return None if stamp[2] > LARGE else b"".join(kept), hashed.hexdigest(), before
    raise PathRefusedError(503)


def _is_racy(stamp: Stamp) -> bool:
    """Whether a file is so new that it may yet change without its stamp doing so."""
    return time.time_ns() - max(stamp[3], stamp[4]) < _TICK


def _status_of(error: OSError) -> int:
    if isinstance(error, PermissionError):
        return 403
    return 404 if isinstance(error, (FileNotFoundError, NotADirectoryError)) else 503
