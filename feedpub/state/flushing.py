"""The flushing of files and folders to the disk, so that they survive a power cut."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection

_MANY = 64
"""The number of files from which on a whole file system is flushed, which takes one wait."""


def flush(path: str) -> None:
    """Flush a file or a folder. Raise :class:`OSError` if the disk fails."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_all(paths: Collection[str]) -> None:
    """Flush files and folders; many at once, if the system can. Raise :class:`OSError`."""
    if len(paths) < _MANY or not _can_flush_file_systems():
        for path in paths:
            flush(path)
        return
    # A folder of the output may be on another file system.
    for path in {os.lstat(path).st_dev: path for path in paths}.values():
        _flush_file_system(path)


def _can_flush_file_systems() -> bool:
    """Return whether ``syncfs`` tells of failures of the disk, as it does since Linux 5.8.

    See https://man7.org/linux/man-pages/man2/sync.2.html.
    """
    release = re.match(r"([0-9]+)\.([0-9]+)", os.uname().release) if sys.platform == "linux" else None
    return release is not None and (int(release[1]), int(release[2])) >= (5, 8)


def _flush_file_system(path: str) -> None:
    """Flush everything on the file system of ``path``."""
    # Builds that change few files need no such import.
    import ctypes  # noqa: PLC0415

    descriptor = os.open(path, os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(descriptor):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), path)
    finally:
        os.close(descriptor)
