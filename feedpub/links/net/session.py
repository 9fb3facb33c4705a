"""The HTTP client: requests that connect to checked addresses, within a deadline.

It uses urllib3's connections and the decoders of its responses, but not its pools. A pool opens as
many connections as there are threads, keeps a number per host, copies time-outs and retries for
each request, and offers no way to connect to an address that was checked before. A Session of
requests has such pools, too, and hooks, redirects and cookies that a check does not use; with it, a
fetch takes a third more time. All connections share one SSLContext, because loading the CA bundle
takes longer than a handshake.

RFC 9112 sections 3 (request line, Host) and 9.6 (a connection that is closed).

:mod:`feedpub.links.fetch.redirects` follows redirects, :mod:`feedpub.links.fetch.fetcher` chooses
methods and reads bodies, and :mod:`feedpub.links.net.addresses` decides which addresses are
allowed.
"""

from __future__ import annotations

import re
import ssl
import threading
from typing import cast

import msgspec
import requests
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPHeaderDict
from urllib3.response import HTTPResponse

from feedpub.core.urls import DEFAULT_PORTS
from feedpub.links.net.connections import (
    MOST_HEADERS,
    Connection,
    IdleConnections,
    Route,
    open_connection,
    tls_context,
)
from feedpub.links.net.deadline import Deadline, GuardedSocket, GuardedTlsSocket
from feedpub.links.net.failures import MALFORMED, TransportError, cut_short, no_answer, no_connection
from feedpub.links.net.reply import Reply

KEPT = 256
"""The number of idle connections that are kept. A polite check waits between its requests."""

# Bytes for chunk sizes and the like, in addition to those of the body.
_FRAMING = 64 * 1024
_CHUNK = 32 * 1024
_AUTHORITY = re.compile("https?://[^/?]*", re.IGNORECASE)
_TARGET = re.compile("[!-~]+")
# Characters that would end a header, and begin another one or the body.
_FORBIDDEN = re.compile("[\0\r\n]")


class RequestTerms(msgspec.Struct, frozen=True):
    """The route, the deadline and the connection handling of a request."""

    route: Route
    deadline: Deadline
    """The end of the time for the whole exchange, including the response's body."""
    keep_alive: bool
    """True if the connection is kept for the next request."""


class Call(requests.PreparedRequest):
    """A request with its :class:`RequestTerms`, as the cookies of requests take it."""

    method: str
    url: str
    body: bytes | None

    def __init__(
        self, method: str, url: str, headers: CaseInsensitiveDict[str], terms: RequestTerms, body: bytes | None = None
    ) -> None:
        super().__init__()
        self.method, self.url, self.headers, self.body = method, url, headers, body
        headers["Connection"] = "keep-alive" if terms.keep_alive else "close"
        if body is not None:
            headers["Content-Length"] = str(len(body))
        self.terms = terms

    def as_bytes(self) -> bytes:
        """Return the whole request.

        Raise ValueError for characters that would make another request of it.
        """
        route = self.terms.route
        is_forwarded = route.proxy is not None and route.scheme == "http"
        target = _target(self.url, is_forwarded=is_forwarded)
        host = f"[{route.host}]" if ":" in route.host else route.host
        port = "" if route.port == DEFAULT_PORTS[route.scheme] else f":{route.port}"
        headers = [*self.headers.items(), *(route.proxy_headers if is_forwarded else ())]
        lines = [
            f"{self.method} {target} HTTP/1.1",
            f"Host: {host}{port}",
            *(f"{name}: {value}" for name, value in headers),
        ]
        if not _TARGET.fullmatch(target) or _FORBIDDEN.search("".join(lines)):
            raise ValueError("a request with a control character")
        lines += ("", "")
        return "\r\n".join(lines).encode("latin-1") + (self.body or b"")


