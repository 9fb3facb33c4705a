"""The resolution of host names: once per run and host, in separate threads, with checked addresses.

The addresses of a name are kept for the whole run, so that the name cannot point to other addresses
after the check (DNS rebinding). A temporary failure is not kept: the next call resolves again.

:mod:`feedpub.links.net.addresses` decides which addresses are allowed.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import zip_longest
from queue import SimpleQueue

import msgspec

from feedpub.core.errors import message_of, printable
from feedpub.links.model import Failure
from feedpub.links.net.addresses import IPNetwork, literal, refusal

# A look-up only waits, so that many threads cost little.
_THREADS = 64
_PATIENCE = 30.0
# The errors for a name that does not exist, or has no address. Not every system has all three.
_NO_SUCH_NAME = frozenset(
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY") if hasattr(socket, name)
)


class Resolution(msgspec.Struct, frozen=True):
    """The addresses of a host, or the failure to find any."""

    addresses: tuple[str, ...] = ()
    """The addresses in the order of attempts, IPv6 and IPv4 alternating (RFC 8305 section 4)."""
    failure: Failure | None = None
    """``NO_SUCH_NAME``, ``DNS`` or ``REFUSED_ADDRESS``; None if there are addresses."""
    message: str = ""
    """The failure in a few printable words."""


def system_addresses(host: str) -> list[str]:
    """Return the addresses of ``host`` by the system's resolver.

    Raise OSError (``socket.gaierror``) or UnicodeError.
    """
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


class Resolver:
    """A resolver with threads and a cache of its own; threads can share it.

    ``allowed_for`` returns the networks, in addition to the public ones, in which a host may have
    addresses. ``patience`` is the maximum duration of a look-up in seconds. ``resolve`` is
    :func:`system_addresses` except in tests.
    """

    def __init__(
        self,
        allowed_for: Callable[[str], Sequence[IPNetwork]],
        *,
        patience: float = _PATIENCE,
        resolve: Callable[[str], Iterable[str]] = system_addresses,
    ) -> None:
        self._allowed_for = allowed_for
        self._patience = patience
        self._resolve = resolve
        self._lock = threading.Lock()
        self._resolved: dict[str, Resolution] = {}
        self._pending: dict[str, tuple[int, Future[Resolution]]] = {}
        """The look-ups under way by host: the number of the look-up, and its future result."""
        self._number = 0
        self._threads = 0
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._started: SimpleQueue[tuple[float, str, int] | None] = SimpleQueue()
        """The look-ups with the time at which each is overdue, in the order of these times."""
        self._closed = threading.Event()

    def submit(self, host: str) -> Future[Resolution]:
        """Begin to resolve ``host``, a name or an address without brackets.

        The future holds a result within the patience, and never an exception.
        """
        host = host.lower().removesuffix(".")
        with self._lock:
            resolution = self._resolved.get(host)
            if resolution is None and (address := literal(host)) is not None:
                resolution = self._resolved[host] = self._checked(host, [str(address)])
            if resolution is None:
                return self._pending[host][1] if host in self._pending else self._start_look_up(host)
        future: Future[Resolution] = Future()
        future.set_result(resolution)
        return future

    def close(self) -> None:
        """End the threads, each after its current look-up."""
        self._closed.set()
        self._started.put(None)
        for _ in range(self._threads):
            self._queue.put(None)

    def _start_look_up(self, host: str) -> Future[Resolution]:
        future: Future[Resolution] = Future()
        self._number += 1
        self._pending[host] = self._number, future
        self._started.put((time.monotonic() + self._patience, host, self._number))
        self._queue.put(host)
        if not self._threads:
            _start(self._watch)
        if self._threads < min(_THREADS, len(self._pending)):
            self._threads += 1
            _start(self._work)
        return future

    def _work(self) -> None:
        while (host := self._queue.get()) is not None:
            self._settle(host, self._look_up(host))

    def _watch(self) -> None:
        """Set the result of each look-up that takes too long."""
        late = Resolution(failure=Failure.DNS, message="the name could not be resolved in time")
        while (look_up := self._started.get()) is not None:
            due, host, number = look_up
            while self._is_pending(host, number) and not self._closed.is_set():
                if (seconds := due - time.monotonic()) <= 0:
                    self._settle(host, late)
                self._closed.wait(seconds)

    def _is_pending(self, host: str, number: int) -> bool:
        with self._lock:
            return host in self._pending and self._pending[host][0] == number

    def _settle(self, host: str, resolution: Resolution) -> None:
        with self._lock:
            pending = self._pending.pop(host, None)
            if resolution.failure is not Failure.DNS:
                self._resolved[host] = resolution
        if pending is not None:
            pending[1].set_result(resolution)

    def _look_up(self, host: str) -> Resolution:
        try:
            addresses = list(dict.fromkeys(self._resolve(host)))
        except ValueError:  # UnicodeError: a label is empty or too long
            return Resolution(failure=Failure.NO_SUCH_NAME, message="the host is not a name that can exist")
        except OSError as error:
            if isinstance(error, socket.gaierror) and error.errno in _NO_SUCH_NAME:
                return Resolution(failure=Failure.NO_SUCH_NAME, message="the name does not exist")
            reason = printable(message_of(error))
            return Resolution(failure=Failure.DNS, message=f"the name could not be resolved: {reason}")
        return self._checked(host, addresses)

    def _checked(self, host: str, addresses: list[str]) -> Resolution:
        allowed = self._allowed_for(host)
        for address in addresses:
            if (reason := refusal(address, allowed)) is not None:
                return Resolution(failure=Failure.REFUSED_ADDRESS, message=printable(reason))
        if not addresses:
            return Resolution(failure=Failure.NO_SUCH_NAME, message="the name has no address")
        return Resolution(tuple(_alternated(addresses)))


def _start(work: Callable[[], None]) -> None:
    # A daemon thread, because the system's look-up cannot be interrupted.
    threading.Thread(target=work, name="resolver", daemon=True).start()


def _alternated(addresses: list[str]) -> Iterator[str]:
    """Return ``addresses`` with the two families alternating; the first stays the first."""
    is_v6 = ":" in addresses[0]
    first = [address for address in addresses if (":" in address) is is_v6]
    other = [address for address in addresses if (":" in address) is not is_v6]
    return (address for pair in zip_longest(first, other) for address in pair if address is not None)
