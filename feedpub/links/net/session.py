"""The HTTP client: a requests Session that connects to checked addresses, within a deadline.

It uses urllib3's connections and responses, but not its pools. A pool opens as many connections as
there are threads, keeps a number per host, copies time-outs and retries for each request, and
offers no way to connect to an address that was checked before. All connections share one
SSLContext, because loading the CA bundle takes longer than a handshake.

:mod:`feedpub.links.fetch.redirects` follows redirects, :mod:`feedpub.links.fetch.fetcher` chooses
methods and reads bodies, and :mod:`feedpub.links.net.addresses` decides which addresses are
allowed.
"""

from __future__ import annotations

import http.client
import re
import ssl
import threading
from typing import Any, cast

import msgspec
import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPHeaderDict
from urllib3.response import HTTPResponse

from feedpub.links.net.connections import (
    MOST_HEADERS,
    Connection,
    IdleConnections,
    Reply,
    Route,
    open_connection,
    tls_context,
)
from feedpub.links.net.deadline import Deadline, GuardedSocket, GuardedTlsSocket
from feedpub.links.net.failures import MALFORMED, TransportError, cut_short, no_answer, no_connection

# Bytes for chunk sizes and the like, in addition to those of the body.
_FRAMING = 64 * 1024
_CHUNK = 32 * 1024
KEPT = 256
_AUTHORITY = re.compile("https?://[^/?]*", re.IGNORECASE)


class RequestTerms(msgspec.Struct, frozen=True):
    """The route, the deadline and the connection handling of a request."""

    route: Route
    deadline: Deadline
    """The end of the time for the whole exchange, including the response's body."""
    keep_alive: bool
    """True if the connection is kept for the next request."""


class Call(requests.PreparedRequest):
    """A request with its :class:`RequestTerms`."""

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


class Response(requests.Response):
    """A response whose headers are read, and whose body can be read. It has to be finished."""

    raw: HTTPResponse

    def __init__(
        self, call: Call, connection: Connection, sock: GuardedSocket, reply: Reply, idle_connections: IdleConnections
    ) -> None:
        super().__init__()
        self.raw = HTTPResponse(
            body=reply,
            headers=HTTPHeaderDict(reply.headers.items()),
            status=reply.status,
            version=reply.version,
            reason=reply.reason,
            preload_content=False,
            decode_content=True,
            request_method=call.method,
        )
        self.request, self.url = call, call.url
        self.status_code, self.reason = reply.status, reply.reason
        # No copy is needed: urllib3's mapping ignores case, too.
        self.headers = cast("CaseInsensitiveDict[str]", self.raw.headers)
        self._call, self._connection, self._sock, self._reply = call, connection, sock, reply
        self._idle_connections = idle_connections
        self._is_finished = False

    def first(self, name: str) -> str | None:
        """Return the value of the first header ``name``; None where there is none."""
        values = self.raw.headers.getlist(name)
        return values[0].strip() if values else None

    def page(self, limit: int, share: float = 1.0) -> tuple[bytes, TransportError | None]:
        """Return at most ``limit`` bytes of the decoded body, and the error that cut it or None.

        At most about ``limit`` bytes are received, too, so a body that decodes to nothing ends. It
        may take ``share`` of the time that is left for the exchange.
        """
        body = bytearray()
        try:
            self._sock.deadline = self._call.terms.deadline.shortened(share)
            self._sock.allowance = limit + _FRAMING
            while len(body) < limit and (chunk := self.raw.read1(min(_CHUNK, limit - len(body)))):
                body += chunk
        except (OSError, *MALFORMED) as error:
            return bytes(body), cut_short(error)
        return bytes(body), None

    def finish(self) -> None:
        """Keep the connection if the server and the request allow that, else close it."""
        if self._is_finished:
            return
        self._is_finished = True
        connection, reply = self._connection, self._reply
        # http.client drops the socket of a connection that the server closes.
        is_complete = reply.isclosed() or (reply.length == 0 and not reply.chunked) or self._call.method == "HEAD"
        can_keep = self._call.terms.keep_alive and not connection.is_closed and is_complete
        self.raw.close()
        if can_keep:
            self._idle_connections.put(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Do the same as :meth:`finish`."""
        self.finish()


class Transport(HTTPAdapter):
    """An adapter that sends each :class:`Call` over an idle connection or a new one.

    ``context`` serves all connections; the adapter changes it, so it must not be shared.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(pool_connections=0)
        self._context = context
        self._lock = threading.Lock()
        self.idle_connections = IdleConnections(KEPT)

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> Response:
        """Send ``request``, a :class:`Call`, and return the response.

        The time-outs, certificates and proxies that requests passes are ignored; the call's
        :class:`RequestTerms` count.

        Raise :class:`TransportError`.
        """
        if not isinstance(request, Call):
            raise TypeError("only a Call can be sent")
        connection = self.idle_connections.take(request.terms.route)
        if connection is not None:
            try:
                return self._exchange(request, connection)
            except TimeoutError as error:
                raise no_answer(error) from None
            except (OSError, *MALFORMED):
                # The server closed the idle connection, or left data in it: a new one is opened.
                pass
        connection = self._open(request)
        try:
            return self._exchange(request, connection)
        except (OSError, *MALFORMED) as error:
            raise no_answer(error) from None

    def close(self) -> None:
        """Close the idle connections."""
        self.idle_connections.close()
        super().close()

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
        try:
            sock.deadline, sock.allowance = call.terms.deadline, MOST_HEADERS
            connection.putrequest(call.method, _target(call), skip_accept_encoding=True)
            for name, value in call.headers.items():
                connection.putheader(name, value)
            if call.terms.route.proxy and call.terms.route.scheme == "http":
                for name, value in call.terms.route.proxy_headers:
                    connection.putheader(name, value)
            connection.endheaders(call.body)
            # urllib3's own getresponse() takes longer, and logs warnings about odd headers.
            reply = cast("Reply", http.client.HTTPConnection.getresponse(connection))
        except BaseException:
            connection.close()
            raise
        try:
            return Response(call, connection, sock, reply, self.idle_connections)
        except BaseException:
            # The reply may hold the last reference to the socket.
            reply.close()
            connection.close()
            raise


class CheckSession(requests.Session):
    """The session of a run. Threads can share it, because it never changes."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__()
        self.trust_env = False
        self.transport = Transport(context)
        self.mount("http://", self.transport)
        self.mount("https://", self.transport)

    def get_redirect_target(self, _: requests.Response) -> None:
        """Return None, so that requests follows no redirect.

        requests would read the whole body of a redirect, and would not check its address.
        """

    def call(self, call: Call) -> Response:
        """Return the response, which has to be finished. Raise :class:`TransportError`."""
        response = self.send(call, stream=True, allow_redirects=False)
        assert isinstance(response, Response)  # noqa: S101  # the only adapter returns these
        return response


def _target(call: Call) -> str:
    """Return the request target: the whole URL for a proxy that fetches it, else path and query."""
    url = call.url.partition("#")[0]
    if call.terms.route.proxy and call.terms.route.scheme == "http":
        return url
    match = _AUTHORITY.match(url)
    target = url[match.end() :] if match else ""
    return target if target.startswith("/") else f"/{target}"
