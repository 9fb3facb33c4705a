"""One deadline for everything that is done for a link, and sockets that keep to it.

A socket's time-out begins anew with every byte, so a server that sends one now and then is never late. Here each
operation gets what is left of the deadline, and a limit on the bytes that may still arrive.

Nothing here connects; see :mod:`feedpub.links.net.connections`.
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


# What ssl takes for a socket that is yet to be connected.
_UNCONNECTED = (errno.ENOTCONN, errno.EINVAL)
# Seconds. None at all would mean not to block.
_NO_TIME = 0.001


class DeadlineError(TimeoutError):
    """The deadline has passed."""


class OversizedError(OSError):
    """More bytes arrived than are wanted."""


class Deadline:
    """A moment on a monotonic clock."""

    __slots__ = ("_clock", "_ends", "began")

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.began = clock()
        self._ends = self.began + seconds

    def remaining(self) -> float:
        """Seconds left, more than 0. Raises :class:`DeadlineError`."""
        left = self._ends - self._clock()
        if left <= 0:
            raise DeadlineError("the deadline has passed")
        return left

    def elapsed(self) -> float:
        """Seconds since it was set."""
        return self._clock() - self.began

    def sooner(self, share: float) -> Deadline:
        """A deadline when ``share`` of what is left has passed. Raises :class:`DeadlineError`."""
        return Deadline(self.remaining() * share, self._clock)


class GuardedSocket(socket.socket):
    """A TCP socket that keeps to a deadline, and takes no more bytes than it is allowed."""

    deadline: Deadline | None = None
    """None only before there is a connection."""
    allowance = 0
    """Bytes that may still arrive."""

    def gettimeout(self) -> float | None:
        """What is left, because a TLS handshake gets the time-out of the socket that it begins on. Never raises: when
        ssl asks, two sockets have the descriptor, and each would close it.
        """
        if self.deadline is None:
            return super().gettimeout()
        try:
            return self.deadline.remaining()
        except DeadlineError:
            return _NO_TIME

    def recv_into(self, buffer: Buffer, nbytes: int | None = None, flags: int = 0) -> int:
        """Receive; raises :class:`DeadlineError`, :class:`OversizedError` and the system's TimeoutError."""
        self._hurry()
        count = super().recv_into(buffer, nbytes or memoryview(buffer).nbytes, flags)
        self.allowance -= count
        if self.allowance < 0:
            raise OversizedError("more bytes arrived than are wanted")
        return count

    def send(self, data: Buffer, flags: int = 0) -> int:
        """Send some of ``data``."""
        self._hurry()
        return super().send(data, flags)

    def sendall(self, data: Buffer, flags: int = 0) -> None:
        """Send ``data``: at once where it is plain; TLS sends it by way of :meth:`send`."""
        self._hurry()
        super().sendall(data, flags)

    def _hurry(self) -> None:
        if self.deadline is not None:
            self.settimeout(self.deadline.remaining())


class GuardedTlsSocket(GuardedSocket, ssl.SSLSocket):
    """The same over TLS. The handshake keeps to the time-out of the plain socket."""

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Receive. ssl does where the connection was reset before the handshake, and forgets the socket."""
        try:
            return super().recv(buflen, flags)
        except OSError as error:
            if error.errno not in _UNCONNECTED:
                self.close()
            raise