class Response:
    """A response whose headers are read, and whose body can be read. It has to be finished."""

    def __init__(
        self, call: Call, connection: Connection, sock: GuardedSocket, reply: Reply, idle_connections: IdleConnections
    ) -> None:
        self.url = call.url
        self.status_code = reply.status
        self.headers: HTTPHeaderDict = reply.headers
        self._call, self._connection, self._sock, self._reply = call, connection, sock, reply
        self._idle_connections = idle_connections
        self._is_finished = False

    def first(self, name: str) -> str | None:
        """Return the value of the first header ``name``; None where there is none."""
        value = self._reply.first(name)
        return None if value is None else value.strip()

    def page(self, limit: int, share: float = 1.0) -> tuple[bytes, TransportError | None]:
        """Return at most ``limit`` bytes of the decoded body, and the error that cut it or None.

        At most about ``limit`` bytes are received, too, so a body that decodes to nothing ends. It
        may take ``share`` of the time that is left for the exchange.
        """
        body = bytearray()
        try:
            self._sock.deadline = self._call.terms.deadline.shortened(share)
            self._sock.allowance = limit + _FRAMING
            decoder = HTTPResponse(
                body=self._reply,
                headers=self.headers,
                status=self.status_code,
                version=self._reply.version,
                preload_content=False,
                request_method=self._call.method,
            )
            while len(body) < limit and (chunk := decoder.read1(min(_CHUNK, limit - len(body)))):
                body += chunk
        except (OSError, *MALFORMED) as error:
            return bytes(body), cut_short(error)
        return bytes(body), None

    def finish(self) -> None:
        """Keep the connection if the server and the request allow that, else close it."""
        if self._is_finished:
            return
        self._is_finished = True
        reply = self._reply
        is_complete = reply.isclosed() or (reply.length == 0 and not reply.chunked) or self._call.method == "HEAD"
        can_keep = self._call.terms.keep_alive and not reply.will_close and is_complete
        reply.close()
        if can_keep:
            self._idle_connections.put(self._connection)
        else:
            self._connection.close()


class CheckSession:
    """The session of a run, which sends each :class:`Call`; threads can share it.

    ``context`` serves all connections; the session changes it, so it must not be shared.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._context = context
        self._lock = threading.Lock()
        self.idle_connections = IdleConnections(KEPT)

    def call(self, call: Call) -> Response:
        """Send ``call`` over an idle connection or a new one, and return the response.

        The response has to be finished. Raise :class:`TransportError`.
        """
        connection = self.idle_connections.take(call.terms.route)
        if connection is not None:
            try:
                return self._exchange(call, connection)
            except TimeoutError as error:
                raise no_answer(error) from None
            except (OSError, *MALFORMED):
                # The server closed the idle connection, or left data in it: a new one is opened.
                pass
        connection = self._open(call)
        try:
            return self._exchange(call, connection)
        except (OSError, *MALFORMED) as error:
            raise no_answer(error) from None

    def close(self) -> None:
        """Close the idle connections."""
        self.idle_connections.close()

    def _open(self, call: Call) -> Connection:
        try:
            return open_connection(call.terms.route, call.terms.deadline, self._tls)
        except (OSError, *MALFORMED) as error:
            raise no_connection(error) from None

    def _tls(self) -> ssl.SSLContext:
        """Return the context of all connections; the first call loads it."""
        with self._lock:
            if self._context is None:
                self._context = tls_context()
            self._context.sslsocket_class = GuardedTlsSocket
            return self._context

    def _exchange(self, call: Call, connection: Connection) -> Response:
        # _new_conn() makes a GuardedSocket, and the context makes a GuardedTlsSocket of it.
        sock = cast("GuardedSocket", connection.sock)
        reply: Reply | None = None
        try:
            sock.deadline, sock.allowance = call.terms.deadline, MOST_HEADERS
            sock.sendall(call.as_bytes())
            # urllib3's and http.client's own ways to send and to receive take four times as long.
            reply = Reply(sock, method=call.method)
            reply.begin()
        except BaseException:
            # The reply may hold the last reference to the socket.
            if reply is not None:
                reply.close()
            connection.close()
            raise
        return Response(call, connection, sock, reply, self.idle_connections)


def _target(url: str, *, is_forwarded: bool) -> str:
    """Return the request target: the whole URL for a proxy that fetches it, else path and query."""
    url = url.partition("#")[0]
    if is_forwarded:
        return url
    match = _AUTHORITY.match(url)
    target = url[match.end() :] if match else ""
    return target if target.startswith("/") else f"/{target}"
