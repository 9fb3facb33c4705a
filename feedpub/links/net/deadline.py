"""A deadline for all requests of a link, and sockets that keep to it.

A normal socket's time-out starts again with every byte, so that a server that sends a byte from
time to time never runs into it. Here, each operation of a socket has only the remaining time until
the deadline, and only a limited number of bytes may arrive.

:mod:`feedpub.links.net.connections` opens the connections.
"""

from __future__ import annotations

import errno
import socket
import ssl
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # in collections.abc from Python 3.12
    from typing_extensions import Buffer


# The errors by which ssl recognizes a socket that is not connected yet.
_UNCONNECTED = (errno.ENOTCONN, errno.EINVAL)
# Seconds. A time-out of 0 would make the socket non-blocking.
_NO_TIME = 0.001


class DeadlineError(TimeoutError):
    """An error for an operation after the deadline."""


class OversizedError(OSError):
    """An error for more bytes than a socket may receive."""


class Deadline:
    """A moment on a monotonic clock."""

    __slots__ = ("_clock", "_ends", "began")

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.began = clock()
        self._ends = self.began + seconds

    def remaining(self) -> float:
        """Return the seconds until the deadline, more than 0. Raise :class:`DeadlineError`."""
        seconds = self._ends - self._clock()
        if seconds <= 0:
            raise DeadlineError("the deadline has passed")
        return seconds

    def elapsed(self) -> float:
        """Return the seconds since the deadline was set."""
        return self._clock() - self.began

    def shortened(self, share: float) -> Deadline:
        """Return a deadline after ``share`` of the remaining time. Raise :class:`DeadlineError`."""
        return Deadline(self.remaining() * share, self._clock)


class GuardedSocket(socket.socket):
    """A TCP socket that keeps to a deadline and receives a limited number of bytes."""

    deadline: Deadline | None = None
    """The deadline of all operations; None before there is a connection."""
    allowance = 0
    """The number of bytes that may still arrive."""

    def gettimeout(self) -> float | None:
        """Return the seconds until the deadline; ssl uses them as the time-out of the handshake.

        It never raises. When ssl calls it, two sockets have the same file descriptor, and after an
        error each of them would close it.
        """
        if self.deadline is None:
            return super().gettimeout()
        try:
            return self.deadline.remaining()
        except DeadlineError:
            return _NO_TIME

    def recv_into(self, buffer: Buffer, nbytes: int | None = None, flags: int = 0) -> int:
        """Receive bytes into ``buffer`` and return their number.

        Raise :class:`DeadlineError`, :class:`OversizedError` or the system's TimeoutError.
        """
        self._limit_time()
        count = super().recv_into(buffer, nbytes or memoryview(buffer).nbytes, flags)
        self.allowance -= count
        if self.allowance < 0:
            raise OversizedError("more bytes arrived than are allowed")
        return count

    def send(self, data: Buffer, flags: int = 0) -> int:
        """Send a part of ``data`` and return the number of bytes sent."""
        self._limit_time()
        return super().send(data, flags)

    def sendall(self, data: Buffer, flags: int = 0) -> None:
        """Send ``data``; over TLS, by calls of :meth:`send`."""
        self._limit_time()
        super().sendall(data, flags)

    def _limit_time(self) -> None:
        if self.deadline is not None:
            self.settimeout(self.deadline.remaining())


class GuardedTlsSocket(GuardedSocket, ssl.SSLSocket):
    """A guarded socket over TLS. The handshake has the time-out of the plain socket."""

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Receive bytes, and close the socket on an error.

        ssl calls this method before the handshake. After a reset it would leave the socket open.
        """
        try:
            return super().recv(buflen, flags)
        except OSError as error:
            if error.errno not in _UNCONNECTED:
                self.close()
            raise
