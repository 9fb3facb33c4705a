"""A hostile server on loopback, over real sockets and TLS.

``with Hostile() as server`` serves what :mod:`support.links.hostile_answers` has, at ``server.url("/status/404")``
and so on. It tells what it was asked for, and how much at once. Names end in ``.test``; ``server.resolve`` knows them.
"""

from __future__ import annotations

import contextlib
import re
import selectors
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Self

import trustme

from feedpub.config.check_model import Check, HostCheck
from feedpub.links.settings import SettingsByHost
from support.links.hostile_answers import ANSWERS, Exchange, Seen

EXPIRED, WRONG, UNTRUSTED, MUTE = "expired.test", "wrong.test", "untrusted.test", "mute.test"
"""Names with a certificate that has expired, is for another name, is of an unknown authority; with no handshake."""
MISSING, LATER, MIXED, PRIVATE = "missing.test", "later.test", "mixed.test", "private.test"
"""Names that do not exist, do not resolve for now, have a public and a private address, have a private one."""
PATIENCE = 30.0
"""Seconds of a link that gets an answer: it needs a few milliseconds, and on a loaded machine a second or two."""
_NAMES = {MIXED: ["93.184.215.14", "10.1.2.3"], PRIVATE: ["10.1.2.3"]}
_ERRORS = {MISSING: socket.EAI_NONAME, LATER: socket.EAI_AGAIN}


def settings_with(
    *,
    timeout: float = PATIENCE,
    headers: Mapping[str, Mapping[str, str]] | None = None,
    allowed: Sequence[str] = ("127.0.0.0/8",),
    proxies: Mapping[str, str] | None = None,
    robots: bool = False,
) -> SettingsByHost:
    """Return settings for a fetcher; ``headers`` and ``proxies`` are by host."""
    headers, proxies = headers or {}, proxies or {}
    hosts = {
        host: HostCheck(headers=dict(headers.get(host, {})), proxy=proxies.get(host)) for host in {*headers, *proxies}
    }
    check = Check(timeout=timeout, allow_private=tuple(allowed), robots=robots, hosts=hosts)
    return SettingsByHost(check, "https://news.example.org/")


