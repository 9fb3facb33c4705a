"""Connections to checked addresses: opening them, limiting what they receive, keeping idle ones.

urllib3 uses the host's name for SNI, the certificate and the Host header; the socket connects to
the addresses that were checked for this name.

RFC 8305 (several addresses), RFC 9112 section 9 (persistent connections), RFC 9110 section 15.2
(status 1xx).

:mod:`feedpub.links.net.addresses` decides which addresses are allowed, and
:mod:`feedpub.links.judge.verdicts` what a failure means for a link.
"""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import certifi
import msgspec
from urllib3.connection import HTTPConnection, HTTPSConnection

from feedpub.core.errors import UsageError, message_of
from feedpub.links.net.deadline import Deadline, GuardedSocket
from feedpub.links.net.header_lines import JoinedHeaders

MOST_HEADERS = 256 * 1024
"""The maximum size of a response's status line and headers in bytes, the same as Chrome's."""

_MOST_INTERIM = 20
# A name can have any number of addresses, also of strangers: to try all of them would be a scan.
_MOST_ADDRESSES = 6
# Seconds for each address but the last: enough to repeat a lost SYN once (RFC 6298).
_NEXT_ADDRESS = 3.0


class ConnectError(OSError):
    """An error for a server that accepts a connection on no address.

    ``str()`` is the reason at the last address.
    """


class Route(msgspec.Struct, frozen=True):
    """A server, and the addresses or the proxy by which it is reached."""

    scheme: str
    host: str
    """The server's name, or its address without brackets."""
    port: int
    addresses: tuple[str, ...]
    """The checked addresses of the server, or of the proxy where there is one."""
    proxy: tuple[str, int] | None = None
    """Host and port of an HTTP proxy."""
    proxy_headers: tuple[tuple[str, str], ...] = ()
    """Headers that only the proxy receives."""


class Reply(http.client.HTTPResponse):
    """A response with any number of headers, which skips interim responses.

    http.client skips 100 Continue, but not 103 Early Hints.
    """

    def begin(self, **options: Any) -> None:  # Python 3.15 passes an option
        """Read status line and headers. Raise the errors of the socket and of http.client."""
        for _ in range(_MOST_INTERIM + 1):
            file = self.fp
            self.fp = JoinedHeaders(file)  # type: ignore[assignment]  # it has what begin() uses
            try:
                super().begin(**options)
            finally:
                # begin() closes the file of a response that has no body.
                self.fp = file if self.fp is not None else None
            if not 102 <= self.status <= 199:
                return
            self.headers = self.msg = None  # type: ignore[assignment]  # so that begin() reads again
        raise http.client.HTTPException("too many interim answers")


class _Connection:
    """A mixin with the common parts of plain and TLS connections."""

    response_class: type[http.client.HTTPResponse] = Reply
    route: Route
    deadline: Deadline

    def _new_conn(self) -> socket.socket:
        return _dial(self.route, self.deadline)


class PlainConnection(_Connection, HTTPConnection):
    """A connection over TCP."""


class TlsConnection(_Connection, HTTPSConnection):
    """A connection over TLS."""


Connection = PlainConnection | TlsConnection


def open_connection(route: Route, deadline: Deadline, context: Callable[[], ssl.SSLContext]) -> Connection:
    """Open a connection to the server of ``route``, through the proxy if it has one.

    Raise :class:`ConnectError`, and the errors of urllib3: OSError, ssl.SSLError,
    http.client.HTTPException, ValueError.
    """
    host, port = route.proxy or (route.host, route.port)
    connection: Connection
    if route.scheme == "https":
        connection = TlsConnection(host, port, ssl_context=context())
        if route.proxy:
            connection.set_tunnel(route.host, route.port, dict(route.proxy_headers))
    else:
        connection = PlainConnection(host, port)
    connection.route, connection.deadline = route, deadline
    try:
        connection.connect()
    except BaseException:
        connection.close()
        raise
    return connection


