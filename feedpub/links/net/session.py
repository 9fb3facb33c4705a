"""The only sockets: one requests Session whose adapter connects to vetted addresses, within a deadline.

On urllib3's connections and responses, but not on its pools: these open as many connections as there are threads, keep
a number per host, copy time-outs and retries for each request, and have no place for an address that was vetted. All
connections share one SSLContext, because the CA bundle takes longer to load than a handshake takes.

Redirects, methods and bodies are :mod:`feedpub.links.fetch.fetcher`'s business, which addresses may be connected to is
:mod:`feedpub.links.net.addresses`'.
"""

from __future__ import annotations

import http.client
import os
import re
import ssl
import threading
from typing import Any, cast

import certifi
import msgspec
import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPHeaderDict
from urllib3.response import HTTPResponse

from feedpub.core.errors import UsageError, message_of
from feedpub.links.net.connections import MOST_HEADERS, IdleConnections, Line, Reply, Route, open_line
from feedpub.links.net.deadline import Deadline, GuardedSocket, GuardedTlsSocket
from feedpub.links.net.failures import MALFORMED, TransportError, cut_short, no_answer, no_connection

# Chunk sizes and the like come on top of a body.
_FRAMING = 64 * 1024
_CHUNK = 32 * 1024
_KEPT = 64
_AUTHORITY = re.compile("https?://[^/?]*", re.IGNORECASE)


class RequestTerms(msgspec.Struct, frozen=True):
    """How a request is made."""

    route: Route
    deadline: Deadline
    """By when all of it, the body included, has to be there."""
    keep_alive: bool
    """Whether the connection is kept for the next."""


class Call(requests.PreparedRequest):
    """A request, and how it is to be made."""

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
    """An answer whose headers are there, and whose body may yet be read. It has to be finished."""

    raw: HTTPResponse

    def __init__(self, call: Call, line: Line, sock: GuardedSocket, reply: Reply, shelf: IdleConnections) -> None:
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
        # No copy: it is as little particular about case.
        self.headers = cast("CaseInsensitiveDict[str]", self.raw.headers)
        self._call, self._line, self._sock, self._reply, self._shelf = call, line, sock, reply, shelf
        self._is_finished = False

    def first(self, name: str) -> str | None:
        """The header ``name``, the first of it where there are several."""
        values = self.raw.headers.getlist(name)
        return values[0].strip() if values else None

    def page(self, limit: int) -> tuple[bytes, TransportError | None]:
        """At most ``limit`` bytes of the body, decoded, and why there are no more, if not because of its end or limit.

        Of what is sent no more is read either, so a body that decodes to nothing ends too.
        """
        self._sock.deadline, self._sock.allowance = self._call.terms.deadline, limit + _FRAMING
        body = bytearray()
        try:
            while len(body) < limit and (chunk := self.raw.read1(min(_CHUNK, limit - len(body)))):
                body += chunk
        except (OSError, *MALFORMED) as error:
            return bytes(body), cut_short(error)
        return bytes(body), None

    def finish(self) -> None:
        """Keep the connection where the server and the call allow, else close it."""
        if self._is_finished:
            return
        self._is_finished = True
        line, reply = self._line, self._reply
        # A line without a socket was given up by http.client: the server closes it.
        is_whole = reply.isclosed() or (reply.length == 0 and not reply.chunked) or self._call.method == "HEAD"
        can_stay = self._call.terms.keep_alive and not line.is_closed and is_whole
        self.raw.close()
        if can_stay:
            self._shelf.put(line)
        else:
            line.close()

    def close(self) -> None:
        """As :meth:`finish`."""
        self.finish()


