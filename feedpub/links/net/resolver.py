"""Names to addresses: once per run and host, in threads of its own, and vetted.

What a name resolves to is pinned for the run, so it cannot point elsewhere once its addresses were vetted (DNS
rebinding). A failure that passes is not kept: who asks later asks anew.

Which addresses may be connected to is :mod:`feedpub.links.net.addresses`' business.
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
from feedpub.links.net.addresses import OnlineDetector, literal, refusal

# A look-up spends its time waiting, so there may be many.
_THREADS = 64
_PATIENCE = 30.0
# What the resolver says of a name that does not exist, or has no address of any family. Not every system has all three.
_NO_SUCH_NAME = frozenset(
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY") if hasattr(socket, name)
)


class Resolution(msgspec.Struct, frozen=True):
    """What became of a host's name."""

    addresses: tuple[str, ...] = ()
    """In the order in which to try them, IPv6 and IPv4 in turns (RFC 8305 section 4)."""
    failure: Failure | None = None
    """``NO_SUCH_NAME``, ``DNS`` or ``REFUSED_ADDRESS``; None where there are addresses."""
    message: str = ""
    """The failure in a few words, printable."""


def system_addresses(host: str) -> list[str]:
    """What the system's resolver has for ``host``. Raises OSError (``socket.gaierror``) and UnicodeError."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


class Resolver:
    """Resolves hosts in threads of its own; safe to use from many.

    ``allowed_for`` gives the networks, beyond the public ones, that a host may have addresses in. ``patience`` is how
    long, in seconds, a look-up may take. ``resolve`` is :func:`system_addresses` but in tests.
    """

    def __init__(
        self,
        allowed_for: Callable[[str], Sequence[OnlineDetector]],
        *,
        patience: float = _PATIENCE,
        resolve: Callable[[str], Iterable[str]] = system_addresses,
    ) -> None:
        self._allowed_for = allowed_for
        self._patience = patience
        self._resolve = resolve
        self._lock = threading.Lock()
        self._known: dict[str, Resolution] = {}
        self._asked: dict[str, tuple[int, Future[Resolution]]] = {}
        """What is being looked up: the number of the look-up, and who waits."""
        self._number = 0
        self._threads = 0
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._begun: SimpleQueue[tuple[float, str, int] | None] = SimpleQueue()
        """Each look-up with when it is overdue: in that order, as all have the same patience."""
        self._closed = threading.Event()

    def submit(self, host: str) -> Future[Resolution]:
        """Begin to resolve ``host``, a name or an address without brackets. The result never raises, and is there
        within the patience.
        """
        host = host.lower().removesuffix(".")
        with self._lock:
            known = self._known.get(host)
            if known is None and (address := literal(host)) is not None:
                known = self._known[host] = self._vetted(host, [str(address)])
            if known is None:
                return self._asked[host][1] if host in self._asked else self._ask(host)
        future: Future[Resolution] = Future()
        future.set_result(known)
        return future

    def close(self) -> None:
        """Let the threads end, each after its look-up."""
        self._closed.set()
        self._begun.put(None)
        for _ in range(self._threads):
            self._queue.put(None)

    def _ask(self, host: str) -> Future[Resolution]:
        future: Future[Resolution] = Future()
        self._number += 1
        self._asked[host] = self._number, future
        self._begun.put((time.monotonic() + self._patience, host, self._number))
        self._queue.put(host)
        if not self._threads:
            _start(self._watch)
        if self._threads < min(_THREADS, len(self._asked)):
            self._threads += 1
            _start(self._work)
        return future

    def _work(self) -> None:
        while (host := self._queue.get()) is not None:
            self._settle(host, self._look_up(host))

    def _watch(self) -> None:
        """Give up look-ups that take too long."""
        late = Resolution(failure=Failure.DNS, message="the name could not be resolved in time")
        while (begun := self._begun.get()) is not None:
            due, host, number = begun
            while self._is_asked(host, number) and not self._closed.is_set():
                if (left := due - time.monotonic()) <= 0:
                    self._settle(host, late)
                self._closed.wait(left)

    def _is_asked(self, host: str, number: int) -> bool:
        with self._lock:
            return host in self._asked and self._asked[host][0] == number

    def _settle(self, host: str, resolution: Resolution) -> None:
        with self._lock:
            asked = self._asked.pop(host, None)
            if resolution.failure is not Failure.DNS:
                self._known[host] = resolution
        if asked is not None:
            asked[1].set_result(resolution)

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
        return self._vetted(host, addresses)

    def _vetted(self, host: str, addresses: list[str]) -> Resolution:
        allowed = self._allowed_for(host)
        for address in addresses:
            if (reason := refusal(address, allowed)) is not None:
                return Resolution(failure=Failure.REFUSED_ADDRESS, message=printable(reason))
        if not addresses:
            return Resolution(failure=Failure.NO_SUCH_NAME, message="the name has no address")
        return Resolution(tuple(_in_turns(addresses)))


def _start(work: Callable[[], None]) -> None:
    # A daemon: the system's look-up cannot be interrupted, and must not keep the process alive.
    threading.Thread(target=work, name="resolver", daemon=True).start()


def _in_turns(addresses: list[str]) -> Iterator[str]:
    """The addresses of both families in turns; the first stays the first."""
    is_v6 = ":" in addresses[0]
    first = [address for address in addresses if (":" in address) is is_v6]
    other = [address for address in addresses if (":" in address) is not is_v6]
    return (address for pair in zip_longest(first, other) for address in pair if address is not None)