class Hostile:
    """Listens at one port of 127.0.0.1 to 127.0.0.``addresses``, or where ``listeners`` do. ``latency`` is waited for
    before each answer. ``context`` makes that of TLS, given what is set when the server stops. With ``either``, the
    port takes HTTP and TLS.
    """

    def __init__(
        self,
        *,
        addresses: int = 1,
        tls: bool = False,
        latency: float = 0.0,
        listeners: Sequence[socket.socket] = (),
        context: Callable[[threading.Event], ssl.SSLContext] | None = None,
        either: bool = False,
    ) -> None:
        self.tls = tls
        self.latency = latency
        self.requests: list[Seen] = []
        self.peak: Counter[str] = Counter()
        """How many requests of each host were under way at once."""
        self.connections = 0
        self.robots: bytes | None = None
        """All that is sent of a robots.txt, if there is one."""
        self.site: Callable[[str, Exchange], None] | None = None
        """The function that answers every request, given its host; else :mod:`support.links.hostile_answers` does."""
        self.portal: str | None = None
        """A URL of the server to which every request for another host is redirected, as a captive portal does."""
        self.stopping = threading.Event()
        self._active: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listeners = list(listeners) or _listeners([f"127.0.0.{number}" for number in range(1, addresses + 1)])
        self.port: int = self._listeners[0].getsockname()[1]
        self._server_context = (context or _server_context)(self.stopping) if tls or either else None
        self._is_either = either

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        with self._lock:
            for sock in [*self._open, *self._listeners]:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
                sock.close()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The URL of ``path`` at ``host``."""
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    @staticmethod
    def resolve(host: str) -> list[str]:
        """The addresses of a name: ``h7.test`` is 127.0.0.7, most others are 127.0.0.1."""
        if host in _ERRORS:
            raise socket.gaierror(_ERRORS[host], "as the test wants it")
        number = host.removeprefix("h").removesuffix(".test")
        return _NAMES.get(host) or [f"127.0.0.{number if number.isdigit() else 1}"]

    def paths(self, method: str | None = None) -> list[str]:
        """The paths asked for, with ``method`` if it is given."""
        return [seen.path for seen in self.requests if method in (None, seen.method)]

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector, contextlib.suppress(ValueError):  # closed already
            for listener in self._listeners:
                selector.register(listener, selectors.EVENT_READ)
            while not self.stopping.is_set():
                for key, _ in selector.select(0.1):
                    with contextlib.suppress(OSError):
                        sock, _ = key.fileobj.accept()  # type: ignore[union-attr]
                        self.connections += 1
                        threading.Thread(target=self._serve, args=(sock, self.connections), daemon=True).start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        with self._lock:
            self._open.add(sock)
        try:
            if self._server_context is not None and not (self._is_either and sock.recv(1, socket.MSG_PEEK) != b"\x16"):
                plain, sock = sock, self._server_context.wrap_socket(sock, server_side=True)
                with self._lock:
                    self._open = self._open - {plain} | {sock}
            for nth in count(1):
                exchange = self._read(sock, number, nth)
                if exchange is None or self._answer(exchange):
                    break
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(sock)
            sock.close()

    def _read(self, sock: socket.socket, number: int, nth: int) -> Exchange | None:
        data = b""
        while b"\r\n\r\n" not in data:
            if not (more := sock.recv(65536)):
                return None
            data += more
            if data.startswith(b"\x16"):
                sock.sendall(b"HTTP/1.1 400 This is no TLS\r\n\r\n")
                return None
        before, _, body = data.partition(b"\r\n\r\n")
        line, *lines = before.decode("latin-1").split("\r\n")
        method, path, _ = line.split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        host = re.sub(":[0-9]*$", "", headers.get("host", ""))
        while len(body) < int(headers.get("content-length", 0)):
            if not (more := sock.recv(65536)):
                return None
            body += more
        seen = Seen(method, host, path, headers, number, nth, time.monotonic(), body)
        with self._lock:
            self.requests.append(seen)
        return Exchange(sock, seen, self.stopping)

    def _answer(self, exchange: Exchange) -> bool:
        """Answer; whether that ends the connection."""
        host = exchange.seen.host
        with self._lock:
            self._active[host] += 1
            self.peak[host] = max(self.peak[host], self._active[host])
        try:
            self.stopping.wait(self.latency)
            if self.portal is not None and f"//{host}:" not in self.portal:
                exchange.send(302, Location=self.portal)
            elif self.site is not None:
                self.site(host, exchange)
            elif self.robots is not None and exchange.seen.path == "/robots.txt":
                exchange.raw(self.robots)
            elif "feedpub-no-such-page-" in exchange.seen.path:
                exchange.send(404)
            else:
                ANSWERS.get(exchange.parts[0], ANSWERS["missing"])(exchange)
        finally:
            with self._lock:
                self._active[host] -= 1
        return exchange.ends


def _listeners(addresses: list[str]) -> list[socket.socket]:
    for _ in range(20):
        listeners = [socket.create_server((addresses[0], 0), backlog=1024)]
        port = listeners[0].getsockname()[1]
        try:
            listeners += [socket.create_server((address, port), backlog=1024) for address in addresses[1:]]
        except OSError:
            for listener in listeners:
                listener.close()
        else:
            return listeners
    raise OSError("no port is free at all addresses")


@cache
def authority() -> trustme.CA:
    """The authority that the servers' certificates are of."""
    return trustme.CA()


def client_context() -> ssl.SSLContext:
    """A context that trusts :func:`authority`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority().configure_trust(context)
    return context


@cache
def server_context(name: str) -> ssl.SSLContext:
    """The context of a server called ``name``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate(name).configure_cert(context)
    return context


def certificate(name: str) -> trustme.LeafCert:
    """That of a server called ``name``, with whatever is wrong with it."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    label = name.partition(".")[0]
    if EXPIRED.startswith(f"{label}."):
        return authority().issue_cert(name, not_before=yesterday - timedelta(days=1), not_after=yesterday)
    if UNTRUSTED.startswith(f"{label}."):
        return trustme.CA().issue_cert(name)
    return authority().issue_cert("other.test" if WRONG.startswith(f"{label}.") else name)


def _server_context(stopping: threading.Event) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert("127.0.0.1", "127.0.0.2").configure_cert(context)

    def choose(sock: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name == MUTE:
            stopping.wait()
        if name:
            sock.context = server_context(name)

    context.sni_callback = choose
    return context
