"""Connections to vetted addresses: how one is made, what it takes of an answer, and which are kept.

The name is urllib3's for SNI, certificate and Host header; the socket goes to the addresses that were vetted for it.

Sources: RFC 8305 (several addresses), RFC 9112 section 9 (connections that are kept), RFC 9110 section 15.2 (1xx).

Which addresses may be connected to, and what a failure means for a link, is said elsewhere.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import msgspec
from urllib3.connection import HTTPConnection, HTTPSConnection

from feedpub.core.errors import message_of
from feedpub.links.net.deadline import Deadline, GuardedSocket

MOST_HEADERS = 256 * 1024
"""Bytes of status line and headers that are taken of an answer, as Chrome has it."""

_MOST_INTERIM = 20
# A name may have any number of addresses, and each could be somebody else's: connecting to all would be a scan.
_MOST_ADDRESSES = 6
# Seconds for an address that is not the last: by then a lost SYN was sent again once (RFC 6298).
_NEXT_ADDRESS = 3.0


class ConnectError(OSError):
    """No address could be connected to. ``str()`` is why, for the last one tried."""


class Route(msgspec.Struct, frozen=True):
    """How to get to a server."""

    scheme: str
    host: str
    """The server's name, or its address without brackets."""
    port: int
    addresses: tuple[str, ...]
    """Vetted; of the proxy where there is one."""
    proxy: tuple[str, int] | None = None
    """Host and port of an HTTP proxy."""
    proxy_headers: tuple[tuple[str, str], ...] = ()
    """For the proxy alone."""


class Reply(http.client.HTTPResponse):
    """Status line and headers of an answer; interim ones (103 Early Hints) are passed over, as 100 is."""

    def begin(self, **options: Any) -> None:  # Python 3.15 has one
        """Read them. Raises what the socket and http.client raise."""
        super().begin(**options)
        for _ in range(_MOST_INTERIM):
            if not 102 <= self.status <= 199:
                return
            self.headers = self.msg = None  # type: ignore[assignment]  # what begin() takes for its not having begun
            super().begin(**options)
        raise http.client.HTTPException("too many interim answers")


class _Connection:
    """What plain and TLS connections have in common; a mixin."""

    response_class: type[http.client.HTTPResponse] = Reply
    route: Route
    deadline: Deadline

    def _new_conn(self) -> socket.socket:
        return _dial(self.route, self.deadline)


class PlainConnection(_Connection, HTTPConnection):
    """A connection over TCP."""


class TlsConnection(_Connection, HTTPSConnection):
    """A connection over TLS."""


Line = PlainConnection | TlsConnection


def open_line(route: Route, deadline: Deadline, context: Callable[[], ssl.SSLContext]) -> Line:
    """A connection to the server of ``route``, through the proxy if it has one.

    Raises :class:`ConnectError`, and what urllib3 raises: OSError, ssl.SSLError, http.client.HTTPException, ValueError.
    """
    host, port = route.proxy or (route.host, route.port)
    line: Line
    if route.scheme == "https":
        line = TlsConnection(host, port, ssl_context=context())
        if route.proxy:
            line.set_tunnel(route.host, route.port, dict(route.proxy_headers))
    else:
        line = PlainConnection(host, port)
    line.route, line.deadline = route, deadline
    try:
        line.connect()
    except BaseException:
        line.close()
        raise
    return line


def _dial(route: Route, deadline: Deadline) -> GuardedSocket:
    """A socket that is connected to the first address that takes it. Raises :class:`ConnectError`."""
    addresses = route.addresses[:_MOST_ADDRESSES]
    port = route.proxy[1] if route.proxy else route.port
    reason = "no address"
    for more, address in zip(range(len(addresses) - 1, -1, -1), addresses, strict=True):
        try:
            left = deadline.remaining()
            sock = _connected(address, port, min(left / (more + 1), _NEXT_ADDRESS) if more else left)
        except TimeoutError:
            reason = "timed out"
        except OSError as error:
            reason = message_of(error)
        else:
            # A proxy has something to say before the server has.
            sock.deadline, sock.allowance = deadline, MOST_HEADERS
            return sock
    raise ConnectError(reason)


def _connected(address: str, port: int, timeout: float) -> GuardedSocket:
    sock = GuardedSocket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect((address, port))
        # The request is one segment, and nothing is gained by waiting for more.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock


class IdleConnections:
    """Connections that wait for the next link of their server: at most ``limit``, of all servers together. The one
    that waited longest goes first. Safe to use from many threads.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._is_closed = False
        self._lock = threading.Lock()
        self._lines: OrderedDict[Line, Route] = OrderedDict()
        self._by_route: dict[Route, list[Line]] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def take(self, route: Route) -> Line | None:
        """A connection to the server of ``route`` that its server has not closed, so far as can be seen."""
        while (line := self._pop(route)) is not None:
            if line.is_connected:
                return line
            line.close()
        return None

    def put(self, line: Line) -> None:
        """Keep ``line``."""
        dropped: Line | None = line
        with self._lock:
            if not self._is_closed:
                self._lines[line] = line.route
                self._by_route.setdefault(line.route, []).append(line)
                dropped = self._first() if len(self._lines) > self._limit else None
        if dropped is not None:
            dropped.close()

    def drop(self, route: Route) -> None:
        """Close what is kept of the server of ``route``."""
        while (line := self._pop(route)) is not None:
            line.close()

    def close(self) -> None:
        """Close all, and keep no more."""
        with self._lock:
            self._is_closed = True
            lines = [self._first() for _ in range(len(self._lines))]
        for line in lines:
            line.close()

    def _pop(self, route: Route) -> Line | None:
        with self._lock:
            lines = self._by_route.get(route)
            if not lines:
                return None
            line = lines[-1]
            del self._lines[line]
            self._forget(line, route)
            return line

    def _first(self) -> Line:
        line, route = self._lines.popitem(last=False)
        self._forget(line, route)
        return line

    def _forget(self, line: Line, route: Route) -> None:
        lines = self._by_route[route]
        lines.remove(line)
        if not lines:
            del self._by_route[route]