def tls_context() -> ssl.SSLContext:
    """Return a context that trusts the authorities of certifi's bundle.

    The file in the environment variable ``SSL_CERT_FILE`` replaces the bundle. The system's
    authorities are not used. ``VERIFY_X509_STRICT``, the default from Python 3.13, stays off:
    browsers accept certificates that it refuses.

    Raise :class:`~feedpub.core.errors.UsageError` if the file holds no certificate.
    """
    bundle = os.environ.get("SSL_CERT_FILE") or certifi.where()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False
    # A server that speaks HTTP/2 alone says so, instead of closing the connection (RFC 7301).
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_verify_locations(bundle)
    except OSError as error:
        raise UsageError(f"SSL_CERT_FILE: {bundle}: no certificates can be read: {message_of(error)}") from None
    return context


def _dial(route: Route, deadline: Deadline) -> GuardedSocket:
    """Return a socket connected to the first address that accepts. Raise :class:`ConnectError`."""
    addresses = route.addresses[:_MOST_ADDRESSES]
    port = route.proxy[1] if route.proxy else route.port
    reason = "no address"
    for remaining, address in zip(range(len(addresses) - 1, -1, -1), addresses, strict=True):
        try:
            seconds = deadline.remaining()
            sock = _connected(address, port, min(seconds / (remaining + 1), _NEXT_ADDRESS) if remaining else seconds)
        except TimeoutError:
            reason = "timed out"
        except OSError as error:
            reason = message_of(error)
        else:
            # A proxy responds before the server does.
            sock.deadline, sock.allowance = deadline, MOST_HEADERS
            return sock
    raise ConnectError(reason)


def _connected(address: str, port: int, timeout: float) -> GuardedSocket:
    sock = GuardedSocket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect((address, port))
        # The request is one segment, so that waiting for more data only costs time.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock


class IdleConnections:
    """Open connections that are idle until the next request to their server; threads can share it.

    At most ``limit`` connections, to all servers together, are kept. The one that is idle for the
    longest time is closed first.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._is_closed = False
        self._lock = threading.Lock()
        self._connections: OrderedDict[Connection, Route] = OrderedDict()
        self._by_route: dict[Route, list[Connection]] = {}

    def __len__(self) -> int:
        return len(self._connections)

    def take(self, route: Route) -> Connection | None:
        """Remove and return a connection for ``route`` that seems to be open, or None."""
        while (connection := self._pop(route)) is not None:
            if connection.is_connected:
                return connection
            connection.close()
        return None

    def put(self, connection: Connection) -> None:
        """Keep ``connection``, or close it where no connection is kept any more."""
        dropped: Connection | None = connection
        with self._lock:
            if not self._is_closed:
                self._connections[connection] = connection.route
                self._by_route.setdefault(connection.route, []).append(connection)
                dropped = self._pop_oldest() if len(self._connections) > self._limit else None
        if dropped is not None:
            dropped.close()

    def drop(self, route: Route) -> None:
        """Close the idle connections to the server of ``route``."""
        while (connection := self._pop(route)) is not None:
            connection.close()

    def close(self) -> None:
        """Close all idle connections, and keep no further ones."""
        with self._lock:
            self._is_closed = True
            connections = [self._pop_oldest() for _ in range(len(self._connections))]
        for connection in connections:
            connection.close()

    def _pop(self, route: Route) -> Connection | None:
        with self._lock:
            connections = self._by_route.get(route)
            if not connections:
                return None
            connection = connections[-1]
            del self._connections[connection]
            self._forget(connection, route)
            return connection

    def _pop_oldest(self) -> Connection:
        connection, route = self._connections.popitem(last=False)
        self._forget(connection, route)
        return connection

    def _forget(self, connection: Connection, route: Route) -> None:
        connections = self._by_route[route]
        connections.remove(connection)
        if not connections:
            del self._by_route[route]
