"""One build at a time per ``.feedpub/``: an advisory lock that the kernel drops with its process, however it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feedpub.core.errors import LockedError, StorageError, message_of


@contextmanager
def build_lock(folder: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the lock of ``folder``, which is made where it is missing. Who holds it is given ``patience`` seconds.

    Raises :class:`LockedError`, which names the pid of the build that holds it, and :class:`StorageError`.
    """
    try:
        folder.mkdir(exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except FileExistsError:
        raise StorageError(f"{folder}: cannot be written: is a file, not a folder") from None
    except OSError as error:
        raise StorageError(f"{folder}: cannot be written: {message_of(error)}") from None
    try:
        _wait(descriptor, patience)
        _acquire(descriptor, folder)
        yield
    finally:
        # The file stays: to unlink it would let a third build lock a file of that name while the second waits.
        # Closed it is, also where a file system then tells of an error.
        with contextlib.suppress(OSError):
            os.close(descriptor)


def _wait(descriptor: int, patience: float) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            time.sleep(0.02)
        else:
            return


def _acquire(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
        raise LockedError(f"another build is running (pid {pid}); nothing was written") from None
    except OSError as error:
        raise StorageError(f"{folder}: cannot be locked: {message_of(error)}") from None
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except OSError:
        # A full disk costs the message, not the lock.
        return
