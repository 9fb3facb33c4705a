"""The lock that allows one build at a time for each ``.feedpub/``.

It is an advisory lock of the kernel, which releases it when the process ends, however it ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feedpub.core.errors import LockedError, StorageError, message_of

_RETRY_INTERVAL = 0.02


@contextmanager
def build_lock(folder: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the lock of ``folder``, which is created if it is missing.

    Wait up to ``patience`` seconds for the current holder. Raise
    :class:`~feedpub.core.errors.LockedError`, which names the holder's process id, after that time,
    and :class:`~feedpub.core.errors.StorageError` if the lock file cannot be used.
    """
    try:
        folder.mkdir(exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except FileExistsError:
        raise StorageError(f"{folder}: cannot be written: is a file, not a folder") from None
    except OSError as error:
        raise StorageError(f"{folder}: cannot be written: {message_of(error)}") from None
    try:
        _acquire(descriptor, folder, time.monotonic() + patience)
        _write_process_id(descriptor)
        yield
    finally:
        # The file stays. Without it, a third build could lock a new file while the second waits for
        # the old one. The descriptor is closed even if the file system reports an error.
        with contextlib.suppress(OSError):
            os.close(descriptor)


def _acquire(descriptor: int, folder: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                pid = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
                raise LockedError(f"another build is running (pid {pid}); nothing was written") from None
            time.sleep(_RETRY_INTERVAL)
        except OSError as error:
            raise StorageError(f"{folder}: cannot be locked: {message_of(error)}") from None
        else:
            return


def _write_process_id(descriptor: int) -> None:
    # On a full disk the message of the next build lacks the number.
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