class Transport(HTTPAdapter):
    """Sends a :class:`Call` over a connection that was kept, or a new one.

    ``context`` is used for all connections, and becomes this transport's own.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(pool_connections=0)
        self._context = context
        self._lock = threading.Lock()
        self.shelf = IdleConnections(_KEPT)

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> Response:
        """The answer to ``request``, which is a :class:`Call`. Raises :class:`TransportError`.

        Time-outs, certificates and proxies that requests hands over are not heeded; a call has its own.
        """
        if not isinstance(request, Call):
            raise TypeError("only a Call can be sent")
        line = self.shelf.take(request.terms.route)
        if line is not None:
            try:
                return self._exchange(request, line)
            except TimeoutError as error:
                raise no_answer(error) from None
            except (OSError, *MALFORMED):
                # The server had closed it, or left something in it. Nothing is lost: it goes once more.
                pass
        line = self._open(request)
        try:
            return self._exchange(request, line)
        except (OSError, *MALFORMED) as error:
            raise no_answer(error) from None

    def close(self) -> None:
        """Close the connections that are kept."""
        self.shelf.close()
        super().close()

    def _open(self, call: Call) -> Line:
        try:
            return open_line(call.terms.route, call.terms.deadline, self._tls)
        except (OSError, *MALFORMED) as error:
            raise no_connection(error) from None

    def _tls(self) -> ssl.SSLContext:
        """The context of all connections, loaded when it is first needed."""
        with self._lock:
            if self._context is None:
                self._context = tls_context()
            self._context.sslsocket_class = GuardedTlsSocket
            return self._context

    def _exchange(self, call: Call, line: Line) -> Response:
        # What _new_conn() makes, or the context of it.
        sock = cast("GuardedSocket", line.sock)
        try:
            sock.deadline, sock.allowance = call.terms.deadline, MOST_HEADERS
            line.putrequest(call.method, _target(call), skip_accept_encoding=True)
            for name, value in call.headers.items():
                line.putheader(name, value)
            if call.terms.route.proxy and call.terms.route.scheme == "http":
                for name, value in call.terms.route.proxy_headers:
                    line.putheader(name, value)
            line.endheaders(call.body)
            # Not of urllib3, which takes longer, and warns of headers that it finds odd.
            reply = cast("Reply", http.client.HTTPConnection.getresponse(line))
        except BaseException:
            line.close()
            raise
        try:
            return Response(call, line, sock, reply, self.shelf)
        except BaseException:
            # It may be all that still holds the socket.
            reply.close()
            line.close()
            raise


class CheckSession(requests.Session):
    """The one session of a run; safe to use from many threads, because nothing in it changes."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__()
        self.trust_env = False
        self.transport = Transport(context)
        self.mount("http://", self.transport)
        self.mount("https://", self.transport)

    def get_redirect_target(self, _: requests.Response) -> None:
        """None: requests would read the whole body of a redirect, and follow it without regard for its address."""

    def call(self, call: Call) -> Response:
        """The answer to ``call``, which has to be finished. Raises :class:`TransportError`."""
        arrival = self.send(call, stream=True, allow_redirects=False)
        assert isinstance(arrival, Response)  # noqa: S101  # the one adapter's
        return arrival


def _target(call: Call) -> str:
    """What the request line names: all of the URL for a proxy that is to fetch it, else path and query."""
    url = call.url.partition("#")[0]
    if call.terms.route.proxy and call.terms.route.scheme == "http":
        return url
    match = _AUTHORITY.match(url)
    target = url[match.end() :] if match else ""
    return target if target.startswith("/") else f"/{target}"


def tls_context() -> ssl.SSLContext:
    """A context that trusts the authorities of certifi's bundle, or of the file that ``SSL_CERT_FILE`` names, whatever
    the machine's own are. Raises :class:`~feedpub.core.errors.UsageError` where that holds none.

    It is loaded once. Python 3.13 would add ``VERIFY_X509_STRICT``; what browsers take is no dead link.
    """
    bundle = os.environ.get("SSL_CERT_FILE") or certifi.where()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False
    try:
        context.load_verify_locations(bundle)
    except OSError as error:
        raise UsageError(f"SSL_CERT_FILE: {bundle}: no certificates can be read: {message_of(error)}") from None
    return context
